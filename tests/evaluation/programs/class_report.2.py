import csv

students = []
try:
    with open("scores.csv", "r", encoding="utf-8-sig") as f:
        for row in csv.DictReader(f):
            students.append({"name": row["姓名"], "avg": (int(row["语文"]) + int(row["数学"])) / 2})
except FileNotFoundError:
    print("找不到 scores.csv")
else:
    for s in students:
        print("%s的平均分: %.1f" % (s["name"], s["avg"]))
    best = max(students, key=lambda s: s["avg"])
    print(f"平均分最高的学生是{best['name']}，平均分 {best['avg']:.1f}")
