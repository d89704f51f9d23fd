import csv


def main():
    totals = {}
    with open("sales.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            month = row["date"][:7]
            totals[month] = totals.get(month, 0) + float(row["amount"])
    for month in sorted(totals):
        print(f"{month}: {totals[month]:.2f}")
    print("Best month:", max(totals, key=totals.get))


if __name__ == "__main__":
    main()
