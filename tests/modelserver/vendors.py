"""How the services put thinking and content on the wire: deltas in every style that is known to exist."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

Style = Literal[
    "plain",
    "reasoning_content",
    "reasoning",
    "openrouter",
    "minimax_split",
    "think_tags",
    "mm_think_tags",
    "mirrored",
]
STYLES: tuple[Style, ...] = get_args(Style)
_OPEN = {"think_tags": "<think>\n", "mm_think_tags": "<mm:think>", "mirrored": "<think>\n"}
_SHUT = {"think_tags": "\n</think>\n\n", "mm_think_tags": "</mm:think>\n", "mirrored": "\n</think>\n\n"}


def cut(text: str, sizes: Sequence[int]) -> list[str]:
    """Cut ``text`` into pieces whose lengths go round ``sizes``."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        size = max(1, sizes[len(pieces) % len(sizes)])
        pieces.append(text[at : at + size])
        at += size
    return pieces


def deltas(
    thinking: str,
    content: str,
    style: Style = "plain",
    sizes: Sequence[int] = (8,),
    *,
    cumulative: bool = False,
) -> list[dict[str, Any]]:
    """Return the ``delta`` objects of a streamed answer.

    Args:
        thinking: the model's thinking; empty for none.
        content: the answer.
        style: how the service tells the two apart.
        sizes: how long the pieces are, in turn.
        cumulative: whether each delta repeats all that went before in its field.
    """
    sent: list[dict[str, Any]] = []
    if style in _OPEN and thinking:
        tagged = _OPEN[style] + thinking + _SHUT[style]
        fields = [{"content": piece} for piece in cut(tagged + content, sizes)]
        if style == "mirrored":
            mirrored = [{"reasoning_content": piece} for piece in cut(thinking, sizes)]
            head = len(cut(tagged, sizes))
            fields = _interleave(mirrored, fields[:head]) + fields[head:]
        sent = fields
    else:
        sent = [_thought(piece, style) for piece in cut(thinking, sizes)]
        sent += [_said(piece, style) for piece in cut(content, sizes)]
    return _accumulate(sent) if cumulative else sent


def _interleave(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[dict[str, Any]]:
    longest = max(len(first), len(second))
    pairs = [(first[i : i + 1], second[i : i + 1]) for i in range(longest)]
    return [{key: value for part in (*one, *two) for key, value in part.items()} for one, two in pairs]


def _thought(piece: str, style: Style) -> dict[str, Any]:
    detail = {"type": "reasoning.text", "id": "reasoning-text-1", "index": 0, "text": piece}
    match style:
        case "reasoning":
            return {"role": "assistant", "content": "", "reasoning": piece}
        case "openrouter":
            return {"content": "", "reasoning": piece, "reasoning_details": [detail]}
        case "minimax_split":
            detail["format"] = "MiniMax-response-v1"
            return {**_MINIMAX, "content": "", "reasoning_content": piece, "reasoning_details": [detail]}
        case _:
            return {"content": None, "reasoning_content": piece}


def _said(piece: str, style: Style) -> dict[str, Any]:
    match style:
        case "minimax_split":
            return {**_MINIMAX, "content": piece}
        case "reasoning_content":
            return {"content": piece, "reasoning_content": None}
        case _:
            return {"content": piece}


_MINIMAX = {"role": "assistant", "name": "MiniMax AI", "audio_content": ""}


def _accumulate(sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turn pieces into snapshots: every text field holds all that it has held so far."""
    so_far: dict[str, str] = {}
    result: list[dict[str, Any]] = []
    for delta in sent:
        snapshot = dict(delta)
        for field in ("content", "reasoning_content", "reasoning"):
            if snapshot.get(field):
                so_far[field] = so_far.get(field, "") + snapshot[field]
                snapshot[field] = so_far[field]
        if snapshot.get("reasoning_details"):
            detail = dict(snapshot["reasoning_details"][0])
            so_far["details"] = so_far.get("details", "") + detail["text"]
            snapshot["reasoning_details"] = [detail | {"text": so_far["details"]}]
        result.append(snapshot)
    return result
