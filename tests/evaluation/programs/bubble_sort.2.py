def bubble_sort(numbers):
    n = len(numbers)
    for i in range(n):
        swapped = False
        for j in range(0, n - i - 1):
            if numbers[j] > numbers[j + 1]:
                numbers[j], numbers[j + 1] = numbers[j + 1], numbers[j]
                swapped = True
        if not swapped:
            break
    return numbers


def main():
    numbers = [5, 2, 9, 1, 5, 6]
    print("排序前:", numbers)
    print("排序后:", bubble_sort(numbers))


main()
