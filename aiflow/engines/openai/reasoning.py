"""Thinking and content, told apart in every way in which services send them.

A delta's thinking stands in ``reasoning_content``, in ``reasoning``, in ``reasoning_details``, in parts of a
``content`` list, or between ``<think>`` tags in ``content``; sometimes in two of these at once. Its fields
are pieces (OpenAI's way) or, with some services, all of the text so far. Nothing announces which; it is found
out while the stream runs. No I/O.
"""

from collections.abc import Mapping
from typing import Any

from aiflow.engines.base import Channel, TextDelta

_TAGS = {"<think>": "</think>", "<mm:think>": "</mm:think>", "<thinking>": "</thinking>"}
_REASONING_FIELDS = ("reasoning_content", "reasoning", "reasoning_details")
# A piece that begins with all that came before proves a cumulative stream only when that is long and varied
# enough not to be chance ("哈", "哈哈", or two rules of eight dashes).
_PROOF_CHARS = 8
_PROOF_VARIETY = 4
_MOST_HELD = 64


class Normaliser:
    """Turns the deltas of one stream into text on two channels."""

    def __init__(self) -> None:
        self._fields: dict[str, _Field] = {}
        self._tags = _TagSplitter()
        # Where the thinking comes from: the field (or the tags) that had some first; its mirrors are left
        # out.
        self._source = ""

    def feed(self, delta: Mapping[str, Any]) -> list[TextDelta]:
        """Return the text that a ``delta`` (a decoded JSON object) adds."""
        out: list[TextDelta] = []
        content = delta.get("content")
        if isinstance(content, list):
            thought, content = _join_parts(content)
            self._think("content_parts", thought, out)
        if content is None or len(delta) > 1:
            for field in _REASONING_FIELDS:
                value = delta.get(field)
                if value:
                    self._think(field, _join_details(value) if isinstance(value, list) else value, out)
        if isinstance(content, str) and content:
            text = self._undo("content", content)
            if text:
                self._say(self._tags.feed(text), out)
        return out

    def close(self) -> list[TextDelta]:
        """Return what was still held back."""
        out: list[TextDelta] = []
        known = {field.cumulative for field in self._fields.values()} - {None}
        cumulative = known.pop() if len(known) == 1 else None
        for name, field in self._fields.items():
            text = field.close(cumulative=cumulative)
            if name == "content":
                self._say(self._tags.feed(text), out)
            elif text:
                out.append(TextDelta("thinking", text))
        self._say(self._tags.close(), out)
        return out

    def _think(self, field: str, value: object, out: list[TextDelta]) -> None:
        if not isinstance(value, str) or not value or self._source not in {"", field}:
            return
        self._source = field
        if text := self._undo(field, value):
            out.append(TextDelta("thinking", text))

    def _say(self, parts: list[tuple[Channel, str]], out: list[TextDelta]) -> None:
        for channel, text in parts:
            if channel == "thinking":
                if self._source not in {"", "tags"}:
                    continue
                self._source = "tags"
            out.append(TextDelta(channel, text))

    def _undo(self, name: str, piece: str) -> str:
        field = self._fields.get(name)
        if field is None:
            field = self._fields[name] = _Field()
        return piece if field.cumulative is False else field.feed(piece)


class _Field:
    """One text field: finds out whether its pieces add up or repeat, and returns what is new."""

    def __init__(self) -> None:
        self.cumulative: bool | None = None
        self._seen = ""
        self._held: list[str] = []

    def feed(self, piece: str) -> str:
        if self.cumulative:
            return self._grow(piece)
        if not self._seen:
            self._seen = piece
            return piece
        last = self._held[-1] if self._held else self._seen
        if not piece.startswith(last):
            return self._decide(piece, cumulative=False)
        if len(last) >= _PROOF_CHARS and len(set(last)) >= _PROOF_VARIETY:
            return self._decide(piece, cumulative=True)
        if len(self._held) >= _MOST_HELD:
            return self._decide(piece, cumulative=len(last) > len(self._seen))
        self._held.append(piece)
        return ""

    def close(self, *, cumulative: bool | None) -> str:
        """Return what is held.

        ``cumulative`` is what the other fields of the stream were, where it is known.
        """
        if not self._held:
            return ""
        last = self._held.pop()
        if cumulative is None:
            cumulative = len(last) > len(self._seen)
        return self._decide(last, cumulative=cumulative)

    def _decide(self, piece: str, *, cumulative: bool) -> str:
        self.cumulative = cumulative
        held, self._held = self._held, []
        return self._grow(piece) if cumulative else "".join(held) + piece

    def _grow(self, piece: str) -> str:
        if piece.startswith(self._seen):
            new, self._seen = piece[len(self._seen) :], piece
            return new
        if self._seen.startswith(piece):
            return ""  # an older snapshot again
        self._seen += piece  # a service that ends its snapshots with a plain piece
        return piece


class _TagSplitter:
    """Takes ``<think>`` blocks off the beginning of the content; later ones are the model's own text.

    Some servers put the opening tag into the prompt, so that the content begins with thinking and a lone
    ``</think>`` ends it. That text is shown as content: nothing tells it from an answer until the tag comes,
    and to wait for it would keep every answer back to its end. Files come out right all the same: the last
    one of a name wins.
    """

    def __init__(self) -> None:
        self._state: str = "start"
        self._held = ""
        self._close_tag = ""
        self._thought = False
        self._begun = False

    def feed(self, text: str) -> list[tuple[Channel, str]]:
        if self._state == "content":
            return [("content", text)] if text else []
        out: list[tuple[Channel, str]] = []
        self._held += text
        while self._held and self._step(out):
            pass
        return out

    def close(self) -> list[tuple[Channel, str]]:
        held, self._held = self._held, ""
        if self._state == "thinking":
            return [("thinking", held)] if held.strip() else []
        if self._thought:
            held = held.lstrip()
        return [("content", held)] if held else []

    def _step(self, out: list[tuple[Channel, str]]) -> bool:
        """Take one step; return False when more text is needed."""
        return self._inside(out) if self._state == "thinking" else self._at_start(out)

    def _at_start(self, out: list[tuple[Channel, str]]) -> bool:
        text = self._held.lstrip()
        for tag, close_tag in _TAGS.items():
            if text.startswith(tag):
                self._state, self._close_tag, self._thought = "thinking", close_tag, True
                self._held, self._begun = text[len(tag) :], False
                return True
        if any(tag.startswith(text) for tag in _TAGS):
            return False
        out.append(("content", text if self._thought else self._held))
        self._state, self._held = "content", ""
        return False

    def _inside(self, out: list[tuple[Channel, str]]) -> bool:
        if not self._begun:
            self._held = self._held.lstrip()
            self._begun = bool(self._held)
        before, found, after = self._held.partition(self._close_tag)
        if found:
            if kept := before.rstrip():
                out.append(("thinking", kept))
            self._state, self._held = "start", after
            return True
        # What may be the tag's beginning waits, and so do blanks: those before the closing tag belong to it.
        kept = before[: len(before) - _overlap(before, self._close_tag)].rstrip()
        self._held = before[len(kept) :]
        if kept:
            out.append(("thinking", kept))
        return False


def _overlap(text: str, tag: str) -> int:
    """Return how many characters at the end of ``text`` are a beginning of ``tag``."""
    return next((size for size in range(min(len(text), len(tag) - 1), 0, -1) if text.endswith(tag[:size])), 0)


def _join_details(details: list[Any]) -> str:
    """Return the readable text of ``reasoning_details`` (OpenRouter, MiniMax); encrypted ones have none."""
    found = (detail.get("text") or detail.get("summary") for detail in details if isinstance(detail, dict))
    return "".join(text for text in found if isinstance(text, str))


def _join_parts(parts: list[Any]) -> tuple[str, str]:
    """Return thinking and text of a ``content`` that is a list of parts (Mistral)."""
    thought, said = "", ""
    for part in parts:
        if not isinstance(part, dict):
            continue
        inner = part.get("thinking")
        if isinstance(inner, list):
            thought += _join_parts(inner)[1]
        elif isinstance(inner, str):
            thought += inner
        elif isinstance(part.get("text"), str):
            said += part["text"]
    return thought, said
