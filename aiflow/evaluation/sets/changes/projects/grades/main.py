def average(scores):
    """计算所有分数的平均值"""
    return sum(scores) / len(scores)

def best(students):
    """返回成绩最高的学生及其分数"""
    max_score = max([score for _, score in students.items()])
    best_student = [name for name, score in students.items() if score == max_score][0]
    return best_student, max_score

def report(students):
    """生成报告，包括所有学生的平均分和成绩最高的学生及其分数"""
    average_score = average([score for _, score in students.items()])
    best_student, best_score = best(students)
    print(f"所有学生的平均分: {average_score}")
    print(f"成绩最高的学生是 {best_student}, 分数是 {best_score}")

def main():
    # 示例数据
    students = {
        "Alice": 85,
        "Bob": 92,
        "Charlie": 78,
        "David": 90
    }
    
    report(students)

if __name__ == "__main__":
    main()
