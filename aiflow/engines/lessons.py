"""The engine that needs no key: it plays a prepared lesson at the pace of a model."""

import asyncio
import math
import re
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

from aiflow.config import Config
from aiflow.engines.base import (
    Channel,
    Delta,
    Engine,
    EngineRequest,
    FinishDelta,
    NoticeDelta,
    RequestPhase,
    TextDelta,
    UsageDelta,
)
from aiflow.engines.lesson_change_player import PreparedChange, prepare_change
from aiflow.engines.lesson_format import RecordedLine
from aiflow.engines.lesson_library import Lesson, get_lesson, load_lessons
from aiflow.engines.lesson_search import find_lesson, nearest_lessons
from aiflow.exceptions import EngineError, NoLessonError
from aiflow.util.token_estimate import count_cjk, estimate_tokens

# Seconds for one character at speed 1: a Chinese character is read like an English word. With these figures
# the snake lesson takes about half a minute.
SECONDS_PER_CJK_CHAR = 0.009
SECONDS_PER_CHAR = 0.0014
# Shorter waits add up to a longer one: a timer costs more than they take.
_SHORTEST_SLEEP_S = 0.008
# After a longer delay (a slow reader, a computer that slept) the pace starts anew instead of catching up.
_LARGEST_LAG_S = 0.5
# Without waiting, a piece for each word would only cost time.
_WHOLE_PIECE_CHARS = 4096
# Like a model's tokens: a short word with the spaces before it, one or two Chinese characters, some signs.
_TOKEN = re.compile(r"\s*(?:[A-Za-z0-9_]{1,6}|[\u3400-\u9fff]{1,2}|[^\sA-Za-z0-9_\u3400-\u9fff]{1,3})|\s+")

Sleep = Callable[[float], Awaitable[None]]
Clock = Callable[[], float]

_SET_UP = "想让模型现写，请点“模型”接上一个；在终端里运行 aiflow connect。"


class LessonsEngine(Engine):
    """An engine that plays the lesson that a request's template or words select.

    The repairs of a recorded lesson are played in their order; the engine counts them for each run.

    Args:
        speed: a multiplier of the readable pace; 0 does not wait at all.
        folders: further folders of lesson folders, for example a teacher's own.
        clock: returns seconds; tests pass their own.
        sleep: waits for seconds; tests pass their own.

    Raises:
        ValueError: ``speed`` is negative or not finite.
    """

    name = "lessons"
    is_prepared = True

    def __init__(
        self,
        speed: float = 1.0,
        folders: Sequence[Path] = (),
        *,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if not math.isfinite(speed) or speed < 0:
            raise ValueError("speed must be 0 (no waiting) or a positive number")
        self.model = ""
        self.notice = "这是事先写好并测试过的课程，不是模型此刻的回答。"
        self._speed = speed
        self._folders = tuple(folders)
        self._clock = clock
        self._sleep = sleep
        # How many recorded answers of a phase a run has received, where they follow each other.
        self._given: dict[str, Counter[str]] = {}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Return the engine that the configuration describes."""
        return cls(config.lessons.speed, config.lessons.folders)

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """All lessons.

        Raises:
            ConfigError: a lesson is broken.
        """
        return load_lessons(self._folders)

    def choose(self, prompt: str, template: str | None = None) -> Lesson:
        """Return the lesson for a request.

        Args:
            prompt: the student's sentence.
            template: a lesson's id, which then decides alone.

        Raises:
            NoLessonError: no lesson answers it; the message offers the nearest ones and explains how to set
                up a model.
            ConfigError: a lesson is broken.
        """
        lessons = self.lessons
        lesson = get_lesson(template, lessons) if template else find_lesson(prompt, lessons)
        if lesson is None:
            offers = "、".join(f"《{near.title}》" for near in nearest_lessons(prompt, lessons))
            what = f"没有名为“{template[:40]}”的课程" if template else "课程库里没有能回答这个请求的课程"
            raise NoLessonError(f"{what}。最接近的有{offers}，可以换一句话试试。{_SET_UP}")
        return lesson

    def prepared_tests(self, request: EngineRequest) -> dict[str, str]:
        """Return the tests of the lesson, or of what the change alters.

        Raises:
            NoLessonError: no lesson answers the request.
            ConfigError: a lesson is broken.
        """
        lesson, change = self._prepare(request)
        return dict(change.tests) if change else lesson.tests

    def introduce(self, prompt: str, template: str | None = None) -> str:
        """Return the notice of the lesson that will be played: written, or recorded and from which model.

        Args:
            prompt: the student's sentence.
            template: a lesson's id.

        Raises:
            NoLessonError: no lesson answers the request.
            ConfigError: a lesson is broken.
        """
        return _notice(self.choose(prompt, template))

    async def stream(self, request: EngineRequest) -> AsyncGenerator[Delta, None]:
        """Play the phase that is asked for; see :meth:`Engine.stream`.

        Raises:
            NoLessonError: no lesson answers the request.
            EngineError: the request is a repair that the lesson does not have.
            ConfigError: a lesson is broken.
        """
        lesson, change = self._prepare(request)
        self.model = lesson.id
        self.notice = change.notice if change else _notice(lesson)
        if change and request.phase == "specify":
            yield NoticeDelta(change.notice)
        pacer = _Pacer(self._speed, self._clock, self._sleep)
        if recording := change.recording if change else lesson.recording:
            deltas = self._play_recorded(recording, lesson, request, pacer)
        else:
            deltas = _play(lesson, change, request, pacer)
        try:
            async for delta in deltas:
                yield delta
        finally:
            await deltas.aclose()

    def _prepare(self, request: EngineRequest) -> tuple[Lesson, PreparedChange | None]:
        """Return the lesson of a request, and in a change what is played of it.

        Raises:
            NoLessonError: no lesson, or no prepared change, answers it.
            EngineError: the project has the change.
            ConfigError: a lesson is broken.
        """
        if request.task == "generate":
            return self.choose(request.prompt, request.template), None
        try:
            lesson = self.choose(request.base_prompt, request.template)
        except NoLessonError:
            # `from None`: the inner error offers other lessons, which cannot answer a change.
            raise NoLessonError(f"这个项目不是课程库里的，没有准备好的修改。{_SET_UP}") from None
        return lesson, prepare_change(lesson, request)

    async def _play_recorded(
        self, recording: Sequence[RecordedLine], lesson: Lesson, request: EngineRequest, pacer: "_Pacer"
    ) -> AsyncGenerator[Delta, None]:
        for line in self._recorded_answer(recording, lesson, request):
            await pacer.wait_until(line.t)
            if line.text is not None and line.channel is not None:
                yield TextDelta(line.channel, line.text)
            elif line.usage is not None:
                yield UsageDelta(line.usage.prompt_tokens, line.usage.completion_tokens)
            elif line.finish is not None:
                yield FinishDelta(line.finish)

    def _recorded_answer(
        self, recording: Sequence[RecordedLine], lesson: Lesson, request: EngineRequest
    ) -> list[RecordedLine]:
        """Return the recorded answer to a request."""
        # A change asks again, for whole files, where an edit was not clear: its answers follow each other.
        if request.phase == "repair":
            answers = _repairs(recording)
        elif request.phase == "implement" and request.task == "change":
            answers = _split_answers(recording, "implement")
        else:
            self._given.pop(request.run, None)  # a new implementation: what follows is counted from 0
            parts = _last_answer(recording, request.phase)
            # A request for more after the last part receives the finish only: no text is sent twice.
            return parts[request.part] if request.part < len(parts) else parts[-1][-1:]
        given = self._given.setdefault(request.run, Counter())
        number = given[request.phase]
        if number >= len(answers):
            raise _no_repair(lesson)
        given[request.phase] += 1
        return answers[number]


class _Pacer:
    """Waits by a clock, so that the time for handling a piece does not slow the pace down."""

    def __init__(self, speed: float, clock: Clock, sleep: Sleep) -> None:
        self._speed = speed
        self._clock = clock
        self._sleep = sleep
        self._start = clock()
        self.waits = speed > 0

    async def wait_until(self, seconds: float) -> None:
        """Wait until ``seconds`` of the lesson, counted at speed 1, have passed."""
        if not self.waits:
            await self._sleep(0)  # a point where other tasks run and a cancellation arrives
            return
        ahead = self._start + seconds / self._speed - self._clock()
        if ahead >= _SHORTEST_SLEEP_S:
            await self._sleep(ahead)
        elif -ahead > _LARGEST_LAG_S:
            # Otherwise all that was missed would come in one burst.
            self._start -= ahead


async def _play(
    lesson: Lesson, change: PreparedChange | None, request: EngineRequest, pacer: _Pacer
) -> AsyncGenerator[Delta, None]:
    # A written lesson has been tested, so a failed check is nothing that it could repair.
    if request.phase in {"repair", "tests"}:
        raise _no_repair(lesson)
    due = 0.0
    completion_tokens = 0.0
    for channel, text in _script(lesson, request.phase, change):
        completion_tokens += estimate_tokens(text)
        for piece in cut(text, whole=not pacer.waits):
            due += _reading_time(piece)
            await pacer.wait_until(due)
            yield TextDelta(channel, piece)
    prompt_tokens = sum(estimate_tokens(message.content) for message in request.messages)
    yield UsageDelta(
        math.ceil(prompt_tokens or estimate_tokens(request.prompt)), math.ceil(completion_tokens)
    )
    yield FinishDelta("stop")


def _script(
    lesson: Lesson, phase: RequestPhase, change: PreparedChange | None
) -> Iterator[tuple[Channel, str]]:
    """Yield the texts of a written phase, of the lesson or of a change of it, in their order."""
    if change:
        yield "content", change.texts[phase]
        return
    # Thinking comes first, as in a model's answer.
    yield "thinking", lesson.texts[f"{phase}.thinking"]
    if phase != "implement":
        yield "content", lesson.texts[phase]
        return
    for file in lesson.files:
        # The file begins after the first newline and keeps its own last one, so its bytes are unchanged.
        yield "content", f'{file.intro}\n\n<file path="{file.path}">\n{file.text}</file>\n\n'


def cut(text: str, *, whole: bool = False) -> list[str]:
    """Cut a text into pieces like a model's tokens, always the same way; joined, they are the text.

    Args:
        text: the text.
        whole: cut it into few large pieces instead.
    """
    if whole:
        return [text[at : at + _WHOLE_PIECE_CHARS] for at in range(0, len(text), _WHOLE_PIECE_CHARS)]
    return _TOKEN.findall(text)


def _reading_time(piece: str) -> float:
    chinese = count_cjk(piece)
    return chinese * SECONDS_PER_CJK_CHAR + (len(piece) - chinese) * SECONDS_PER_CHAR


def _split_answers(lines: Sequence[RecordedLine], phase: str) -> list[list[RecordedLine]]:
    """Split a phase's lines at its ``finish`` lines."""
    answers: list[list[RecordedLine]] = [[]]
    for line in lines:
        if line.phase == phase:
            answers[-1].append(line)
            if line.finish is not None:
                answers.append([])
    return [answer for answer in answers if answer]


def _last_answer(lines: Sequence[RecordedLine], phase: str) -> list[list[RecordedLine]]:
    """Return a phase's answer in its parts: all but the last were cut off by their length and continued.

    A run that was retried while it was recorded has several answers; only the last one succeeded.
    """
    answers: list[list[list[RecordedLine]]] = [[]]
    for part in _split_answers(lines, phase):
        answers[-1].append(part)
        if part[-1].finish != "length":
            answers.append([])
    return [answer for answer in answers if answer][-1]


def _repairs(lines: Sequence[RecordedLine]) -> list[list[RecordedLine]]:
    """Return the answers of the repairs that followed the last implementation."""
    # Repairs before it belong to an attempt that was discarded.
    last = max((at for at, line in enumerate(lines) if line.phase == "implement"), default=-1)
    return _split_answers(lines[last + 1 :], "repair")


def _notice(lesson: Lesson) -> str:
    if lesson.manifest.kind == "recorded":
        when, model = lesson.manifest.recorded_at, lesson.manifest.model
        return f"这是 {when} 录下的 {model} 的回答，现在只是重放，不是模型此刻的回答。"
    return f"《{lesson.title}》是事先写好并测试过的课程，不是模型此刻的回答。"


def _no_repair(lesson: Lesson) -> EngineError:
    return EngineError(
        f"课程《{lesson.title}》是写好的程序，没有准备修改的步骤，所以不能再改。{_SET_UP}", retryable=False
    )
