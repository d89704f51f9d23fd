"""The forms in which models write a change, each as a function of the file and of what is meant."""

import difflib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

LANGUAGES = {
    "py": "python",
    "md": "markdown",
    "html": "html",
    "css": "css",
    "js": "javascript",
    "json": "json",
}


@dataclass(frozen=True)
class Intent:
    """The change that an answer means: ``old``, which stands once in ``text``, becomes ``new``."""

    id: str
    path: str
    text: str
    old: str
    new: str
    within: str = ""

    @property
    def result(self) -> str:
        """The whole file as it is meant to be."""
        assert self.text.count(self.old) == 1, self.id
        return self.text.replace(self.old, self.new)

    @property
    def language(self) -> str:
        return LANGUAGES[self.path.rpartition(".")[2]]

    def with_text(self, change: Callable[[str], str]) -> "Intent":
        """The same intent for a file that differs everywhere in the same way."""
        return replace(self, text=change(self.text), old=change(self.old), new=change(self.new))


Form = Callable[[Intent], str]


def fenced(text: str, info: str, fence: str = "```") -> str:
    while fence in text:
        fence += fence[0]
    return f"{fence}{info}\n{text}{fence}\n"


def block(
    intent: Intent, first: str = "<<<<<<< SEARCH", mid: str = "=======", last: str = ">>>>>>> REPLACE"
) -> str:
    return f"{first}\n{intent.old}{mid}\n{intent.new}{last}\n"


def diff(intent: Intent, context: int = 3) -> list[str]:
    old, new = intent.text.splitlines(keepends=True), intent.result.splitlines(keepends=True)
    return list(difflib.unified_diff(old, new, f"a/{intent.path}", f"b/{intent.path}", n=context))


def signs(count: int) -> tuple[str, str, str]:
    return "<" * count + " SEARCH", "=" * count, ">" * count + " REPLACE"


def indented(text: str) -> str:
    return "".join(f"   {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def in_class(intent: Intent, text: str) -> str:
    owner, dot, _ = intent.within.partition(".")
    return f"class {owner}:\n{text}" if dot else text


def renumbered(lines: list[str], header: str) -> str:
    return "".join(header + "\n" if line.startswith("@@") else line for line in lines)


def hunks(intent: Intent) -> str:
    return renumbered(diff(intent)[2:], "@@")


def definition(intent: Intent) -> str:
    """The new text of the function that is changed, with its own indentation."""
    lines = intent.result.split("\n")
    name = intent.within.rpartition(".")[2]
    first = next(at for at, line in enumerate(lines) if line.strip().startswith(f"def {name}("))
    margin = len(lines[first]) - len(lines[first].lstrip())
    last = first + 1
    while last < len(lines) and (
        not lines[last].strip() or len(lines[last]) - len(lines[last].lstrip()) > margin
    ):
        last += 1
    return "\n".join(lines[first:last]).rstrip("\n") + "\n"


def outdented(text: str) -> str:
    lines = text.split("\n")
    margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[margin:] for line in lines)


def elided(intent: Intent, mark: str) -> str:
    """The changed function alone, in its class, with marks for all the rest."""
    text = definition(intent)
    owner, _, _ = intent.within.rpartition(".")
    if not owner:
        return f"{mark}\n\n{text}\n\n{mark}\n"
    return f"{mark}\n\nclass {owner}:\n    {mark}\n\n{text}\n    {mark}\n"


WHOLE: dict[str, Form] = {
    "a name above": lambda i: f"我改好了。\n\n**{i.path}**\n\n{fenced(i.result, i.language)}",
    "a heading": lambda i: f"### {i.path}\n\n{fenced(i.result, i.language)}\n现在好了。\n",
    "the info string": lambda i: fenced(i.result, f"{i.language} {i.path}"),
    "a tag": lambda i: f'<file path="{i.path}">\n{i.result}</file>\n',
    "tildes": lambda i: f"文件：{i.path}\n{fenced(i.result, i.language, '~~~')}",
}

FUNCTION: dict[str, Form] = {
    "a name above": lambda i: f"{i.path}\n{fenced(outdented(definition(i)), 'python')}",
    "a sentence": lambda i: (
        f"把 `{i.path}` 里的 `{i.within}` 改成这样：\n\n" + fenced(outdented(definition(i)), "python")
    ),
    "indented": lambda i: f"### {i.path}\n{fenced(definition(i), 'python')}",
    "no name": lambda i: f"改这个函数：\n\n{fenced(outdented(definition(i)), 'python')}",
    "its class": lambda i: f"{i.path}\n{fenced(in_class(i, definition(i)), 'python')}",
    "a comment": lambda i: fenced(f"# {i.path}\n\n{outdented(definition(i))}", "python"),
    "a tag": lambda i: f'<file path="{i.path}">\n{outdented(definition(i))}</file>\n',
}

BLOCKS: dict[str, Form] = {
    "a name above": lambda i: f"我来改速度。\n\n{i.path}\n{fenced(block(i), i.language)}",
    "bold": lambda i: f"**{i.path}**\n\n{fenced(block(i), i.language)}改好了。\n",
    "a name in the fence": lambda i: fenced(f"{i.path}\n{block(i)}", i.language),
    "a comment in the fence": lambda i: fenced(f"# {i.path}\n{block(i)}", i.language),
    "the info string": lambda i: fenced(block(i), f"{i.language}:{i.path}"),
    "a name behind the word": lambda i: fenced(block(i, f"<<<<<<< SEARCH {i.path}"), ""),
    "no fence": lambda i: f"{i.path}\n{block(i)}\n好了。\n",
    "no name": lambda i: fenced(block(i), i.language),
    "original": lambda i: f"{i.path}\n{fenced(block(i, '<<<<<<< ORIGINAL', last='>>>>>>> UPDATED'), '')}",
    "head": lambda i: f"`{i.path}`:\n{fenced(block(i, '<<<<<<< HEAD', last='>>>>>>> updated'), i.language)}",
    "other words": lambda i: (
        f"`{i.path}`:\n{fenced(block(i, '<<<<<<< 现在的样子', last='>>>>>>> 想要的样子'), i.language)}"
    ),
    "nine signs": lambda i: f"{i.path}\n{fenced(block(i, *signs(9)), '')}",
    "five signs": lambda i: f"{i.path}\n{fenced(block(i, *signs(5)), '')}",
    "dashes": lambda i: (
        f"<replace_in_file>\n<path>{i.path}</path>\n<diff>\n"
        f"{block(i, '------- SEARCH', last='+++++++ REPLACE')}</diff>\n</replace_in_file>\n"
    ),
    "line numbers": lambda i: (
        f"<apply_diff>\n<path>{i.path}</path>\n<diff>\n"
        + block(i, "<<<<<<< SEARCH\n:start_line:7\n-------")
        + "</diff>\n</apply_diff>\n"
    ),
    "a tag": lambda i: (
        f'<dyad-search-replace path="{i.path}" description="改一处">\n{block(i)}</dyad-search-replace>\n'
    ),
    "a file's tag": lambda i: f'<file path="{i.path}">\n{block(i)}</file>\n',
    "tag pairs": lambda i: (
        f'<edit path="{i.path}">\n<search>\n{i.old}</search>\n<replace>\n{i.new}</replace>\n</edit>\n'
    ),
    "old and new strings": lambda i: (
        f"<path>{i.path}</path>\n<old_str>{i.old}</old_str>\n<new_str>{i.new}</new_str>\n"
    ),
    "parameters": lambda i: (
        f'<parameter name="path">{i.path}</parameter>\n<parameter name="old_string">'
        f'{i.old}</parameter>\n<parameter name="new_string">{i.new}</parameter>\n'
    ),
    "Chinese": lambda i: (
        f"文件：{i.path}\n" + fenced(block(i, "<<<<<<< 查找", last=">>>>>>> 替换"), i.language)
    ),
    "a list": lambda i: f"1. 修改 `{i.path}`：\n\n" + indented(fenced(block(i), i.language)),
    "thinking before": lambda i: (
        f"<think>\n<<<<<<< SEARCH\nx\n</think>\n{i.path}\n" + fenced(block(i), i.language)
    ),
    "fences inside": lambda i: (
        f"{i.path}\n<<<<<<< SEARCH\n{fenced(i.old, i.language)}=======\n"
        f"{fenced(i.new, i.language)}>>>>>>> REPLACE\n"
    ),
    "JSON": lambda i: fenced(
        json.dumps({"path": i.path, "edits": [{"old_string": i.old, "new_string": i.new}]}, indent=2) + "\n",
        "json",
    ),
    "JSON alone": lambda i: json.dumps({"file_path": i.path, "search": i.old, "replace": i.new}) + "\n",
    "two fences": lambda i: (
        f"把 `{i.path}` 里的\n\n{fenced(i.old, i.language)}\n改成：\n\n" + fenced(i.new, i.language)
    ),
}

DIFFS: dict[str, Form] = {
    "a diff": lambda i: fenced("".join(diff(i)), "diff"),
    "not fenced": lambda i: "这是补丁：\n\n" + "".join(diff(i)) + "\n改好了。\n",
    "git": lambda i: fenced(
        f"diff --git a/{i.path} b/{i.path}\nindex 1..2 100644\n" + "".join(diff(i)), "diff"
    ),
    "wrong numbers": lambda i: fenced(renumbered(diff(i), "@@ -1,2 +1,2 @@"), "diff"),
    "wrong numbers and a title": lambda i: fenced(
        renumbered(diff(i), "@@ -90,30 +90,31 @@ def run():"), "diff"
    ),
    "dots": lambda i: fenced(renumbered(diff(i), "@@ ... @@"), "diff"),
    "bare signs": lambda i: fenced(renumbered(diff(i), "@@"), "diff"),
    "no prefix": lambda i: fenced(
        "".join(diff(i)).replace("--- a/", "--- ").replace("+++ b/", "+++ "), "diff"
    ),
    "no header": lambda i: f"### {i.path}\n\n{fenced(hunks(i), 'diff')}",
    "no header, no signs": lambda i: (
        f"`{i.path}`\n\n{fenced(renumbered(diff(i)[2:], '').lstrip(chr(10)), 'diff')}"
    ),
    "much context": lambda i: fenced("".join(diff(i, 8)), "diff"),
    "little context": lambda i: fenced("".join(diff(i, 1)), "diff"),
    "blank lines cut": lambda i: fenced("".join("\n" if line == " \n" else line for line in diff(i)), "diff"),
    "another language": lambda i: fenced("".join(diff(i)), i.language),
    "in a file's tag": lambda i: f'<file path="{i.path}">\n{hunks(i)}</file>\n',
}

PATCHES: dict[str, Form] = {
    "a patch": lambda i: f"*** Begin Patch\n*** Update File: {i.path}\n{hunks(i)}*** End Patch\n",
    "fenced": lambda i: fenced(
        f"*** Begin Patch\n*** Update File: {i.path}\n{hunks(i)}*** End Patch\n", "patch"
    ),
    "in a shell": lambda i: fenced(
        f"apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: {i.path}\n{hunks(i)}*** End Patch\nEOF\n",
        "bash",
    ),
    "no end": lambda i: fenced(f"*** Begin Patch\n*** Update File: {i.path}\n{hunks(i)}", "diff"),
    "a wide colon": lambda i: (
        f"*** Begin Patch\n*** Update File：{i.path}\n{hunks(i)}*** End Patch\n改好了。\n"
    ),
}

MARKS = (
    "# ... existing code ...", "# 其余代码不变", "# ...", "# ... (rest of the code unchanged)",
    "# 其他代码保持不变", "... existing code ...", "# ……（省略）……",
)  # fmt: skip


def elided_with(mark: str) -> Form:
    return lambda i: f"### {i.path}\n\n{fenced(elided(i, mark), 'python')}"


ELIDED: dict[str, Form] = {mark: elided_with(mark) for mark in MARKS}

FORMS: dict[str, dict[str, Form]] = {
    "whole": WHOLE, "function": FUNCTION, "blocks": BLOCKS, "diff": DIFFS, "patch": PATCHES, "elided": ELIDED,
}  # fmt: skip
