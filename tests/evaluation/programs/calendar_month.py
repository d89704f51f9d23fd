import calendar


def main():
    year = int(input("年份："))
    month = int(input("月份："))
    print("一 二 三 四 五 六 日")
    for week in calendar.Calendar(0).monthdayscalendar(year, month):
        print(" ".join(f"{day:2}" if day else "  " for day in week))


if __name__ == "__main__":
    main()
