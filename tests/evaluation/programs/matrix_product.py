def multiply(a, b):
    if len(a[0]) != len(b):
        raise ValueError("the sizes do not fit")
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


if __name__ == "__main__":
    print(multiply([[1, 2], [3, 4]], [[5, 6], [7, 8]]))
