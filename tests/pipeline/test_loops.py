"""An answer that goes round in circles is told from one that is long."""

import pytest

from aiflow.pipeline.phases.loops import LoopDetector


def is_loop(text: str, size: int = 7) -> bool:
    detector = LoopDetector()
    return any(detector.feed(text[start : start + size]) for start in range(0, len(text), size))


@pytest.mark.parametrize(
    "piece",
    ["a", "print(1)\n", "还是这样。", "def move():\n    x += 1\n    return x\n\n" * 2, "=" * 90 + "\n"],
)
def test_the_same_piece_without_an_end_is_a_loop(piece: str) -> None:
    assert is_loop("import random\n\n\ndef main():\n    pass\n" + piece * (6000 // len(piece)))


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"print({number})\n" for number in range(2000)),
        "".join(f"    [{row % 7}, 0, 0, 0, 1, 0, 0, 0, 0, 0],\n" for row in range(300)),
        "    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],\n" * 30 + "\nprint('地图')\n" * 3,
        "-" * 1500 + "\n" + "完成\n",
        "".join(chr(0x4E00 + number * 7 % 20000) for number in range(9000)),
    ],
)
def test_a_long_text_is_none(text: str) -> None:
    assert not is_loop(text)


def test_the_split_matters_little_and_the_end_is_found_soon() -> None:
    detector = LoopDetector()
    fed = 0
    while not detector.feed("循环\n" * 10):
        fed += 30
        assert fed < 4000
