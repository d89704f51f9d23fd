"""The transcripts of the calls to a model, word for word.

Each request and its answer, in the run's record.

    calls/0001/request.json    {"phase", "messages": [{"role", "content"}]}
    calls/0001/thinking.txt    the answer, as raw as it came
    calls/0001/content.txt

The answer is written while it streams; none is held in memory.
"""

import json
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiflow.storage.safefs import explain

# The most that is read of one text; a model that never ended is not worth more.
MAX_TEXT_BYTES = 4_000_000


class Call:
    """One request, while it is answered.

    Args:
        folder: made here.
        phase: which phase asks.
        messages: what is sent.

    Raises:
        StorageError: when the disk refuses; also while it is written.
    """

    def __init__(self, folder: Path, phase: str, messages: list[dict[str, str]]) -> None:
        self._folder = folder
        self._files: dict[str, TextIOWrapper] = {}
        try:
            # Without exist_ok: two calls with the same number would mix their answers.
            folder.mkdir(parents=True)
            request = json.dumps({"phase": phase, "messages": messages}, ensure_ascii=False)
            # A lone surrogate in a prompt must not end the run.
            (folder / "request.json").write_text(request, encoding="utf-8", errors="replace")
        except OSError as error:
            raise explain(error) from error

    def write(self, channel: str, text: str) -> None:
        """Add a piece of the answer."""
        try:
            # Opened with the first piece: a model without thinking leaves no empty file.
            if channel not in self._files:
                # Newlines as they are: the text is kept word for word.
                path = self._folder / f"{channel}.txt"
                self._files[channel] = path.open("w", encoding="utf-8", errors="replace", newline="")
            self._files[channel].write(text)
        except OSError as error:
            raise explain(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for file in self._files.values():
                file.close()
        except OSError as refused:
            raise explain(refused) from refused


def begin_call(folder: Path, phase: str, messages: list[dict[str, str]]) -> Call:
    """Begin the next call in ``folder``.

    Raises:
        StorageError: the disk refuses.
    """
    return Call(folder / f"{len(_numbers(folder)) + 1:04}", phase, messages)


def read_calls(folder: Path) -> list[dict[str, Any]]:
    """Return every call: ``{"phase", "messages", "thinking", "content"}``, in order.

    A damaged one is left out.
    """
    found = []
    for path in _numbers(folder):
        try:
            request: dict[str, Any] = json.loads((path / "request.json").read_bytes())
        except (OSError, ValueError):
            continue  # the process was ended while it wrote the first line
        found.append(request | {name: _read(path / f"{name}.txt") for name in ("thinking", "content")})
    return found


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            # The limit may cut a character in two.
            return file.read(MAX_TEXT_BYTES).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise explain(error) from error


def _numbers(folder: Path) -> list[Path]:
    # The numbers have leading zeros, so the order of the names is that of the calls.
    return sorted(path for path in folder.glob("[0-9]*") if path.is_dir())
