"""A small project of two files, the answers of a model that generates it, and answers that change it."""

SPEC = """# 计数器

项目类型: counter

数数的程序。

## 功能

- 从一数到三
- 打个招呼
"""
PLAN = "# 方案\n\n## 文件\n\n- `main.py`：主程序\n- `words.py`：要说的话\n- `README.md`：说明\n"
WORDS = """HELLO = "你好"


def greet():
    # 先打招呼
    return HELLO


def count(last):
    return list(range(1, last + 1))
"""
MAIN = "from words import count, greet\n\nprint(greet())\nprint(count(3))\n"
README = "# 计数器\n\n## 试着改一改\n\n- 数到十\n- 换一句问候\n"
FILES = {"main.py": MAIN, "words.py": WORDS, "README.md": README}


def as_files(files: dict[str, str]) -> str:
    return "\n".join(f'<file path="{path}">\n{text}</file>\n' for path, text in files.items())


GENERATED = {"specify": SPEC, "plan": PLAN, "implement": as_files(FILES)}

NEW_SPEC = """# 计数器

项目类型: counter

数数的程序。

## 功能

- 【修改】从一数到三，倒着数
- 打个招呼

原因：倒着数更有意思。
"""
NEW_PLAN = "# 方案\n\n倒着数。\n\n## 文件\n\n- `words.py`：改 `count()`\n"
NEW_WORDS = WORDS.replace("range(1, last + 1)", "range(last, 0, -1)")
NEW_COUNT = "def count(last):\n    return list(range(last, 0, -1))\n"
OLD_LINE = "    return list(range(1, last + 1))\n"
NEW_LINE = "    return list(range(last, 0, -1))\n"
REASON = "把 count 改成倒着数。"

_CODE = "```python\n"
_RESTYLED = NEW_WORDS.replace("    # 先打招呼\n", "").replace('"', "'").replace("\n\n\n", "\n\n")
_HUNK = f"-{OLD_LINE}+{NEW_LINE}"
_FORMS = {
    "whole": as_files({"words.py": NEW_WORDS}),
    "whole in another style": as_files({"words.py": _RESTYLED}),
    "fenced": f"`words.py`\n\n{_CODE}{NEW_WORDS}```\n",
    "function": f"在 `words.py` 里改 `count`：\n\n{_CODE}{NEW_COUNT}```\n",
    "blocks": f"words.py\n<<<<<<< SEARCH\n{OLD_LINE}=======\n{NEW_LINE}>>>>>>> REPLACE\n",
    "diff": f"```diff\n--- a/words.py\n+++ b/words.py\n@@ -99,3 +99,3 @@\n def count(last):\n{_HUNK}```\n",
    "apply_patch": f"*** Begin Patch\n*** Update File: words.py\n@@ def count(last):\n{_HUNK}*** End Patch\n",
    "elided": f"`words.py`\n\n{_CODE}# ... 其余代码不变 ...\n\n\n{NEW_COUNT}```\n",
}
ANSWERS = {form: f"{REASON}\n\n{text}" for form, text in _FORMS.items()}
"""The same change in every form in which models write one."""
STALE = "改好了。\n\nwords.py\n<<<<<<< SEARCH\n    return 42\n=======\n    return 43\n>>>>>>> REPLACE\n"
"""A block whose text is not in the file."""
CHANGED = {"specify": NEW_SPEC, "plan": NEW_PLAN, "implement": ANSWERS["whole"]}
