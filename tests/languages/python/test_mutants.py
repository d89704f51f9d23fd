"""Mutants: one small mistake each, the same ones every time, in places that a test should watch."""

import difflib

import pytest

from aiflow.languages.python.mutants import mutants
from aiflow.languages.registry import load_language

SCORES = '''"""Scores 3."""

import pygame

WIDTH = 640
RED = (200, 30, 30)


class Game:
    """Counts."""

    def __init__(self, lives: int = 3) -> None:
        self.lives = lives
        self.over = False

    def lose(self) -> bool:
        # 扣一条命
        self.lives -= 1
        if self.lives <= 0 and not self.over:
            self.over = True
        return self.over

    def draw(self, screen):
        screen.blit(self.picture, (10, 20))
        x = 3 + 4


def total(scores):
    return sum(scores) + len(scores) * 2


def main():
    pygame.display.set_caption(f"分数 {1 + 1}")
    print("得分", total([1]))


if __name__ == "__main__":
    main()
'''


def changed_lines(before: str, after: str) -> list[str]:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[2:]
    return [line[1:].strip() for line in lines if line.startswith("+")]


def test_each_has_one_mistake_in_its_line() -> None:
    found = mutants({"main.py": SCORES}, 100)
    lines = [changed_lines(SCORES, mutant.text) for mutant in found]
    assert sorted(line for (line,) in lines) == sorted(
        ["def __init__(self, lives: int = 4) -> None:", "pass", "self.over = True", "self.lives += 1",
         "if self.lives < 0 and not self.over:", "self.over = False", "return None",
         "return sum(scores) - len(scores) * 2", 'print("得分", total([2]))']
    )  # fmt: skip
    assert all(SCORES.splitlines()[mutant.line - 1].strip() for mutant in found)
    for mutant in found:
        compile(mutant.text, mutant.path, "exec")


def test_they_are_the_same_every_time_and_others_for_another_seed() -> None:
    files = {"b.py": SCORES, "a.py": SCORES, "notes.md": "1 < 2"}
    assert mutants(files, 4, 7) == mutants(dict(reversed(files.items())), 4, 7)
    assert len(mutants(files, 4, 7)) == 4
    assert any(mutants(files, 4, 7) != mutants(files, 4, seed) for seed in (8, 9, 10))
    assert {mutant.operator for mutant in mutants(files, 6)} == {
        "arithmetic", "boolean", "compare", "constant", "removed", "return",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "def", "x = 1\0", "\ufeffx = y < 2\n", "f = f'{1 + 1}'\n", "x = " + "(" * 300 + ")" * 300]
)
def test_any_text_is_read(text: str) -> None:
    for mutant in mutants({"main.py": text}, 3):
        compile(mutant.text, "main.py", "exec")


def test_a_language_makes_them() -> None:
    assert load_language("python").mutants({"main.py": "x = 1 < 2\n"}, 1)[0].text == "x = 1 <= 2\n"
