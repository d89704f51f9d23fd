"""A file's functions, classes and methods are found with the lines that belong to each."""

from aiflow.languages.files import find_definitions, outline

TEXT = '''import a

# 画
# 图
@cache
def draw(screen, *, width: int = 3) -> None:
    def inner():
        pass

    return inner


class Game(Base, metaclass=Meta):
    level = 1

    # 走
    async def move(self): ...

    class Inner:
        def deep(self):
            """Doc."""


try:
    import b
except ImportError:
    def fallback(): pass
'''


def test_definitions_have_their_names_and_lines():
    found = [
        (item.name, item.kind, item.first_line, item.last_line) for item in find_definitions("a.py", TEXT)
    ]
    assert found == [
        ("draw", "function", 3, 10),
        ("Game", "class", 13, 21),
        ("Game.move", "method", 16, 17),
        ("Game.Inner", "class", 19, 21),
        ("Game.Inner.deep", "method", 20, 21),
        ("fallback", "function", 27, 27),
    ]


def test_an_outline_shows_signatures():
    assert outline({"a.py": TEXT, "data.json": "{}\n", "broken.py": "def f(:\n"}).splitlines() == [
        "a.py（27 行）",
        "  3-10 def draw(screen, *, width: int=3) -> None",
        "  13-21 class Game(Base, metaclass=Meta)",
        "    16-17 async def move(self)",
        "    19-21 class Inner",
        "      20-21 def deep(self)",
        "  27-27 def fallback()",
        "data.json（1 行）",
        "broken.py（1 行）",
    ]


def test_line_ends_and_a_byte_order_mark():
    for end in ("\r\n", "\r"):
        found = find_definitions("a.py", "\ufeff" + TEXT.replace("\n", end))
        assert [item.first_line for item in found] == [3, 13, 16, 19, 20, 27]


def test_what_cannot_be_read_defines_nothing():
    for text in (
        "def f(:",
        "x = 1\0",
        "(" * 3000,
        "x" * 100_000 + "(",
        "if x:\n pass\n" + "elif x:\n pass\n" * 3000,
    ):
        assert find_definitions("a.py", text) == []
    assert find_definitions("a.txt", "def f(): pass") == []
