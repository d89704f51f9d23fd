import random

def roll(n):
    """掷 n 次骰子，返回结果列表"""
    return [random.randint(1, 6) for _ in range(n)]

def count(results):
    """统计每个点数出现的次数"""
    counts = {i: results.count(i) for i in range(1, 7)}
    return counts

def show(counts):
    """打印每个点数出现的次数"""
    print("点数 | 出现次数")
    for point, count in counts.items():
        print(f"{point} | {count}")

def main():
    n = int(input("请输入掷骰子的次数: "))
    results = roll(n)
    counts = count(results)
    show(counts)

if __name__ == "__main__":
    main()
