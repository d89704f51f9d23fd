"""Separates thinking from content, in all the forms in which services send them.

The thinking of a delta is in ``reasoning_content``, in ``reasoning``, in ``reasoning_details``, in parts of a
``content`` list, or between ``<think>`` tags in ``content``; sometimes in two of these at once. The values of
a field are pieces (as OpenAI's are) or, with some services, cumulative: all of the text so far. Nothing
announces the form; it is detected while the stream runs. No I/O.
"""

from collections.abc import Mapping
from typing import Any

from aiflow.engines.base import Channel, TextDelta

# Models differ in the name of the tag, and no field of an answer announces it.
_TAGS = {"<think>": "</think>", "<mm:think>": "</mm:think>", "<thinking>": "</thinking>"}
_REASONING_FIELDS = ("reasoning_content", "reasoning", "reasoning_details")
# A value that begins with the value before it proves a cumulative stream only when that one is long and
# varied enough to exclude chance ("哈", "哈哈", or two rules of eight dashes).
_PROOF_CHARS = 8
_PROOF_VARIETY = 4
# Values that repeat each other prove nothing; the text must not be delayed for ever.
_MOST_HELD = 64
# Models send one block of thinking, some two. Without a limit, a megabyte of tags would be copied for each.
_MOST_BLOCKS = 16


class Normaliser:
    """Converts the deltas of one stream into text on two channels."""

    def __init__(self) -> None:
        self._fields: dict[str, _Field] = {}
        self._tags = _TagSplitter()
        # The source of the thinking: the field (or the tags) that had some first; its copies are ignored.
        self._source = ""

    def feed(self, delta: Mapping[str, Any]) -> list[TextDelta]:
        """Return the text that ``delta``, a decoded JSON object, adds."""
        out: list[TextDelta] = []
        content = delta.get("content")
        if isinstance(content, list):
            thinking, content = _join_parts(content)
            self._add_thinking("content_parts", thinking, out)
        # Most deltas have only `content`, and three look-ups for each would be wasted.
        if content is None or len(delta) > 1:
            for field in _REASONING_FIELDS:
                value = delta.get(field)
                if value:
                    self._add_thinking(field, _join_details(value) if isinstance(value, list) else value, out)
        if isinstance(content, str) and content:
            text = self._new_text("content", content)
            if text:
                self._add_tagged(self._tags.feed(text), out)
        return out

    def close(self) -> list[TextDelta]:
        """Return the delayed text."""
        out: list[TextDelta] = []
        # One service uses one form for all fields, so a decided field decides the others.
        known = {field.cumulative for field in self._fields.values()} - {None}
        cumulative = known.pop() if len(known) == 1 else None
        for name, field in self._fields.items():
            text = field.close(cumulative=cumulative)
            if name == "content":
                self._add_tagged(self._tags.feed(text), out)
            elif text:
                out.append(TextDelta("thinking", text))
        self._add_tagged(self._tags.close(), out)
        return out

    def _add_thinking(self, field: str, value: object, out: list[TextDelta]) -> None:
        if not isinstance(value, str) or not value or self._source not in {"", field}:
            return
        # Services that send the thinking in two fields would show it twice.
        self._source = field
        if text := self._new_text(field, value):
            out.append(TextDelta("thinking", text))

    def _add_tagged(self, parts: list[tuple[Channel, str]], out: list[TextDelta]) -> None:
        for channel, text in parts:
            if channel == "thinking":
                if self._source not in {"", "tags"}:
                    continue
                self._source = "tags"
            out.append(TextDelta(channel, text))

    def _new_text(self, name: str, piece: str) -> str:
        field = self._fields.get(name)
        if field is None:
            field = self._fields[name] = _Field()
        # The usual form, decided after the second piece, needs no comparison any more.
        return piece if field.cumulative is False else field.feed(piece)


class _Field:
    """One text field: detects whether its values are pieces or cumulative, and returns the new text."""

    def __init__(self) -> None:
        self.cumulative: bool | None = None
        self._seen = ""
        self._held: list[str] = []

    def feed(self, value: str) -> str:
        if self.cumulative:
            return self._grow(value)
        if not self._seen:
            self._seen = value
            return value
        last = self._held[-1] if self._held else self._seen
        # A cumulative value always begins with the one before it.
        if not value.startswith(last):
            return self._decide(value, cumulative=False)
        if len(last) >= _PROOF_CHARS and len(set(last)) >= _PROOF_VARIETY:
            return self._decide(value, cumulative=True)
        if len(self._held) >= _MOST_HELD:
            return self._decide(value, cumulative=len(last) > len(self._seen))
        self._held.append(value)
        return ""

    def close(self, *, cumulative: bool | None) -> str:
        """Return the delayed text.

        Args:
            cumulative: the form of the stream's other fields, or None where it is unknown.
        """
        if not self._held:
            return ""
        last = self._held.pop()
        if cumulative is None:
            cumulative = len(last) > len(self._seen)
        return self._decide(last, cumulative=cumulative)

    def _decide(self, value: str, *, cumulative: bool) -> str:
        self.cumulative = cumulative
        held, self._held = self._held, []
        return self._grow(value) if cumulative else "".join(held) + value

    def _grow(self, value: str) -> str:
        if value.startswith(self._seen):
            new, self._seen = value[len(self._seen) :], value
            return new
        if self._seen.startswith(value):
            return ""  # an older value again
        self._seen += value  # some services end a cumulative stream with a piece
        return value


class _TagSplitter:
    """Separates ``<think>`` blocks at the beginning of the content; later ones are the model's own text.

    Some servers put the opening tag into the prompt, so that the content begins with thinking and a lone
    ``</think>`` ends it. That text is shown as content: only the closing tag distinguishes it from an answer,
    and waiting for the tag would delay every answer to its end. The files are right all the same, for the
    last one of a name wins.
    """

    def __init__(self) -> None:
        self._state: str = "start"
        self._held = ""
        self._blanks: list[str] = []
        self._close_tag = ""
        self._blocks = 0
        self._begun = False

    def feed(self, text: str) -> list[tuple[Channel, str]]:
        if self._state == "content":
            return [("content", text)] if text else []
        out: list[tuple[Channel, str]] = []
        # Blanks decide nothing: those around a tag belong to it. They are joined once, not with each piece.
        self._blanks.append(text)
        if text.isspace():
            return out
        self._held += "".join(self._blanks)
        self._blanks.clear()
        while self._held and self._step(out):
            pass
        return out

    def close(self) -> list[tuple[Channel, str]]:
        held, self._held = self._held + "".join(self._blanks), ""
        if self._state == "thinking":
            return [("thinking", held)] if held.strip() else []
        # Blanks after a closing tag belong to the tag.
        if self._blocks:
            held = held.lstrip()
        return [("content", held)] if held else []

    def _step(self, out: list[tuple[Channel, str]]) -> bool:
        """Read up to the next tag; return False when more text is needed."""
        return self._inside(out) if self._state == "thinking" else self._at_start(out)

    def _at_start(self, out: list[tuple[Channel, str]]) -> bool:
        text = self._held.lstrip()
        if self._blocks < _MOST_BLOCKS:
            for tag, close_tag in _TAGS.items():
                if text.startswith(tag):
                    self._state, self._close_tag = "thinking", close_tag
                    self._blocks += 1
                    self._held, self._begun = text[len(tag) :], False
                    return True
            # The tag may arrive in pieces.
            if any(tag.startswith(text) for tag in _TAGS):
                return False
        out.append(("content", text if self._blocks else self._held))
        self._state, self._held = "content", ""
        return False

    def _inside(self, out: list[tuple[Channel, str]]) -> bool:
        # Models put a line end after the opening tag, which is no thinking.
        if not self._begun:
            self._held = self._held.lstrip()
            self._begun = bool(self._held)
        before, found, after = self._held.partition(self._close_tag)
        if found:
            if kept := before.rstrip():
                out.append(("thinking", kept))
            self._state, self._held = "start", after
            return True
        # A possible beginning of the tag waits, and so do blanks: those before the closing tag belong to it.
        kept = before[: len(before) - _overlap(before, self._close_tag)].rstrip()
        self._held = before[len(kept) :]
        if kept:
            out.append(("thinking", kept))
        return False


def _overlap(text: str, tag: str) -> int:
    """Return how many characters at the end of ``text`` are a prefix of ``tag``."""
    return next((size for size in range(min(len(text), len(tag) - 1), 0, -1) if text.endswith(tag[:size])), 0)


def _join_details(details: list[Any]) -> str:
    """Return the readable text of ``reasoning_details`` (OpenRouter, MiniMax); encrypted ones have none."""
    found = (detail.get("text") or detail.get("summary") for detail in details if isinstance(detail, dict))
    return "".join(text for text in found if isinstance(text, str))


def _join_parts(parts: list[Any]) -> tuple[str, str]:
    """Return thinking and text of a ``content`` that is a list of parts (Mistral)."""
    thinking, content = "", ""
    for part in parts:
        if not isinstance(part, dict):
            continue
        inner = part.get("thinking")
        if isinstance(inner, list):
            thinking += _join_parts(inner)[1]
        elif isinstance(inner, str):
            thinking += inner
        elif isinstance(part.get("text"), str):
            content += part["text"]
    return thinking, content
