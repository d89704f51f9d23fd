"""The recording engine: passes another engine's answers on and records them as a lesson.

The format is that of recorded lessons in ``docs/lessons.md``. An answer is written when it is complete; one
that failed or was cancelled leaves no line, so every recording on disk can be played.
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

from pydantic import BaseModel, SecretStr, ValidationError

from aiflow.engines.base import Delta, Engine, EngineRequest, FinishDelta, TextDelta, UsageDelta
from aiflow.engines.lesson_changes import ChangeManifest, read_change
from aiflow.engines.lesson_library import LessonManifest, is_searchable, load_lesson
from aiflow.exceptions import ConfigError, InputError, StorageError
from aiflow.model.language_facts import default_main_file
from aiflow.util.redaction import Masker, is_secret, mask

RECORDING = "recording.jsonl"
MANIFEST = "lesson.toml"
CHANGE_MANIFEST = "change.toml"
# Signs with a meaning in a phrase of `ChangeManifest`.
_PHRASE_SIGNS = str.maketrans("|{}+", "    ")
_LESSON_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


class RecordingEngine(Engine):
    """An engine that records the answers of another one.

    Args:
        inner: the engine that answers.
        folder: the lesson's folder; its name is the lesson's id. It is made with the first complete answer.
        api_key: the inner engine's key, if any; it is redacted.
        clock: returns seconds; tests pass their own.

    Raises:
        InputError: the folder's name is no valid lesson id, or the folder holds a lesson already.
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
        if any((folder / name).exists() for name in (RECORDING, MANIFEST, CHANGE_MANIFEST)):
            raise InputError(f"文件夹“{folder.name}”里已经有一课了。请换一个文件夹，或先把它删掉。")
        self.name = inner.name
        # A change is requested in the form, and cut to the length, that suits the model behind.
        self.context_tokens, self.edit_format = inner.context_tokens, inner.edit_format
        self._inner = inner
        self._folder = folder
        secret = api_key.get_secret_value() if api_key is not None else ""
        self._secret = secret if is_secret(secret) else ""
        self._clock = clock

    def prepared_tests(self, request: EngineRequest) -> dict[str, str]:  # noqa: ARG002 - the interface
        """Return none, and so that none are requested: a recorded lesson has no tests."""
        return {}

    @property
    def model(self) -> str:  # type: ignore[override]  # some engines know their model only while they answer
        """The inner engine's model."""
        return self._inner.model

    @property
    def notice(self) -> str:  # type: ignore[override]  # the same
        """The inner engine's notice."""
        return self._inner.notice

    def introduce(self, prompt: str, template: str | None = None) -> str:
        """Return the inner engine's notice for a run; see :meth:`Engine.introduce`."""
        return self._inner.introduce(prompt, template)

    async def stream(self, request: EngineRequest) -> AsyncGenerator[Delta, None]:
        """Answer through the inner engine; see :meth:`Engine.stream`.

        Raises:
            StorageError: the lesson's folder cannot be written.
        """
        prompts = [asdict(message) for message in request.messages]
        lines: list[dict[str, Any]] = [{"phase": request.phase, "prompts": prompts}]
        start = self._clock()
        # Every engine's stream is an async generator; Engine.stream's type is what callers need.
        inner = cast("AsyncGenerator[Delta, None]", self._inner.stream(request))
        async with aclosing(inner) as deltas:
            async for delta in deltas:
                if fields := _fields(delta):
                    lines.append({"phase": request.phase, "t": round(self._clock() - start, 3), **fields})
                if isinstance(delta, FinishDelta):
                    # Before the last delta is passed: its receiver may stop reading there.
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
        main: str | None = None,
    ) -> Path:
        """Write ``lesson.toml``, which makes the folder a lesson; call it when the run has completed.

        Args:
            title: the Chinese title.
            project_type: the prefix of the project's folder name.
            prompt: the request; the same request finds the lesson.
            title_en: the English title; by default made from the type.
            summary: one sentence; by default the request.
            keywords: further words that find the lesson.
            dependencies: packages that the project needs.
            main: the main file.

        Returns:
            The path of ``lesson.toml``.

        Raises:
            InputError: a value breaks a rule of the format, or an answer is missing.
            StorageError: the file cannot be written.
        """
        title = " ".join(title.split()) or " ".join(prompt.split())
        # With the type, a request without a letter or digit has a keyword, too.
        phrases = [title[:40], prompt, *keywords, project_type.replace("_", " ")]
        values: dict[str, Any] = {
            "title": title[:40],
            "title_en": (title_en or project_type.replace("_", " ").capitalize())[:60],
            "kind": "recorded",
            "project_type": project_type,
            "summary": (" ".join(summary.split()) or prompt)[:200],
            "example": prompt,
            "keywords": [phrase for phrase in dict.fromkeys(phrases) if is_searchable(phrase)],
            "dependencies": list(dependencies),
            "main": main or default_main_file(),
            "model": self.model,
            "recorded_at": datetime.now(UTC).date().isoformat(),
        }
        return self._write_toml(MANIFEST, values, LessonManifest, load_lesson)

    def write_change(self, *, sentence: str, title: str, reason: str) -> Path:
        """Write ``change.toml``, which makes the folder a prepared change of the lesson that it lies in.

        Args:
            sentence: the wish; the same wish finds the change.
            title: a few words; by default the beginning of the wish.
            reason: what was changed; by default the wish.

        Returns:
            The path of ``change.toml``.

        Raises:
            InputError: a value breaks a rule of the format, or an answer is missing.
            StorageError: the file cannot be written.
        """
        values = {
            "sentence": " ".join(sentence.split()),
            "title": (title or sentence)[:20],
            "reason": (reason or sentence)[:100],
            "phrases": [" ".join(sentence.translate(_PHRASE_SIGNS).split())],
            "model": self.model,
            "recorded_at": datetime.now(UTC).date().isoformat(),
        }
        return self._write_toml(CHANGE_MANIFEST, values, ChangeManifest, read_change)

    def _write_toml(
        self,
        name: str,
        values: dict[str, Any],
        model: type[BaseModel],
        load: Callable[[Path], object],
    ) -> Path:
        """Write a manifest; delete it again unless the whole folder can be read."""
        _validate(values, model)
        text = "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())
        file = self._folder / name
        self._write(file, self._redact(text), "w")
        try:
            load(self._folder)
        except ConfigError as error:
            file.unlink(missing_ok=True)
            raise InputError(f"这次录制不完整，不能成为一课。{error.message}") from None
        return file

    def discard(self) -> None:
        """Delete the recording of an incomplete run, so that the folder can be used again."""
        (self._folder / RECORDING).unlink(missing_ok=True)
        with suppress(OSError):  # it does not exist, or it holds other files
            self._folder.rmdir()

    def _append(self, lines: list[dict[str, Any]]) -> None:
        if self._secret:
            self._redact_across(lines)
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        self._write(self._folder / RECORDING, self._redact(text), "a")

    def _redact(self, text: str) -> str:
        """Redact the key, both as it is and as it is escaped in a JSON or TOML string."""
        secret = self._secret
        # A key with a quote or a backslash looks different inside a JSON string.
        return mask(text, [SecretStr(json.dumps(secret)[1:-1]), SecretStr(secret)])

    def _redact_across(self, lines: list[dict[str, Any]]) -> None:
        """Redact the key where it is split between pieces of text."""
        for channel in ("thinking", "content"):
            texts = [line for line in lines if line.get("channel") == channel]
            masker = Masker([SecretStr(self._secret)])
            for line in texts:
                line["text"] = masker.feed(line["text"])
            if texts:
                texts[-1]["text"] += masker.close()

    def _write(self, file: Path, text: str, mode: str) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # With the default, Windows would write \r\n, and a lesson would differ between machines.
            with file.open(mode, encoding="utf-8", newline="\n") as out:
                out.write(text)
        except OSError as error:
            raise StorageError(f"写不了课程文件夹“{self._folder.name}”：{error.strerror}。") from None


def _validate(values: dict[str, Any], model: type[BaseModel]) -> None:
    """Raise InputError unless ``values`` make a valid manifest."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        where = error.errors(include_url=False, include_input=False)[0]["loc"]
        raise InputError(
            f"这次录制不能成为一课：{'.'.join(str(part) for part in where)} 不合要求。"
        ) from None


def _fields(delta: Delta) -> dict[str, Any]:
    """Return a delta's fields in a recorded line; none for a delta that is not recorded."""
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
    """Return a value as TOML; its basic strings are JSON's, except that DEL has to be escaped."""
    if isinstance(value, list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
