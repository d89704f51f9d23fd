def solve(columns):
    if len(columns) == 8:
        return [columns]
    found = []
    row = len(columns)
    for column in range(8):
        if all(column != c and abs(column - c) != row - r for r, c in enumerate(columns)):
            found += solve([*columns, column])
    return found


def main():
    solutions = solve([])
    for column in solutions[0]:
        print(" ".join("Q" if index == column else "." for index in range(8)))
    print("一共有", len(solutions), "种摆法")


if __name__ == "__main__":
    main()
