"""``aiflow eval``: measures an engine on a set of requests, and compares two measurements."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from aiflow.commands.terminal import ChineseHelp, interrupts, one_line, print_line
from aiflow.config import Config
from aiflow.engines.registry import load_engine
from aiflow.evaluation.comparison import compare_runs
from aiflow.evaluation.entries import Entry, Half, load_set
from aiflow.evaluation.outcomes import REPORT_NAME, RESULTS_NAME, Outcome, OutcomeStore, Results, Settings
from aiflow.evaluation.prices import price_of
from aiflow.evaluation.report import comparison_html, report_html
from aiflow.evaluation.runner import SWITCHES, Evaluation, switch_off
from aiflow.evaluation.summary import rows
from aiflow.exceptions import InputError, RunCancelledError
from aiflow.model.paths import SafePath
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.safefs import write_atomic
from aiflow.storage.transcripts import read_calls


@click.command("eval", cls=ChineseHelp)
@click.argument("set_name", metavar="[SET]", default="requests")
@click.option("--engine", help="用哪个引擎：lessons、openai；不写就用配置里的。")
@click.option("--repeat", type=click.IntRange(1, 100), default=1, help="每个要求做几次（1）。")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, help="同时做几个（1）。")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="结果放在哪个文件夹；中断以后用同一个文件夹接着做。",
)
@click.option("--half", type=click.Choice(["tuning", "held_out"]), help="只做一半：tuning 或 held_out。")
@click.option("--only", multiple=True, metavar="ID", help="只做这一个要求，可以写几次。")
@click.option(
    "--without",
    multiple=True,
    type=click.Choice(list(SWITCHES)),
    help="关掉 fixes、repair 或 tests，可以写几次。",
)
@click.option("--prices", type=click.Path(path_type=Path), help="另外一张价格表（TOML）。")
@click.option(
    "--compare", nargs=2, type=click.Path(path_type=Path), metavar="A B", help="比较两次评测的文件夹。"
)
def evaluate(  # noqa: PLR0913  # click passes each option
    set_name: str,
    engine: str | None,
    *,
    repeat: int,
    jobs: int,
    output: Path | None,
    half: Half | None,
    only: tuple[str, ...],
    without: tuple[str, ...],
    prices: Path | None,
    compare: tuple[Path, Path] | None,
) -> None:
    """评测一个模型：把评测集里的要求一个一个做出来，运行生成的程序来判断对不对。

    SET 是 requests（40 个要求）、changes（20 个修改），或者一个放着 TOML 文件的文件夹。例如：
    aiflow eval requests --engine openai -o my_model
    """
    if compare is not None:
        _compare(*compare)
        return
    entries = load_set(set_name, half, only)
    config = switch_off(Config.load(), without)
    settings = _settings(config, set_name, engine, sorted(set(without)), repeat)
    folder = output or Path(f"eval_{datetime.now(UTC):%Y%m%d_%H%M%S}")
    store = OutcomeStore(folder.resolve(), settings)
    evaluation = Evaluation(entries, store, config, engine, price_of(settings.model, prices))
    asyncio.run(_run(evaluation, store, jobs, Console()))
    if evaluation.stopped:
        raise RunCancelledError(f"已经停止。再用 -o {folder} 做一次同样的命令，就会接着做。")


def _settings(config: Config, set_name: str, engine: str | None, without: list[str], repeat: int) -> Settings:
    loaded = load_engine(config, engine)
    return Settings(
        set_name=Path(set_name).name,
        engine=loaded.name,
        model=loaded.model,
        without=without,
        size=config.openai.size,
        repeat=repeat,
        budget_s=config.run.budget_s,
    )


async def _run(evaluation: Evaluation, store: OutcomeStore, jobs: int, console: Console) -> None:
    total, done = len(evaluation.attempts), len(evaluation.results().outcomes)
    if done:
        print_line(console, f"已经有 {done} 个结果，接着做剩下的 {total - done} 个。")

    def begin(entry: Entry, number: int) -> None:
        again = f"（第 {number} 次）" if number > 1 else ""
        print_line(console, f"… {entry.id}{again}：{one_line(entry.request, 60)}")

    async def stop() -> None:
        # A judgement takes seconds, and the run before it minutes: it is not thrown away.
        print_line(console, "正在停下：手上的程序检查完就结束。")
        await evaluation.stop()

    with interrupts(stop):
        async for outcome in evaluation.run(jobs, begin):
            done += 1
            print_line(console, _progress(outcome, done, total))
            _write(evaluation.results(), store)
    results = evaluation.results()
    _write(results, store)
    console.print(_table(results))
    print_line(console, f"结果：{store.folder / RESULTS_NAME}，报告：{store.folder / REPORT_NAME}")


def _progress(outcome: Outcome, done: int, total: int) -> str:
    mark = "✓" if outcome.passes else "△" if outcome.starts else "✗"
    why = f"：{one_line(outcome.failures[0], 70)}" if outcome.failures else ""
    return f"{mark} [{done}/{total}] {outcome.id}，{outcome.seconds:.0f} 秒{why}"


def _write(results: Results, store: OutcomeStore) -> None:
    store.write_results(results)
    projects = ProjectStore(store.folder / "projects")
    page = report_html(results, store.picture, lambda outcome: _transcript(projects, outcome))
    write_atomic(store.folder / REPORT_NAME, page.encode("utf-8", "replace"), sync=False)


def _transcript(projects: ProjectStore, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Yield the files of a project, then the requests to the model with its answers."""
    root = projects.projects_dir / outcome.project
    folder = projects.of_root(root)
    for path in sorted(folder.sizes()):
        yield f"文件 {path}", folder.read(SafePath(path)).decode("utf-8", "replace")
    for number, call in enumerate(read_calls(folder.record.calls), start=1):
        asked = "\n\n".join(f"[{one['role']}]\n{one['content']}" for one in call["messages"])
        yield f"第 {number} 次请求（{call['phase']}）", asked
        if call["thinking"]:
            yield f"第 {number} 次请求的思考", call["thinking"]
        yield f"第 {number} 次回答", call["content"]


def _table(results: Results) -> Table:
    heads = ("", "次数", "能启动", "做到了", "秒", "词元", "回答", "修改", "修正", "费用")
    table = _empty_table(heads)
    for row in rows(results.outcomes):
        table.add_row(
            row.name,
            str(row.count),
            *(f"{n} {n / row.count:.0%}" if row.count else "–" for n in (row.starts, row.passes)),
            f"{row.seconds:.0f}",
            f"{row.tokens:.0f}",
            *(f"{value:.1f}" for value in (row.calls, row.repairs, row.fixes)),
            "–" if row.cost is None else f"{row.cost:.3f} {row.currency}",
        )
    return table


def _empty_table(heads: Sequence[str]) -> Table:
    # Without lines and with narrow gaps it fits a terminal of 80 columns.
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for head in heads:
        table.add_column(head, justify="right" if head else "left", no_wrap=True)
    return table


def _compare(first: Path, second: Path) -> None:
    one, other = Results.load(first), Results.load(second)
    found = compare_runs(one, other)
    if not any(len(each.better) + len(each.worse) + each.ties for each in found):
        raise InputError("这两次评测没有相同的要求，不能比较。")
    console = Console()
    table = _empty_table(("", "A 更好", "B 更好", "一样", "p（双侧符号检验）"))
    for each in found:
        table.add_row(
            each.measure, str(len(each.better)), str(len(each.worse)), str(each.ties), f"{each.p:.4f}"
        )
    console.print(table)
    page = comparison_html(f"比较 {first.name}（A）和 {second.name}（B）", found, one, other)
    target = second / f"compare_{first.resolve().name}.html"
    write_atomic(target, page.encode("utf-8", "replace"), sync=False)
    print_line(console, f"报告：{target}")
    sys.exit(0)
