"""The estimate of tokens."""

from aiflow.util.token_estimate import estimate_tokens


def test_tokens_are_estimated_the_same_way_each_time() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("贪吃蛇") == 2
    assert estimate_tokens("print(1)") == 2


def test_the_estimates_of_pieces_add_up() -> None:
    text = "贪吃蛇 snake，用方向键移动。" * 20
    pieces = [text[at : at + 3] for at in range(0, len(text), 3)]
    assert abs(sum(map(estimate_tokens, pieces)) - estimate_tokens(text)) < 1e-6
