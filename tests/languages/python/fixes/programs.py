"""Broken programs and what the rules make of them."""

WINDOW = (
    "import pygame\npygame.init()\nscreen = pygame.display.set_mode((9, 9))\nwhile True:\n"
    "    for event in pygame.event.get():\n        if event.type == pygame.QUIT:\n"
    "            raise SystemExit\n    screen.fill((0, 0, 0))\n    pygame.display.flip()\n"
)
ALIASED = WINDOW.replace("import pygame\n", "import pygame as pg\n").replace("pygame.", "pg.")
MAIN = "def main():\n    print(1)\n"
GUARD = 'if __name__ == "__main__":\n    main()\n'

# name: (rule, main.py before, main.py after)
FIXED = {
    "module": ("missing_import", "print(random.random())\n", "import random\n\nprint(random.random())\n"),
    "docstring_first": (
        "missing_import",
        '#!/usr/bin/env python3\n"""Dice."""\n\nprint(random.random())\n',
        '#!/usr/bin/env python3\n"""Dice."""\n\nimport random\n\nprint(random.random())\n',
    ),
    "behind_imports": (
        "missing_import",
        "import os\nfrom sys import (\n    argv,\n)\nprint(os.name, argv, math.pi)\n",
        "import os\nfrom sys import (\n    argv,\n)\nimport math\nprint(os.name, argv, math.pi)\n",
    ),
    "windows_lines": (
        "missing_import",
        "import os\r\nprint(os.name, time.time())\r\n",
        "import os\r\nimport time\r\nprint(os.name, time.time())\r\n",
    ),
    "no_line_end": ("missing_import", "print(math.pi)", "import math\n\nprint(math.pi)"),
    "class_of_its_module": (
        "missing_import",
        "print(datetime.now())\n",
        "from datetime import datetime\n\nprint(datetime.now())\n",
    ),
    "approved": (
        "missing_import",
        WINDOW.replace("import pygame\n", ""),
        WINDOW.replace("import pygame\n", "import pygame\n\n"),
    ),
    "submodule": (
        "missing_import",
        'import tkinter as tk\ntk.messagebox.showinfo("a", "b")\n',
        'import tkinter as tk\nimport tkinter.messagebox\ntk.messagebox.showinfo("a", "b")\n',
    ),
    "name": ("misspelling", "score = 1\nprint(scroe)\n", "score = 1\nprint(score)\n"),
    "in_f_string": (
        "misspelling",
        'score = 1\nprint(f"得分 {scroe}")\n',
        'score = 1\nprint(f"得分 {score}")\n',
    ),
    "builtin": ("misspelling", 'pritn("scroe")  # pritn\n', 'print("scroe")  # pritn\n'),
    "capitals": ("misspelling", "over = true\nprint(over)\n", "over = True\nprint(over)\n"),
    "of_module": (
        "misspelling",
        "import random\nprint(random.randit(1, 6))\n",
        "import random\nprint(random.randint(1, 6))\n",
    ),
    "of_pygame": (
        "misspelling",
        WINDOW.replace("QUIT", "QIUT").replace("flip", "filp"),
        WINDOW,
    ),
    "from_module": (
        "misspelling",
        "from random import randit\nprint(randit(1, 6))\n",
        "from random import randint\nprint(randint(1, 6))\n",
    ),
    "standard_module": (
        "misspelling",
        "import randon\nprint(randon.random())\n",
        "import random\nprint(random.random())\n",
    ),
    "method": (
        "misspelling",
        ("class Snake:\n    def checkFood(self):\n        return 1\n\n\nprint(Snake().checkFood())\n"
        "snake = Snake()\nsnake.check_food()\n"),
        ("class Snake:\n    def checkFood(self):\n        return 1\n\n\nprint(Snake().checkFood())\n"
        "snake = Snake()\nsnake.checkFood()\n"),
    ),
    "on_self": (
        "misspelling",
        ("class A:\n    def __init__(self):\n        self.score = 0\n\n    def show(self):\n"
        "        print(self.socre)\n\n\nA().show()\n"),
        ("class A:\n    def __init__(self):\n        self.score = 0\n\n    def show(self):\n"
        "        print(self.score)\n\n\nA().show()\n"),
    ),
    "module_and_class": (
        "misspelling",
        "import datetime\nprint(datetime.now())\n",
        "import datetime\nprint(datetime.datetime.now())\n",
    ),
    "open": (
        "encoding",
        'with open("中文.txt") as file:\n    print(file.read())\n',
        'with open("中文.txt", encoding="utf-8") as file:\n    print(file.read())\n',
    ),
    "open_over_lines": (
        "encoding",
        'file = open(\n    "a.txt",\n    "w",\n)\nfile.write(open("b", "rb").read().decode())\n',
        (
            'file = open(\n    "a.txt",\n    "w", encoding="utf-8"\n)\n'
            'file.write(open("b", "rb").read().decode())\n'
        ),
    ),
    "write_text": (
        "encoding",
        'from pathlib import Path\nPath("a").write_text("x")\nprint(Path("a").read_text())\n',
        ('from pathlib import Path\nPath("a").write_text("x", encoding="utf-8")\n'
        'print(Path("a").read_text(encoding="utf-8"))\n'),
    ),
    "tab": (
        "tabs",
        'if True:\n        s = """\n\tx"""\n\tprint(s)\n',
        'if True:\n        s = """\n\tx"""\n        print(s)\n',
    ),
    "tab_of_four": ("tabs", "if True:\n    print(1)\n\tprint(2)\n", "if True:\n    print(1)\n    print(2)\n"),
    "signs": (
        "fullwidth",
        "def f（a，b）：\n    return ［a，b］；\nprint(f(1，2)，“你好，（世界）”)  # 注释，（不动）：\n",
        'def f(a,b):\n    return [a,b];\nprint(f(1,2),"你好，（世界）")  # 注释，（不动）：\n',
    ),
    "one_wide_quote": ("fullwidth", 'print("你好”)\n', 'print("你好")\n'),
    "quotes_inside": ("fullwidth", "print(“他说\"好\"”)\n", "print('他说\"好\"')\n"),
    "wide_docstring": ("fullwidth", "“““说明。”””\nprint(1)\n", '"""说明。"""\nprint(1)\n'),
    "unseen_blank": (
        "fullwidth",
        "print(1)\u200b\nif\u00a0True:\n\u3000print(2)\n",
        "print(1)\nif True:\n print(2)\n",
    ),
    "fence": ("fences", "下面是代码：\n```python\nprint(1)\n```\n希望对你有帮助！\n", "print(1)\n"),
    "fence_at_the_end": ("fences", "print(1)\n```\n这个程序打印一个数字。\n", "print(1)\n"),
    "sentence": ("fences", "Here is the code for your game:\n\nprint(1)\n", "\nprint(1)\n"),
    "tags": ("fences", '<file path="main.py">\nprint(1)\n</file>\n', "print(1)\n"),
    "marks_in_the_middle": (
        "fences",
        "import os\n```\n\n```python\nprint(os.name)\n```\n",
        "import os\n\nprint(os.name)\n",
    ),
    "print": (
        "python2",
        'name = "小明"\nprint "你好", name  # print "x"\nprint name,\nprint("好")\nif name: print ("a"), 1\n',
        ('name = "小明"\nprint("你好", name)  # print "x"\nprint(name, end=" ")\nprint("好")\n'
        'if name: print(("a"), 1)\n'),
    ),
    "statements": (
        "python2",
        'try:\n    raise ValueError, "x"\nexcept ValueError, error:\n    print(error <> 1)\n',
        'try:\n    raise ValueError("x")\nexcept ValueError as error:\n    print(error != 1)\n',
    ),
    "raw_input": ("python2", 'print(raw_input("raw_input？"))\n', 'print(input("raw_input？"))\n'),
    "old_module": (
        "python2",
        "import Tkinter as tk\ntk.Tk().mainloop()\n",
        "import tkinter as tk\ntk.Tk().mainloop()\n",
    ),
    "uncalled": ("main_call", MAIN, f"{MAIN}\n\n{GUARD}"),
    "class": (
        "main_call",
        ("class Game:\n    def __init__(self, size=3):\n        self.size = size\n\n    def run(self):\n"
        "        print(self.size)\n"),
        ("class Game:\n    def __init__(self, size=3):\n        self.size = size\n\n    def run(self):\n"
        '        print(self.size)\n\n\nif __name__ == "__main__":\n    Game().run()\n'),
    ),
    "only_named": ("main_call", f"{MAIN}\n{GUARD}".removesuffix("()\n") + "\n", f"{MAIN}\n{GUARD}"),
    "asynchronous": (
        "main_call",
        "import asyncio\n\n\nasync def main():\n    await asyncio.sleep(0)",
        ("import asyncio\n\n\nasync def main():\n    await asyncio.sleep(0)\n\n\n"
        'if __name__ == "__main__":\n    asyncio.run(main())\n'),
    ),
    "constant": (
        "pygame_constant",
        WINDOW.replace("pygame.QUIT", "QUIT"),
        WINDOW,
    ),
    "constant_of_alias": (
        "pygame_constant",
        ALIASED.replace("pg.QUIT", "QUIT"),
        ALIASED,
    ),
    "flip": ("pygame_flip", WINDOW.replace("    pygame.display.flip()\n", ""), WINDOW),
    "init": ("pygame_init", WINDOW.replace("pygame.init()\n", ""), WINDOW),
    "picture": (
        "missing_asset",
        WINDOW.replace("while", 'image = pygame.image.load("a.png").convert()\nwhile'),
        WINDOW.replace(
            "while", "image = pygame.Surface((40, 40)).convert()\nimage.fill((90, 160, 250))\nwhile"
        ),
    ),
    "unused": (
        "unused_import",
        "import pygame\nimport os, sys\nfrom math import pi, sqrt\n\nprint(sqrt(4), sys.argv)\n",
        "import sys\nfrom math import sqrt\n\nprint(sqrt(4), sys.argv)\n",
    ),
    "pygame_in_a_console": (
        "unused_import",
        'import pygame\n\npygame.init()\nprint("石头剪刀布")\npygame.quit()\n',
        '\nprint("石头剪刀布")\n',
    ),
    "unused_and_not_approved": ("unused_import", "import requests\nprint(1)\n", "print(1)\n"),
}  # fmt: skip

# As models write the guard: each becomes the right one.
GUARDS = [
    'if __name__ == "main":', 'if name == "main":', 'if name == "__main__":', 'if _name_ == "_main_":',
    'if __name__ = "__main__":', "if __name__ == __main__:", 'if __name__ == "__mian__":',
    'if "__name__" == "__main__":', 'if __name__ == "__main__"', 'if __main__ == "__name__":',
    'if __name__ == "__main__.py":', 'if __name == "__main__":', 'if __name__ == "__main__"：',
]  # fmt: skip

# Programs that no rule may touch: two corrections are possible, or none is certain.
LEFT = {
    "digits": "player1 = 1\nprint(player1, player2)\n",
    "plural": "cards = [1]\nprint(card, cards)\n",
    "short_words": "x_pos = 1\nprint(y_pos, x_pos)\n",
    "two_names": "scores = 1\nscored = 2\nprint(scorex)\n",
    "builtin_like_a_word": "print(item)\n",
    "variable_like_a_module": "queue.append(1)\nprint(queue)\n",
    "unapproved": "print(np.zeros(3))\n",
    "method_with_a_number": "class A:\n    def move1(self):\n        return 1\n\n\na = A()\na.move2()\n",
    "unknown_base": (
        "import tkinter as tk\n\n\nclass A(tk.Frame):\n    def f(self):\n        self.pakc()\n\n\nA().f()\n"
    ),
    "two_starts": "def a():\n    print(1)\n\n\ndef b():\n    print(2)\n",
    "start_with_arguments": "def main(level):\n    print(level)\n",
    "two_wide_quotes": 'print("他说“好”)\n',
    "two_widths_of_a_tab": "if True:\n    if True:\n\tprint(1)\n    print(2))\n",
    "mistake_beside_the_signs": "print（1）\nprint((2)\n",
    "text_with_marks": 'x = """\n```python\nprint "a"（，）\n```\n"""\nprint(x))\n',
    "sound": WINDOW.replace("while", 'sound = pygame.mixer.Sound("a.wav")\nwhile'),
    "asks_for_the_picture": WINDOW.replace(
        "while", 'import os\nif os.path.exists("a.png"):\n    image = pygame.image.load("a.png")\nwhile'
    ),
    "import_for_its_effect": "import readline\nprint(input())\n",
    "optional_import": "try:\n    import numpy\nexcept ImportError:\n    pass\nprint(1)\n",
    "two_loops": WINDOW.replace("    pygame.display.flip()\n", "") * 2,
    "guard_like_a_menu": 'name = input()\nif name == "main":\n    print(1)\n',
}

# name: (rule, files before, the file that changes, its text after)
PROJECTS = {
    "defined_once": (
        "missing_import",
        {"main.py": "import helper\nprint(helper.x, add(1, 2))\n",
         "helper.py": "x = 1\n\n\ndef add(a, b):\n    return a + b\n"},
        "main.py",
        "import helper\nfrom helper import add\nprint(helper.x, add(1, 2))\n",
    ),
    "in_a_package": (
        "missing_import",
        {"main.py": "from game.board import Board\nprint(Board(), Ball())\n", "game/__init__.py": "",
         "game/board.py": "class Board:\n    x = 1\n", "game/ball.py": "class Ball:\n    x = 1\n"},
        "main.py",
        "from game.board import Board\nfrom game.ball import Ball\nprint(Board(), Ball())\n",
    ),
    "wrong_file": (
        "wrong_import",
        {"main.py": "from snake import Snake, Food as F  # 两个\nprint(Snake(), F())\n",
         "snake.py": "class Snake:\n    x = 1\n", "food.py": "class Food:\n    x = 1\n"},
        "main.py",
        "from snake import Snake\nfrom food import Food as F  # 两个\nprint(Snake(), F())\n",
    ),
    "attribute_of_the_wrong_file": (
        "wrong_import",
        {"main.py": "import snake\nprint(snake.Snake(), snake.Food())\n",
         "snake.py": "class Snake:\n    x = 1\n", "food.py": "class Food:\n    x = 1\n"},
        "main.py",
        "import snake\nimport food\nprint(snake.Snake(), food.Food())\n",
    ),
    "misspelt_in_an_import": (
        "misspelling",
        {"main.py": "from snake import Snaek\nprint(Snaek())\n", "snake.py": "class Snake:\n    x = 1\n"},
        "main.py",
        "from snake import Snake\nprint(Snake())\n",
    ),
    "misspelt_file": (
        "misspelling",
        {"main.py": "import snkae\nprint(snkae.x)\n", "snake.py": "x = 1\n"},
        "main.py",
        "import snake\nprint(snake.x)\n",
    ),
    "start_of_another_file": (
        "main_call",
        {"main.py": "from game import run\n", "game.py": "def run():\n    print(1)\n"},
        "main.py",
        'from game import run\n\n\nif __name__ == "__main__":\n    run()\n',
    ),
}  # fmt: skip

LEFT_PROJECTS = {
    "defined_twice": {
        "main.py": "import a, b\nprint(a.x, b.x, add(1, 2))\n",
        "a.py": "x = 1\n\n\ndef add(a, b):\n    return a + b\n",
        "b.py": "x = 1\n\n\ndef add(a, b):\n    return a - b\n",
    },
    "in_the_main_file": {
        "main.py": "from snake import show\nWIDTH = 3\nshow()\n",
        "snake.py": "def show():\n    print(WIDTH)\n",
    },
    "in_a_circle": {
        "main.py": "from a import A\nprint(A())\n",
        "a.py": "from b import B\n\n\nclass A:\n    b = B\n",
        "b.py": "class B:\n    a = A\n",
    },
    "used_through_another_file": {
        "main.py": "from tools import random\nprint(random.random())\n",
        "tools.py": "import random\nx = 1\n",
    },
}
