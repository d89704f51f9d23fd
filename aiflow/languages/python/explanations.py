"""The meaning of Python's errors in a beginner's words: one row per kind of message."""

import re
from dataclasses import dataclass
from typing import Final

_TYPES: Final = {
    "str": "文字（str）", "int": "整数（int）", "float": "小数（float）", "list": "列表（list）",
    "dict": "字典（dict）", "tuple": "元组（tuple）", "set": "集合（set）", "NoneType": "空值（None）",
    "bool": "真假值（bool）", "function": "函数", "builtin_function_or_method": "内置函数", "method": "方法",
    "module": "模块", "type": "类",
}  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """A row; ``{name}`` in its texts stands for the pattern's group of that name."""

    errors: tuple[str, ...]
    pattern: str
    meaning: str
    advice: str

    def filled_in(self, match: re.Match[str]) -> tuple[str, str]:
        """Return meaning and advice with the message's own names in them."""
        groups = {name: _TYPES.get(value or "", value or "") for name, value in match.groupdict().items()}
        return _filled(self.meaning, groups), _filled(self.advice, groups)


def _filled(text: str, groups: dict[str, str]) -> str:
    # Not str.format: a program's message may hold braces.
    for name, value in groups.items():
        text = text.replace("{" + name + "}", value)
    return text


def row(error: str | tuple[str, ...], pattern: str, meaning: str, advice: str) -> Explanation:
    """Return a row; the pattern is searched in the error's message."""
    return Explanation((error,) if isinstance(error, str) else error, pattern, meaning, advice)


FALLBACK: Final = row(
    "",
    "",
    "程序运行到这里时出错了。",
    "看看上面标出的那一行，再对照最后一行英文提示，想想当时每个变量的值是什么。",
)

# The first row that matches is used.
EXPLANATIONS: Final[tuple[Explanation, ...]] = (
    row("NameError",
        (r"name '(?P<name>[^']+)' is not defined\. Did you (?:mean: '(?P<other>[^']+)'|forget to import "
         "'(?P<module>[^']+)')"),
        "程序用到了名字「{name}」，但是在此之前没有定义过它。",
        "Python 猜你想写的是「{other}{module}」。检查拼写和大小写；如果它是模块，要先 import。"),
    row("NameError", "name '(?P<name>[^']+)' is not defined",
        "程序用到了名字「{name}」，但是在此之前没有定义过它。",
        "检查拼写和大小写；变量要先赋值再使用，模块要先 import，文字要加引号。"),
    row("NameError", "free variable '(?P<name>[^']+)'",
        "内层函数用到了「{name}」，但外层函数还没有给它赋值。", "把给「{name}」赋值的那一行移到使用它之前。"),
    row("UnboundLocalError", "variable '(?P<name>[^']+)'",
        ("函数里的变量「{name}」还没有值就被使用了。函数里给它赋值，它就成了函数自己的变量，"
         "和外面同名的变量无关。"),
        "想改外面的变量，在函数开头写 global {name}；否则先在函数里给它一个初始值。"),
    row("ModuleNotFoundError", "No module named '(?:_?tkinter|turtle)[^']*'",
        "找不到模块「tkinter」：这台机器的 Python 没有带上它，turtle 也要用它来打开窗口。",
        "请老师用系统的安装程序安装它（Debian、Ubuntu：apt install python3-tk），然后再运行。"),
    row("ModuleNotFoundError", "No module named '(?P<name>pygame|numpy)[^']*'",
        "找不到模块「{name}」：这台机器的 Python 里没有安装它。",
        "请老师安装「{name}」（pygame 用 pip install pygame-ce）。"),
    row("ModuleNotFoundError", "No module named '(?P<name>msvcrt|winsound|winreg|_winapi)'",
        "模块「{name}」只有 Windows 上的 Python 才有，运行这个程序的服务器不是 Windows。",
        "去掉用到它的部分：等待按键可以改用 input()，声音可以去掉；或下载到自己的 Windows 电脑上运行。"),
    row("ModuleNotFoundError", "No module named '(?P<name>[^']+)'",
        "找不到模块「{name}」：它不是 Python 自带的，也不在项目文件夹里。",
        "检查文件名和 import 的拼写；项目里的文件 abc.py 要写成 import abc。第三方模块需要先安装。"),
    row("ImportError",
        "cannot import name '(?P<name>[^']+)' from partially initialized module '(?P<module>[^']+)'",
        "两个文件互相导入（循环导入）：导入「{name}」时，「{module}」还没有执行完。",
        "把共用的内容放到第三个文件里，或者检查自己的文件是否和标准模块同名（例如 random.py）。"),
    row("ImportError", "cannot import name '(?P<name>[^']+)' from '(?P<module>[^']+)'",
        "模块「{module}」里没有「{name}」这个名字。",
        "打开那个文件看看里面真正的名字；检查拼写，也检查文件是否和标准模块同名。"),
    row("ImportError", "", "导入模块时出错了。", "检查 import 那一行的拼写，以及文件是否都在项目文件夹里。"),
    row("TabError", "", "缩进里混用了 Tab 和空格，Python 分不清层次。", "把这一段的缩进全部改成 4 个空格。"),
    row("IndentationError", r"expected an indented block after (?P<what>.+?) on line (?P<at>\d+)",
        "第 {at} 行以冒号结尾，下一行应该向右缩进，但没有缩进。",
        "在下一行前面加 4 个空格；如果暂时没有内容，写一个 pass。"),
    row("IndentationError", "expected an indented block", "冒号后面的下一行应该向右缩进，但没有缩进。",
        "在这一行前面加 4 个空格；如果暂时没有内容，写一个 pass。"),
    row("IndentationError", "unindent does not match",
        "这一行的缩进和前面任何一层都对不上。", "让它和同一层的其他行左边对齐，每层用 4 个空格。"),
    row("IndentationError", "", "这一行多了不该有的缩进。", "删掉行首多余的空格，让它和上一行对齐。"),
    row("SyntaxError", "'(?P<mark>[([{])' was never closed",
        "左括号「{mark}」没有配对的右括号。", "从标出的位置往后找，补上缺少的右括号。"),
    row("SyntaxError", "unmatched '(?P<mark>[^']+)'",
        "多了一个右括号「{mark}」，前面没有和它配对的左括号。", "删掉多余的括号，或补上前面缺少的左括号。"),
    row("SyntaxError", "closing parenthesis '(?P<right>.)' does not match opening parenthesis '(?P<left>.)'",
        "括号不配对：左边是「{left}」，右边却是「{right}」。", "把这一对括号改成同一种。"),
    row("SyntaxError", "unterminated (?:triple-quoted )?f?-?string literal",
        "文字的引号没有成对：少了结尾的引号。", "在文字的末尾补上和开头一样的引号；多行文字要用三个引号。"),
    row("SyntaxError", r"invalid (?:non-printable )?character '?(?P<mark>[^' ]+)'? ?\(?",
        "代码里有 Python 不认识的符号「{mark}」，多半是中文标点。",
        "切换到英文输入法，把括号、逗号、引号、冒号改成英文的。"),
    row("SyntaxError", "expected ':'",
        "这一行的末尾少了冒号。", "if、for、while、def、class、else 这样的行，结尾都要有英文冒号「:」。"),
    row("SyntaxError", "Maybe you meant '==' or ':=' instead of '='",
        "这里应该是比较，却写成了赋值。", "比较是否相等用两个等号「==」，一个等号「=」是赋值。"),
    row("SyntaxError", "Perhaps you forgot a comma",
        "两个值之间可能少了逗号。", "在列表或括号里，用英文逗号把每个值分开。"),
    row("SyntaxError", "Missing parentheses in call to '(?P<name>[^']+)'",
        "「{name}」在 Python 3 里是函数，后面要有括号。", "改成 {name}(...) 的样子。"),
    row("SyntaxError", "'(?P<name>return|yield|await|break|continue)' (?:outside|not properly in)",
        "「{name}」放错了地方：它只能在函数或循环里面用。",
        "检查这一行的缩进，看它是不是应该属于上面的函数或循环。"),
    row("SyntaxError", r"cannot assign to (?P<what>.+?)(?: here|$|\.)",
        "等号左边不能被赋值。", "等号左边应该是变量名；比较是否相等要用「==」。"),
    row("SyntaxError", "", "这一行不符合 Python 的语法，Python 读不懂它。",
        "看看标出的位置和它的上一行：有没有少写括号、引号、逗号或冒号。"),
    row("TypeError", r"can only concatenate str \(not \"(?P<type>\w+)\"\) to str",
        "文字只能和文字相加，这里却加上了{type}。", "用 str(...) 把它变成文字，或者写成 f\"……{变量}\"。"),
    row("TypeError", r"unsupported operand type\(s\) for (?P<op>.+?): '(?P<left>\w+)' and '(?P<right>\w+)'",
        "{left}和{right}之间不能做「{op}」运算。",
        ("input() 得到的是文字，要用 int(...) 或 float(...) 变成数字再计算；值是 None 时，看看函数是否忘了 "
         "return。")),
    row("TypeError",
        r"'(?P<op>[<>=]+)' not supported between instances of '(?P<left>\w+)' and '(?P<right>\w+)'",
        "{left}和{right}不能用「{op}」比较大小。", "先把两边变成同一种类型，例如 int(input(...))。"),
    row("TypeError",
        (r"(?P<name>[\w.]+)\(\) missing (?P<count>\d+) required (?:positional|keyword-only) arguments?: "
         "(?P<names>.+)"),
        "调用「{name}」时少给了 {count} 个参数：{names}。",
        "在括号里补上缺少的参数，或者看看定义它的那一行需要什么。"),
    row("TypeError",
        (r"(?P<name>[\w.]+)\(\) takes (?:from )?(?P<count>[\w ]+?) positional arguments? but "
         r"(?P<given>\d+) (?:was|were) given"),
        "调用「{name}」时给的参数个数不对：给了 {given} 个。",
        "看看定义它的那一行要几个参数；类里的方法，第一个参数要写 self。"),
    row("TypeError", r"(?P<name>[\w.]+)\(\) got an unexpected keyword argument '(?P<word>[^']+)'",
        "「{name}」没有名叫「{word}」的参数。", "检查参数名的拼写，对照定义它的那一行。"),
    row("TypeError", "'NoneType' object is not (?P<what>subscriptable|iterable|callable)",
        "这里的值是 None（空），不能取元素、循环或调用。",
        "看看给它赋值的函数是否忘了写 return；list.sort()、list.append() 这类方法返回的就是 None。"),
    row("TypeError", r"'(?P<type>\w+)' object is not callable", "{type}不是函数，后面不能加括号调用。",
        "检查有没有变量和函数同名（例如把变量取名为 list 或 str），或者多写了括号。"),
    row("TypeError", r"'(?P<type>\w+)' object is not subscriptable",
        "{type}不能用方括号取元素。", "检查方括号前面的变量是不是列表、字典或文字；调用函数要用圆括号。"),
    row("TypeError", r"'(?P<type>\w+)' object is not iterable",
        "{type}不能放在 for 循环里逐个取出。", "想循环若干次，用 for i in range(次数)。"),
    row("TypeError", "(?:list|tuple|string|str) indices must be integers", "列表和文字的下标必须是整数。",
        "下标是小数时用 int(...) 取整（例如 a // 2）；想按名字取值，要用字典。"),
    row("TypeError", r"'(?P<type>\w+)' object does not support item assignment",
        "{type}不能修改其中的某一项。", "文字和元组不能改：做一个新的，或者改用列表。"),
    row("TypeError", r"'(?P<type>\w+)' object cannot be interpreted as an integer",
        "这里需要整数，得到的是{type}。", "用 int(...) 把它变成整数，例如 range(int(n))。"),
    row("TypeError", "", "某个值的类型和这里需要的不一样。",
        "用 print(type(变量)) 看看每个值的类型，再用 int()、str() 等转换。"),
    row("IndexError", "(?P<type>list|tuple|string|pop from empty list|range object).*",
        "下标超出了范围：要取的那一项不存在（第一项的下标是 0，最后一项是长度减 1）。",
        "用 len(...) 看看有几项；循环时检查下标会不会到了最后一项之后，列表是不是空的。"),
    row("IndexError", "",
        "下标超出了范围：要取的那一项不存在。", "检查下标的值和 len(...)，列表可能是空的。"),
    row("KeyError", "(?P<name>.*)", "字典里没有 {name} 这个键。",
        "检查键的拼写；不确定有没有时，用 字典.get(键, 默认值) 或先用 in 判断。"),
    row("ValueError", r"invalid literal for int\(\) with base \d+: (?P<text>.+)",
        "{text} 不是整数，int() 不能把它变成数字。",
        "检查输入的内容：不能有字母、小数点或为空。可以用 try / except ValueError 请用户再输一次。"),
    row("ValueError", "could not convert string to float: (?P<text>.+)",
        "{text} 不是数字，float() 不能把它变成小数。",
        "检查输入的内容；可以用 try / except ValueError 请用户再输一次。"),
    row("ValueError", r"not enough values to unpack \(expected (?P<want>\d+), got (?P<got>\d+)\)",
        "等号左边有 {want} 个变量，右边却只有 {got} 个值。",
        "让两边的个数一样；input().split() 时检查输入了几个。"),
    row("ValueError", r"too many values to unpack \(expected (?P<want>\d+)",
        "等号左边有 {want} 个变量，右边的值更多。", "让两边的个数一样；遍历字典的键和值要用 .items()。"),
    row("ValueError", r"(?:list\.remove\(x\): x not in list|is not in list)",
        "列表里没有要找的那一项。", "先用 if 值 in 列表 判断，再 remove 或 index。"),
    row("ValueError", "math domain error|expected a nonnegative input",
        "数学函数不接受这个数（例如给负数开平方）。", "计算之前先检查这个数的范围。"),
    row("ValueError", "", "值的类型是对的，但内容不合适。", "对照最后一行英文提示，用 print 看看当时的值。"),
    row("ZeroDivisionError", "", "除数是 0，除法没有意义。", "做除法之前用 if 判断除数是不是 0。"),
    row("OverflowError", "", "计算的结果太大，放不下了。", "检查公式和循环次数。"),
    row("AttributeError", "'NoneType' object has no attribute '(?P<name>[^']+)'",
        "这里的值是 None（空），它没有「{name}」。前面某一步没有得到想要的东西。",
        "往前找给这个变量赋值的地方：函数是否忘了 return，查找是否没有找到。"),
    row("AttributeError", "module '(?P<module>[^']+)' has no attribute '(?P<name>[^']+)'",
        "模块「{module}」里没有「{name}」。",
        "检查拼写；再看看项目里是否有文件和这个模块同名（例如 random.py、turtle.py），有就改名。"),
    row("AttributeError",
        r"'(?P<type>\w+)' object has no attribute '(?P<name>[^']+)'(?:\. Did you mean: '(?P<other>[^']+)')",
        "{type}没有「{name}」这个属性或方法。", "Python 猜你想写的是「{other}」，检查拼写。"),
    row("AttributeError", r"'(?P<type>\w+)' object has no attribute '(?P<name>[^']+)'",
        "{type}没有「{name}」这个属性或方法。",
        "检查拼写；自己写的类，要在 __init__ 里用 self.{name} = … 先给它值。"),
    row("AttributeError", "",
        "这个对象没有要用的属性或方法。", "检查点号后面的名字的拼写，以及变量是不是你以为的那种类型。"),
    row("FileNotFoundError",
        r"(?:\[Errno 2\] [^:]+: |\[WinError \d+\] [^:]+: |[Nn]o (?:such )?file.*?)(?P<name>'.+')",
        "找不到文件 {name}。",
        "文件要在项目文件夹里，名字和后缀要写对；用相对路径，不要写 C:\\ 开头的路径。"),
    row("FileNotFoundError", "", "找不到文件。", "文件要在项目文件夹里，名字和后缀要写对。"),
    row("PermissionError", r"\[Errno 13\] Permission denied: (?P<name>'.+')",
        "没有权限使用 {name}。在这里运行的程序只能读写自己项目文件夹里的文件。",
        "把文件放在项目文件夹里，用相对路径打开。"),
    row("PermissionError", r"\[Errno 13\]", "程序想做一件在这里不允许的事，例如使用网络。",
        "在这里运行的程序不能联网，也不能碰项目文件夹以外的东西；去掉这部分，或下载到自己的电脑上运行。"),
    row("PermissionError", "", "没有权限做这件事。", "在这里运行的程序只能读写自己项目文件夹里的文件。"),
    row("BlockingIOError", "Errno 11",
        "不能再启动新的进程：已经到了上限。", "检查是否在循环里不断创建进程。"),
    row("RuntimeError", "can't start new thread",
        "不能再启动新的线程：已经到了上限。", "检查是否在循环里不断创建线程。"),
    row("OSError", r"\[Errno 27\]", "写的文件太大，超过了上限。", "检查是否在循环里不停地往文件里写。"),
    row("OSError", r"\[Errno 24\]", "同时打开的文件太多。", "用 with open(...) as f，用完会自动关闭。"),
    row("OSError", r"\[Errno 28\]", "磁盘满了，写不进去。", "删掉不需要的文件再试。"),
    row(("IsADirectoryError", "NotADirectoryError"), "",
        "把文件夹当成了文件，或者把文件当成了文件夹。", "检查路径写得对不对。"),
    row("FileExistsError", "", "要新建的文件或文件夹已经存在。", "先判断它在不在，或者换一个名字。"),
    row("UnicodeDecodeError", "", "读文件时的编码不对，有的字节不能变成文字。",
        ("打开文件时写明编码：open(文件名, encoding=\"utf-8\")；从 Windows 来的旧文件可能是 "
         "encoding=\"gbk\"。")),
    row("UnicodeEncodeError", "", "有的文字不能用这种编码写出去。", "打开文件时写明 encoding=\"utf-8\"。"),
    row("RecursionError", "", "函数不停地调用自己，层数太多，被 Python 制止了。",
        "检查递归有没有结束的条件，并且每次调用都在向它靠近。"),
    row("MemoryError", "",
        "程序用的内存到了上限，不能再要更多。", "检查是否有不断变大的列表或文字，或者一次要了太大的空间。"),
    row("EOFError", "", "程序还想要输入，但输入已经结束了。",
        "运行时在下面的输入框里输入；检查 input() 的次数是不是比给出的行数多。"),
    row("KeyboardInterrupt", "", "程序被人中断了。", "这不是程序的错误，重新运行即可。"),
    row("AssertionError", "", "assert 后面的条件不成立。", "看看那一行的条件，用 print 输出其中的变量。"),
    row("StopIteration", "",
        "已经没有下一个了，还在调用 next()。", "改用 for 循环，或给 next() 一个默认值。"),
    row("NotImplementedError", "", "这部分功能还没有写。", "在标出的函数里补上真正的代码。"),
    row(("pygame.error", "error"), "No available video device",
        "这台机器没有屏幕，pygame 打不开窗口。", "点「试玩」：程序的画面会显示在网页里。"),
    row(("pygame.error", "error"),
        "(?:video system|display Surface|font) not initialized|not initialized|No video mode",
        "pygame 的这一部分还没有启动就被使用了，或者已经 quit 了。",
        ("在最前面调用 pygame.init()，并先用 pygame.display.set_mode(...) 建立窗口；pygame.quit() "
         "之后不要再画。")),
    row(("pygame.error", "error"),
        "(?:Couldn't open|Unable to open|Not a file type|Unsupported image format|No file).*",
        "pygame 读不了这个图片或声音文件。",
        "检查文件是否在项目文件夹里，名字和格式（png、jpg、ogg、wav）是否正确。"),
    row("pygame.error", "", "pygame 出错了。", "对照最后一行英文提示，检查出错那一行给 pygame 的参数。"),
    row(("URLError", "gaierror", "ConnectionError", "ConnectTimeout", "ConnectionRefusedError", "HTTPError",
         "SSLError"),
        "",
        "程序想使用网络，没有连上。在这里运行的程序不能联网。",
        "去掉联网的部分，或把需要的内容直接写进程序里；要联网的程序请下载到自己的电脑上运行。"),
    row("TclError", "display", "这台机器没有屏幕，tkinter 打不开窗口。", "点「试玩」，窗口会显示在网页里。"),
    row("TclError", "", "tkinter 出错了。", "检查控件的参数名和颜色名；窗口关闭后不要再使用它的控件。"),
    row("Terminator", "", "turtle 的窗口已经关闭。", "这不是程序的错误，重新运行即可。"),
)  # fmt: skip
