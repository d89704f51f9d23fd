"""What Python's complaints about a text that is no Python mean: indentation and syntax."""

from typing import Final

from aiflow.sandbox.explanation import Explanation, row

SYNTAX_EXPLANATIONS: Final[tuple[Explanation, ...]] = (
    row("TabError", "", "缩进里混用了 Tab 和空格，Python 分不清层次。", "把这一段的缩进全部改成 4 个空格。"),
    row(
        "IndentationError",
        r"expected an indented block after (?P<what>.+?) on line (?P<at>\d+)",
        "第 {at} 行以冒号结尾，下一行应该向右缩进，但没有缩进。",
        "在下一行前面加 4 个空格；如果暂时没有内容，写一个 pass。",
    ),
    row(
        "IndentationError",
        "expected an indented block",
        "冒号后面的下一行应该向右缩进，但没有缩进。",
        "在这一行前面加 4 个空格；如果暂时没有内容，写一个 pass。",
    ),
    row(
        "IndentationError",
        "unindent does not match",
        "这一行的缩进和前面任何一层都对不上。",
        "让它和同一层的其他行左边对齐，每层用 4 个空格。",
    ),
    row("IndentationError", "", "这一行多了不该有的缩进。", "删掉行首多余的空格，让它和上一行对齐。"),
    row(
        "SyntaxError",
        r"'(?P<mark>[([{])' was never closed",
        "左括号「{mark}」没有配对的右括号。",
        "从标出的位置往后找，补上缺少的右括号。",
    ),
    row(
        "SyntaxError",
        r"unmatched '(?P<mark>[^']+)'",
        "多了一个右括号「{mark}」，前面没有和它配对的左括号。",
        "删掉多余的括号，或补上前面缺少的左括号。",
    ),
    row(
        "SyntaxError",
        r"closing parenthesis '(?P<right>.)' does not match opening parenthesis '(?P<left>.)'",
        "括号不配对：左边是「{left}」，右边却是「{right}」。",
        "把这一对括号改成同一种。",
    ),
    row(
        "SyntaxError",
        r"unterminated (?:triple-quoted )?f?-?string literal",
        "文字的引号没有成对：少了结尾的引号。",
        "在文字的末尾补上和开头一样的引号；多行文字要用三个引号。",
    ),
    row(
        "SyntaxError",
        r"invalid (?:non-printable )?character '?(?P<mark>[^' ]+)'? ?\(?",
        "代码里有 Python 不认识的符号「{mark}」，多半是中文标点。",
        "切换到英文输入法，把括号、逗号、引号、冒号改成英文的。",
    ),
    row(
        "SyntaxError",
        r"expected ':'",
        "这一行的末尾少了冒号。",
        "if、for、while、def、class、else 这样的行，结尾都要有英文冒号「:」。",
    ),
    row(
        "SyntaxError",
        r"Maybe you meant '==' or ':=' instead of '='",
        "这里应该是比较，却写成了赋值。",
        "比较是否相等用两个等号「==」，一个等号「=」是赋值。",
    ),
    row(
        "SyntaxError",
        r"Perhaps you forgot a comma",
        "两个值之间可能少了逗号。",
        "在列表或括号里，用英文逗号把每个值分开。",
    ),
    row(
        "SyntaxError",
        r"Missing parentheses in call to '(?P<name>[^']+)'",
        "「{name}」在 Python 3 里是函数，后面要有括号。",
        "改成 {name}(...) 的样子。",
    ),
    row(
        "SyntaxError",
        r"'(?P<name>return|yield|await|break|continue)' (?:outside|not properly in)",
        "「{name}」放错了地方：它只能在函数或循环里面用。",
        "检查这一行的缩进，看它是不是应该属于上面的函数或循环。",
    ),
    row(
        "SyntaxError",
        r"cannot assign to (?P<what>.+?)(?: here|$|\.)",
        "等号左边不能被赋值。",
        "等号左边应该是变量名；比较是否相等要用「==」。",
    ),
    row(
        "SyntaxError",
        "",
        "这一行不符合 Python 的语法，Python 读不懂它。",
        "看看标出的位置和它的上一行：有没有少写括号、引号、逗号或冒号。",
    ),
)
