import random
from collections import Counter

results = Counter(random.randint(1, 6) + random.randint(1, 6) for _ in range(1000))
print("掷两个骰子 1000 次的结果")
for s in range(2, 13):
    n = results[s]
    print(f"点数和 {s:2d}：出现 {n} 次（{n / 10:.1f}%）{'*' * (n // 10)}")
