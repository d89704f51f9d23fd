students = []
while True:
    name = input("请输入学生姓名（输入 q 结束）: ")
    if name.lower() == "q":
        break
    score = float(input(f"请输入{name}的分数: "))
    students.append((name, score))
if students:
    average = sum(s for _, s in students) / len(students)
    print("平均分是 %.2f" % average)
    top = max(students, key=lambda s: s[1])
    print(f"最高分：{top[0]}，{top[1]} 分")
else:
    print("没有输入任何学生")
