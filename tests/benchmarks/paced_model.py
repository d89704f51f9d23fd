"""A model that types.

The stand-in service in a process of its own, so many tokens a second for each who asks.

    python -m tests.benchmarks.paced_model [--tokens-per-second 100] [--parts 9]

Prints its address and serves until the end of its standard input. A token is three or four characters, one in
each chunk, as services send code; the programs that come out differ and pass every gate.
"""

import argparse
import sys

from tests.modelserver import ModelServer, answer, canned

_TOKEN_CHARS = (3, 4, 4, 3)
# As many students as are measured at once get a program of their own; what was found out about one is no use
# for another.
_VARIANTS = 60
_SUBJECTS = (
    ("snake", "蛇"), ("food", "食物"), ("wall", "围墙"), ("score", "分数"), ("level", "关卡"),
    ("timer", "计时"), ("player", "玩家"), ("bonus", "奖励"), ("record", "记录"), ("ghost", "对手"),
)  # fmt: skip
_PART = '''"""{word}：它的状态和规则。"""

START_{big} = {number}


def make_{name}(width: int, height: int) -> dict[str, int]:
    """放一个新的{word}在 {number} 号位置。"""
    return {{"x": width // 2 + {number}, "y": height // 2, "points": START_{big}}}


def move_{name}(state: dict[str, int], step: int) -> dict[str, int]:
    """让{word}走 step 步，不能走到负数。"""
    moved = dict(state)
    moved["x"] = max(0, moved["x"] + step * {number})
    moved["y"] = max(0, moved["y"] - step)
    if moved["x"] > 40 + {number}:
        moved["x"] = {number}
        moved["points"] += 1
    return moved


def show_{name}(state: dict[str, int]) -> str:
    """用一句话说出{word}在哪里。"""
    place = f"{{state['x']}}, {{state['y']}}"
    return f"{word}在 {{place}}，得了 {{state['points']}} 分"
'''


def program(parts: int, variant: int = 0) -> dict[str, str]:
    """Return path → text of a program of ``parts`` modules and its main file.

    No file of two variants is the same.
    """
    chosen = _SUBJECTS[:parts]
    first = 100 + variant * len(_SUBJECTS)  # of three digits each: every variant takes the same time to type
    files = {
        f"{name}.py": _PART.format(name=name, big=name.upper(), word=word, number=number)
        for number, (name, word) in enumerate(chosen, start=first)
    }
    imports = "\n".join(
        f"from {name} import make_{name}, move_{name}, show_{name}" for name, _ in sorted(chosen)
    )
    body = "\n".join(
        f"    {name} = move_{name}(make_{name}(30, 20), {number})\n    print(show_{name}({name}))"
        for number, (name, _) in enumerate(chosen, start=first)
    )
    files["main.py"] = (
        f'"""从这里开始。"""\n\n{imports}\n\n\ndef main() -> None:\n    """走一步，看一看。"""\n{body}\n\n\n'
        'if __name__ == "__main__":\n    main()\n'
    )
    return files


def replies(parts: int, variant: int = 0) -> dict[str, tuple[str, str]]:
    """Return phase → thinking and answer."""
    files = program(parts, variant)
    listed = "\n".join(f"- `{path}`：{path.removesuffix('.py')} 的部分" for path in files)
    plan = f"# 方案\n\n## 文件\n{listed}\n\n## 依赖\n只用标准库。\n"
    written = "\n".join(f'<file path="{path}">\n{text}</file>\n' for path, text in files.items())
    return {
        "specify": (canned.THINKING["specify"] * 4, canned.SPECIFY),
        "plan": (canned.THINKING["plan"], plan),
        "implement": (canned.THINKING["implement"], f"下面是全部文件。\n\n{written}"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--tokens-per-second", type=float, default=100)
    parser.add_argument("--parts", type=int, default=9, choices=range(1, len(_SUBJECTS) + 1))
    options = parser.parse_args()
    with ModelServer() as server:
        for variant in range(_VARIANTS):
            for phase, (thinking, content) in replies(options.parts, variant).items():
                reply = answer(content, thinking=thinking, style="reasoning_content", sizes=_TOKEN_CHARS)
                reply.pace_s = 1 / options.tokens_per_second
                if variant:
                    server.script(reply, phase=phase)
                else:
                    server.always(reply, phase)
        print(server.base_url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
