import random

board = [[0] * 4 for _ in range(4)]


def add():
    free = [(r, c) for r in range(4) for c in range(4) if not board[r][c]]
    if free:
        r, c = random.choice(free)
        board[r][c] = random.choice([2, 2, 2, 4])


def squeeze(row):
    row = [x for x in row if x]
    i = 0
    while i < len(row) - 1:
        if row[i] == row[i + 1]:
            row[i] *= 2
            del row[i + 1]
        i += 1
    return row + [0] * (4 - len(row))


def move(key):
    global board
    turned = [list(r) for r in zip(*board)] if key in "ws" else board
    turned = [squeeze(r[::-1])[::-1] if key in "ds" else squeeze(r) for r in turned]
    board = [list(r) for r in zip(*turned)] if key in "ws" else turned


add()
add()
while True:
    for row in board:
        print("\t".join(str(x) for x in row))
    key = input("w/a/s/d 移动，q 退出: ").strip().lower()
    if key == "q":
        break
    if key in ("w", "a", "s", "d"):
        before = [list(r) for r in board]
        move(key)
        if before != board:
            add()
