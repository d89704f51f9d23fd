import ast
import operator

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def value(node):
    if isinstance(node, ast.Expression):
        return value(node.body)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp):
        return -value(node.operand)
    return OPERATORS[type(node.op)](value(node.left), value(node.right))


while True:
    text = input("请输入表达式（exit 退出）> ")
    if text == "exit":
        break
    try:
        print(value(ast.parse(text, mode="eval")))
    except ZeroDivisionError:
        print("错误：不能除以零")
    except Exception:
        print("错误：看不懂这个表达式")
