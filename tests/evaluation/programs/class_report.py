import csv


def main():
    best, best_average = "", -1.0
    with open("scores.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            average = (float(row["语文"]) + float(row["数学"])) / 2
            print(f"{row['姓名']}：{average:.1f}")
            if average > best_average:
                best, best_average = row["姓名"], average
    print("平均分最高的是", best)


if __name__ == "__main__":
    main()
