class Account:
    def __init__(self, initial_balance=0):
        self.money = initial_balance

    def deposit(self, amount):
        if amount > 0:
            self.money += amount
        else:
            raise ValueError("Deposit amount must be positive")

    def withdraw(self, amount):
        if amount > 0 and amount <= self.money:
            self.money -= amount
        else:
            raise ValueError("Withdrawal amount must be positive and not exceed balance")

    def balance(self):
        return self.money

def main():
    account = Account(100)
    try:
        account.deposit(50)
        print(f"Current balance: {account.balance()}")
        account.withdraw(20)
        print(f"Current balance: {account.balance()}")
        account.withdraw(30)  # This will raise ValueError
    except ValueError as e:
        print(e)

if __name__ == "__main__":
    main()
