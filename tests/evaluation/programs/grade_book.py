def main():
    scores = {}
    while True:
        name = input("学生的名字（q 结束）：").strip()
        if name == "q":
            break
        scores[name] = float(input("分数："))
    if not scores:
        print("没有学生")
        return
    print(f"平均分：{sum(scores.values()) / len(scores):.1f}")
    best = max(scores, key=scores.get)
    print("考得最好的是", best)


if __name__ == "__main__":
    main()
