import json


def main():
    with open("products.json", encoding="utf-8") as file:
        products = json.load(file)
    total = sum(item["price"] * item["count"] for item in products)
    dearest = max(products, key=lambda item: item["price"])
    print(f"总价值：{total:.2f}")
    print("最贵的商品：", dearest["name"])


if __name__ == "__main__":
    main()
