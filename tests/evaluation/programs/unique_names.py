def main():
    with open("names.txt", encoding="utf-8") as file:
        names = sorted({line.strip() for line in file if line.strip()})
    with open("unique.txt", "w", encoding="utf-8") as file:
        for name in names:
            file.write(name + "\n")
    print("一共有", len(names), "个不同的名字")


if __name__ == "__main__":
    main()
