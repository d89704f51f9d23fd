import math

a, b = map(int, input("请输入两个正整数，用空格分隔: ").split())
print(math.gcd(a, b))
print(math.lcm(a, b))
