def main():
    total = float(input("总金额："))
    people = int(input("人数："))
    if people <= 0:
        print("人数不对")
        return
    print(f"每人要付 {total / people:.2f} 元")


if __name__ == "__main__":
    main()
