import random

# 定义单词和中文的列表
words = [
    ("apple", "苹果"),
    ("banana", "香蕉"),
    ("cherry", "樱桃"),
    ("date", "葡萄"),
    ("elderberry", "李子")
]

def ask(word, meaning):
    # 出题并获取用户答案
    user_answer = input(f"请问 {word} 的中文是什么？(输入 'exit' 退出) ")
    
    if user_answer.lower() == 'exit':
        return False
    
    if user_answer.lower() == meaning.lower():
        print("答对了！")
        return True
    else:
        print(f"答错了，正确的中文是 {meaning}")
        return False

def main():
    score = 0
    
    while True:
        # 随机选择一个单词和中文
        word, meaning = random.choice(words)
        
        if not ask(word, meaning):
            break
        
        score += 1
    
    print(f"你的总得分是 {score}。")
    
if __name__ == "__main__":
    main()
