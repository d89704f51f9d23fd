def hanoi(n, a, b, c, moves):
    if n > 0:
        hanoi(n - 1, a, c, b, moves)
        moves.append((a, c))
        hanoi(n - 1, b, a, c, moves)


n = int(input("请输入盘子的个数: "))
moves = []
hanoi(n, "A", "B", "C", moves)
for i, (source, target) in enumerate(moves, 1):
    print(f"第{i}步: {source} -> {target}")
print(f"总共移动了 {len(moves)} 步")
