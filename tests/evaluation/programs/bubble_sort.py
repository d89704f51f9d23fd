def bubble_sort(numbers):
    numbers = list(numbers)
    for end in range(len(numbers) - 1, 0, -1):
        for index in range(end):
            if numbers[index] > numbers[index + 1]:
                numbers[index], numbers[index + 1] = numbers[index + 1], numbers[index]
    return numbers


if __name__ == "__main__":
    print(bubble_sort([5, 2, 9, 1, 5, 6]))
