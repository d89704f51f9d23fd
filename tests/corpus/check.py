"""Reads corpora of answers and compares what the extractor makes of them with what they yield."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiflow.exceptions import UnsafePathError
from aiflow.extraction import (
    FileClosed,
    FileExtractor,
    FileOpened,
    FileRefused,
    FileText,
    Part,
    Prose,
    collect,
)
from aiflow.model.paths import SafePath

SPLITS = ("whole", "chars", "four", "lines", "odd", "chunks")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a model and what it yields."""

    id: str
    format: str
    text: str
    expected: dict[str, str]
    accept: list[dict[str, str]] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    incomplete: dict[str, str] = field(default_factory=dict)
    chunks: list[str] = field(default_factory=list)


def load(path: Path) -> list[Answer]:
    """Read a corpus, one JSON object a line."""
    known = Answer.__dataclass_fields__
    rows: Iterable[dict[str, Any]] = (
        json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()
    )
    return [Answer(**{key: value for key, value in row.items() if key in known}) for row in rows]


def stream_files(path: Path) -> list[str] | None:
    """Return the files in a recorded stream, marked where not complete.

    None if ``path`` is no such stream.
    """
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
    if not any("delta" in row for row in rows):
        return None
    parts = extract(row["delta"] for row in rows if "delta" in row)
    sizes = {part.path: 0 for part in parts if isinstance(part, FileOpened)}
    for part in parts:
        if isinstance(part, FileText):
            sizes[part.path] += len(part.text)
    done = {part.path for part in parts if isinstance(part, FileClosed) and part.complete}
    return [
        f"{name} ({size} characters{'' if name in done else ', cut off'})" for name, size in sizes.items()
    ]


def split(answer: Answer, how: str) -> Iterator[str]:
    """Yield the answer's text in deltas."""
    text = answer.text
    if how == "whole":
        yield text
    elif how in {"chars", "four"}:
        step = 1 if how == "chars" else 4
        yield from (text[at : at + step] for at in range(0, len(text), step))
    elif how == "lines":
        yield from text.splitlines(keepends=True)
    elif how == "chunks" and answer.chunks:
        yield from answer.chunks
    else:
        draw = random.Random(answer.id)
        at = 0
        while at < len(text):
            step = draw.choice((1, 1, 2, 3, 5, 8, 13, 21, 80, 300))
            yield text[at : at + step]
            at += step


def extract(deltas: Iterable[str]) -> list[Part]:
    """Return all parts, neighbouring texts joined."""
    extractor = FileExtractor()
    parts: list[Part] = []
    for delta in deltas:
        parts += extractor.feed(delta)
    parts += extractor.close()
    return joined(parts)


def joined(parts: Iterable[Part]) -> list[Part]:
    """Return ``parts`` with neighbouring texts of one file, or of none, joined."""
    result: list[Part] = []
    for part in parts:
        last = result[-1] if result else None
        if isinstance(part, Prose) and isinstance(last, Prose):
            result[-1] = Prose(last.text + part.text)
        elif isinstance(part, FileText) and isinstance(last, FileText):
            result[-1] = FileText(part.path, last.text + part.text)
        else:
            result.append(part)
    return result


def failures(answer: Answer) -> dict[str, str]:
    """Return for each split that went wrong what was wrong."""
    first: list[Part] | None = None
    found: dict[str, str] = {}
    for how in SPLITS:
        parts = extract(split(answer, how))
        first = parts if first is None else first
        why = wrong(answer, parts)
        if why is None and parts != first:
            why = f"differs from the whole text:\n{parts}\n{first}"
        if why is not None:
            found[how] = why
    return found


def wrong(answer: Answer, parts: list[Part]) -> str | None:
    """Return what is wrong with ``parts``, or None."""
    opened = [part.path for part in parts if isinstance(part, FileOpened)]
    for path in opened:
        try:
            SafePath(path)
        except UnsafePathError as error:
            return error.message
    files = collect(parts)
    wanted = [answer.expected, *answer.accept]
    if not any(same(files, want) for want in wanted):
        return f"wanted {answer.expected!r}\ngot    {files!r}"
    refused = {part.path for part in parts if isinstance(part, FileRefused)}
    if not refused.issuperset(answer.rejected):
        return f"not refused: {set(answer.rejected) - refused}"
    for path, text in answer.incomplete.items():
        got = "".join(part.text for part in parts if isinstance(part, FileText) and part.path == path)
        if path not in files and normal(got).rstrip() != normal(text).rstrip():
            return f"unfinished {path}: wanted {text!r}, got {got!r}"
    return None


def same(files: dict[str, str], want: dict[str, str]) -> bool:
    """Whether both are the same files; LF and CRLF both pass."""
    return {path: normal(text) for path, text in files.items()} == {
        path: normal(text) for path, text in want.items()
    }


def normal(text: str) -> str:
    """Return ``text`` with LF for CRLF."""
    return text.replace("\r\n", "\n")
