"""成绩统计：读、算、写三步连起来。

用法：python main.py [成绩表.csv]
"""

import sys
from pathlib import Path

import report
from reader import TableError, read_table
from stats import ranking, subject_stats

HERE = Path(__file__).parent


def show_report(path: Path) -> None:
    """统计一份成绩表，显示报告，保存排名。"""
    data = read_table(path)
    found = [subject_stats(data, subject) for subject in data.subjects]
    all_stats = [item for item in found if item is not None]
    ranks = ranking(data.students)

    print(f"=== {path.name} 的成绩报告 ===\n")
    print(f"共 {len(data.students)} 名学生，{len(data.subjects)} 个科目。\n")
    print(report.subject_table(all_stats))
    for item in all_stats:
        print("\n" + report.bands_chart(item))
    print("\n排名")
    print(report.ranking_table(ranks, data.subjects))
    if data.problems:
        print("\n这些行有问题，没有统计：")
        for problem in data.problems:
            print(f"  {problem}")

    target = path.with_name(f"{path.stem}_ranking.csv")
    report.save_ranking(target, ranks, data)
    print(f"\n排名已保存到 {target.name}。")


def main() -> None:
    """命令行里写了文件名就用它，没写就用自带的例子。"""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "scores.csv"
    try:
        show_report(path)
    except FileNotFoundError:
        sys.exit(f"找不到文件“{path}”。")
    except TableError as error:
        sys.exit(f"“{path.name}”没法统计：{error}")
    except OSError as error:
        sys.exit(f"文件读写出了问题：{error.strerror}。")


if __name__ == "__main__":
    main()
