import random

score = 0
for i in range(5):
    num1 = random.randint(0, 10)
    num2 = random.randint(0, 10)
    print(f"第{i + 1}题: {num1} + {num2} = ?")
    try:
        answer = int(input("你的答案: "))
    except ValueError:
        print("输入无效")
        continue
    if answer == num1 + num2:
        print("正确！")
        score += 1
    else:
        print(f"错误，正确答案是 {num1 + num2}")
print(f"\n练习结束，你答对了 {score} 道题，共 5 道")
