"""An engine that lets another one work and writes down what it says: a lesson to play back without a key.

The format is the recorded lesson's in ``docs/lessons.md``. An answer is written when it is whole; one that
failed or was cancelled leaves no line, so what is on disk can always be played as far as it goes.
"""

import json
import re
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr, ValidationError

from aiflow.engines.base import Delta, Engine, EngineRequest, FinishDelta, TextDelta, UsageDelta
from aiflow.engines.lesson_library import LessonManifest, load_lesson
from aiflow.exceptions import ConfigError, InputError, StorageError
from aiflow.util.redaction import Masker, is_secret, mask

RECORDING = "recording.jsonl"
MANIFEST = "lesson.toml"
_LESSON_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


class RecordingEngine(Engine):
    """Passes on what another engine says, and records it.

    Args:
        inner: the engine that answers.
        folder: the lesson's folder; its name is the lesson's id. It is made when the first answer is whole.
        api_key: where the inner engine has one: it is struck out wherever a text should contain it.
        clock: tells seconds; tests pass their own.

    Raises:
        InputError: the folder's name cannot be a lesson's id, or there is a lesson in it already.
    """

    def __init__(
        self,
        inner: Engine,
        folder: Path,
        *,
        api_key: SecretStr | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not _LESSON_ID.fullmatch(folder.name):
            raise InputError(
                f"课程文件夹的名字“{folder.name[:40]}”不能用：要以小写字母开头，只用小写字母、数字和下划线。"
            )
        if any((folder / name).exists() for name in (RECORDING, MANIFEST)):
            raise InputError(f"文件夹“{folder.name}”里已经有一课了。请换一个文件夹，或先把它删掉。")
        self.name = inner.name
        self._inner = inner
        self._folder = folder
        secret = api_key.get_secret_value() if api_key is not None else ""
        self._secret = secret if is_secret(secret) else ""
        self._clock = clock

    @property
    def model(self) -> str:  # type: ignore[override]  # the inner engine may learn its model only while it answers
        """The inner engine's model."""
        return self._inner.model

    @property
    def notice(self) -> str:  # type: ignore[override]  # the same
        """The inner engine's notice."""
        return self._inner.notice

    def introduce(self, prompt: str, template: str | None = None) -> str:
        """Return what the inner engine says before a run begins."""
        return self._inner.introduce(prompt, template)

    async def stream(self, request: EngineRequest) -> AsyncGenerator[Delta, None]:
        """Answer through the inner engine; see :meth:`Engine.stream`.

        Raises:
            StorageError: the lesson's folder cannot be written.
        """
        prompts = [asdict(message) for message in request.messages]
        lines: list[dict[str, Any]] = [{"phase": request.phase, "prompts": prompts}]
        start = self._clock()
        # Every engine's stream is an async generator (see Engine.stream); the type says only what callers
        # need.
        inner = cast("AsyncGenerator[Delta, None]", self._inner.stream(request))
        async with aclosing(inner) as deltas:
            async for delta in deltas:
                if said := _line(delta):
                    lines.append({"phase": request.phase, "t": round(self._clock() - start, 3), **said})
                if isinstance(delta, FinishDelta):
                    self._append(lines)
                yield delta

    def write_manifest(
        self,
        *,
        title: str,
        project_type: str,
        prompt: str,
        title_en: str = "",
        summary: str = "",
        keywords: Sequence[str] = (),
        dependencies: Sequence[str] = (),
        main: str = "main.py",
    ) -> Path:
        """Write ``lesson.toml``, which makes the folder a lesson; to be called when the run has completed.

        Args:
            title: the Chinese title.
            project_type: what the project's folder begins with.
            prompt: what was asked; asking it again finds the lesson.
            title_en: the English title; made from the type where it is not given.
            summary: one sentence; what was asked where it is not given.
            keywords: further words that find it.
            dependencies: packages that the project needs.
            main: the main file.

        Returns:
            The file.

        Raises:
            InputError: a value does not fit into a lesson, or an answer is missing in it.
            StorageError: it cannot be written.
        """
        title = " ".join(title.split()) or " ".join(prompt.split())
        # The type, too, so that a request without a letter or a digit in it leaves something to look for.
        phrases = [title[:40], prompt, *keywords, project_type.replace("_", " ")]
        values: dict[str, Any] = {
            "title": title[:40],
            "title_en": (title_en or project_type.replace("_", " ").capitalize())[:60],
            "kind": "recorded",
            "project_type": project_type,
            "summary": (" ".join(summary.split()) or prompt)[:200],
            "example": prompt,
            "keywords": [phrase for phrase in dict.fromkeys(phrases) if _can_be_looked_for(phrase)],
            "dependencies": list(dependencies),
            "main": main,
            "model": self.model,
            "recorded_at": datetime.now(UTC).date().isoformat(),
        }
        _validate(values)
        text = "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())
        file = self._folder / MANIFEST
        self._write(file, self._strike(text), "w")
        try:
            load_lesson(self._folder)
        except ConfigError as error:
            file.unlink(missing_ok=True)
            raise InputError(f"这次录制不完整，不能成为一课。{error.message}") from None
        return file

    def discard(self) -> None:
        """Throw the recording away: the run did not come to its end, and the folder is free for the next."""
        (self._folder / RECORDING).unlink(missing_ok=True)
        with suppress(OSError):  # it was never made, or the person keeps something else in it
            self._folder.rmdir()

    def _append(self, lines: list[dict[str, Any]]) -> None:
        if self._secret:
            self._strike_across(lines)
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        self._write(self._folder / RECORDING, self._strike(text), "a")

    def _strike(self, text: str) -> str:
        """Strike the key out, as it is and as it stands inside a JSON or TOML string."""
        secret = self._secret
        return mask(text, [SecretStr(json.dumps(secret)[1:-1]), SecretStr(secret)])

    def _strike_across(self, lines: list[dict[str, Any]]) -> None:
        """Strike the key out where one piece of text begins it and the next ones end it."""
        for channel in ("thinking", "content"):
            said = [line for line in lines if line.get("channel") == channel]
            masker = Masker([SecretStr(self._secret)])
            for line in said:
                line["text"] = masker.feed(line["text"])
            if said:
                said[-1]["text"] += masker.close()

    def _write(self, file: Path, text: str, mode: str) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with file.open(mode, encoding="utf-8", newline="\n") as out:
                out.write(text)
        except OSError as error:
            raise StorageError(f"写不了课程文件夹“{self._folder.name}”：{error.strerror}。") from None


def _validate(values: dict[str, Any]) -> None:
    """Raise InputError where ``values`` make no valid ``lesson.toml``."""
    try:
        LessonManifest.model_validate(values)
    except ValidationError as error:
        where = error.errors(include_url=False, include_input=False)[0]["loc"]
        raise InputError(
            f"这次录制不能成为一课：{'.'.join(str(part) for part in where)} 不合要求。"
        ) from None


def _can_be_looked_for(phrase: str) -> bool:
    """Whether a lesson may have ``phrase`` as a keyword: each part of it has a letter or a digit."""
    return all(any(map(str.isalnum, part)) for part in phrase.split(" + "))


def _line(delta: Delta) -> dict[str, Any]:
    """Return what a delta adds to its line; nothing for one that is not played back."""
    match delta:
        case TextDelta(channel, text):
            return {"channel": channel, "text": text}
        case UsageDelta():
            return {"usage": asdict(delta)}
        case FinishDelta(reason):
            return {"finish": reason}
        case _:
            return {}


def _toml(value: str | list[str]) -> str:
    """Return a value as TOML; its basic strings are JSON's but for DEL, which must be escaped."""
    if isinstance(value, list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
