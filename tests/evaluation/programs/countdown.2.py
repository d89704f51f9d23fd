import time

seconds = int(input("请输入倒计时秒数: "))
while seconds:
    mins, secs = divmod(seconds, 60)
    print(f"剩余 {seconds} 秒", end="\r")
    time.sleep(1)
    seconds -= 1
print("时间到！")
