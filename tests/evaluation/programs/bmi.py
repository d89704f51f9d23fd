def describe(bmi):
    if bmi < 18.5:
        return "偏瘦"
    if bmi < 24:
        return "正常"
    return "偏胖"


def main():
    height = float(input("身高（米）："))
    weight = float(input("体重（千克）："))
    bmi = weight / (height * height)
    print(f"BMI：{bmi:.1f}，{describe(bmi)}")


if __name__ == "__main__":
    main()
