def to_fahrenheit(c):
    return (c * 9/5) + 32

def to_celsius(f):
    return (f - 32) * 5/9

def table(start, end, step):
    print("Celsius\tFahrenheit")
    for c in range(start, end + 1, step):
        f = to_fahrenheit(c)
        print(f"{c}\t{f:.2f}")

if __name__ == "__main__":
    main()
