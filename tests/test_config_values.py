"""Every configuration that validation accepts works: a lesson is generated and tested, its program is run.

A limit may end a run or a program, with its own reason and sentence; nothing else may go wrong. With
``AIFLOW_TEST_EXAMPLES`` set, that many random configurations are tested instead of a few.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from aiflow import Config, Flow, GeneratedProject
from aiflow.config.sections import SLOWEST_SPEED, Section
from aiflow.engines.lessons import LessonsEngine
from aiflow.exceptions import AIFlowError, ConfigError
from aiflow.sandbox.events import Ended
from aiflow.sandbox.player import start_player
from aiflow.sandbox.process import start_program

EXAMPLES = int(os.environ.get("AIFLOW_TEST_EXAMPLES", "4"))
TINY = 1e-9  # stands for "greater than 0"
# These end a run where they are small, and say so with these reasons.
LIMITS_OF_A_RUN = {
    "run.budget_s": "time_budget",
    "run.token_budget": "token_budget",
    "run.max_file_bytes": "file_too_large",
    "run.max_project_bytes": "project_too_large",
    "run.max_files": "too_many_files",
}
GAME, TEXT = "帮我写个贪吃蛇", "猜数字游戏"


def fields(model: type[Section] = Config, path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key of the configuration that config.json may hold, with what validation knows of it."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            yield from fields(kind, f"{path}{name}.")
        elif not field.exclude:
            yield f"{path}{name}", field


def bounds(field: FieldInfo) -> tuple[Any, Any]:
    """The smallest and the largest number that a key may hold."""
    limits = {
        name: getattr(bound, name)
        for bound in field.metadata
        for name in ("gt", "ge", "le")
        if hasattr(bound, name)
    }
    assert "le" in limits, "a number without an upper bound"
    return limits.get("ge", TINY), limits["le"]


NUMBERS = {key: bounds(field) for key, field in fields() if field.annotation in {int, float}}
SMALLEST = {key: low for key, (low, _) in NUMBERS.items() if key not in LIMITS_OF_A_RUN}
LARGEST = {key: high for key, (_, high) in NUMBERS.items()}


def configure(folder: Path, values: dict[str, Any]) -> Config:
    """The configuration with some keys set, by the way of config.json."""
    nested: dict[str, Any] = {"folder": folder, "projects_dir": str(folder / "projects")}
    nested["logs_dir"] = str(folder / "logs")
    for key, value in values.items():
        section, _, name = key.rpartition(".")
        (nested.setdefault(section, {}) if section else nested)[name] = value
    return Config.model_validate(nested)


class Clock:
    """A clock that a lesson's waits move, so that a slow pace costs the test nothing."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def generate(config: Config, prompt: str) -> GeneratedProject:
    clock = Clock()
    engine = LessonsEngine(config.lessons.speed, config.lessons.folders, clock=clock, sleep=clock.sleep)
    return await Flow(prompt, config=config, engine=engine).run()


async def run_to_its_end(config: Config, project: GeneratedProject) -> Ended:
    assert project.root is not None
    async with await start_program(project.root, project.main_path, limits=config.runner) as run:
        await run.close_stdin()
        return await run.wait()


def check_end(ended: Ended) -> None:
    """A program ends by itself (its input is closed) or by a limit in time, and a sentence says which."""
    assert ended.reason in {"exit", "wall_timeout", "cpu"}, ended
    assert ended.reason == "exit" or "上限" in ended.message


@pytest.mark.asyncio
@pytest.mark.parametrize("values", [SMALLEST, LARGEST], ids=["smallest", "largest"])
async def test_a_game_with_every_number_at_its_bound(tmp_path: Path, values: dict[str, Any]) -> None:
    # A game takes the whole time of the smoke test; the program of the next test meets that key's bounds.
    config = configure(tmp_path, values | {"gates.smoke_run_timeout_s": 1})
    project = await generate(config, GAME)
    assert project.syntax_validated
    # At their smallest, the limits in time would end the program before the others mean anything.
    config = configure(tmp_path, values | {"runner.wall_timeout_s": 600, "runner.cpu_budget_s": 120})
    assert project.root is not None
    async with await start_player(project.root, project.main_path, limits=config.runner) as run:
        await run.request_frame()
        seen = {type(event).__name__ async for event in _until_a_frame(run)}
        assert "Frame" in seen
        assert (await run.stop()).reason == "stopped"


async def _until_a_frame(run: Any) -> Any:
    async for event in run.events():
        yield event
        if type(event).__name__ in {"Frame", "Ended"}:
            return


@pytest.mark.asyncio
@pytest.mark.parametrize("values", [SMALLEST, LARGEST], ids=["smallest", "largest"])
async def test_a_program_with_every_number_at_its_bound(tmp_path: Path, values: dict[str, Any]) -> None:
    config = configure(tmp_path, values)
    check_end(await run_to_its_end(config, await generate(config, TEXT)))


@pytest.mark.asyncio
@pytest.mark.parametrize(("key", "reason"), LIMITS_OF_A_RUN.items())
async def test_a_limit_of_a_run_ends_it_with_its_own_reason(tmp_path: Path, key: str, reason: str) -> None:
    config = configure(tmp_path, {"lessons.speed": 0, "gates.smoke_run": False, key: NUMBERS[key][0]})
    with pytest.raises(AIFlowError) as caught:
        await generate(config, TEXT)
    assert caught.value.reason == reason


@pytest.mark.asyncio
async def test_the_slowest_lesson_ends_within_the_default_budget(tmp_path: Path) -> None:
    config = configure(tmp_path, {"lessons.speed": SLOWEST_SPEED, "gates.smoke_run": False})
    clock = Clock()
    for lesson in LessonsEngine().lessons:
        start = clock.now
        engine = LessonsEngine(config.lessons.speed, clock=clock, sleep=clock.sleep)
        await Flow("x", template=lesson.id, config=config, engine=engine).run()
        assert clock.now - start < Config().run.budget_s


def values_of(key: str, field: FieldInfo) -> st.SearchStrategy[Any]:
    """The values of a key: numbers at their bounds and inside, every choice, folders of all kinds."""
    if key == "lessons.speed":
        return st.sampled_from([0, SLOWEST_SPEED, 1]) | st.floats(SLOWEST_SPEED, 1000)
    if key in NUMBERS:
        low, high = NUMBERS[key]
        inside = st.integers(low, high) if field.annotation is int else st.floats(low, high)
        return st.sampled_from([low, high, field.default]) | inside
    if field.annotation is bool:
        return st.booleans()
    if get_origin(field.annotation) is Literal:
        return st.sampled_from(field.annotation.__args__)  # type: ignore[union-attr]  # a Literal has them
    if key in {"projects_dir", "logs_dir"}:
        return st.sampled_from(["a", "a/b/c", "项目 一", "./x/../y"])
    if key == "lessons.folders":
        return st.sampled_from([[], ["."], [".", "."]])
    return st.just(field.get_default(call_default_factory=True))


KEYS = {key: field for key, field in fields() if key not in LIMITS_OF_A_RUN and key != "engine"}


@pytest.mark.asyncio
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(values=st.fixed_dictionaries({}, optional={key: values_of(key, field) for key, field in KEYS.items()}))
async def test_any_configuration(tmp_path: Path, values: dict[str, Any]) -> None:
    for key in ("projects_dir", "logs_dir"):
        if key in values:
            values[key] = str(tmp_path / values[key])
    if "lessons.folders" in values:
        values["lessons.folders"] = [str(tmp_path / name) for name in values["lessons.folders"]]
    config = configure(tmp_path, values)
    check_end(await run_to_its_end(config, await generate(config, TEXT)))


@pytest.mark.parametrize(
    ("key", "text"),
    [
        *((key, text) for key in NUMBERS for text in ("Infinity", "NaN", "-1", "1e300")),
        ("lessons.speed", "1e-9"),
        ("runner.wall_timeout_s", "100000"),
        ("runner.processes", "5000"),
        ("runner.open_files", "100000"),
        ("runner.output_mb", "1e6"),
        ("runner.file_mb", "1e9"),
        ("runner.folder_mb", "1e9"),
        ("runner.memory_mb", "100000000"),
        ("runner.memory_mb", "1"),
    ],
)
def test_a_number_out_of_its_range_is_refused_with_key_value_and_range(
    tmp_path: Path, key: str, text: str
) -> None:
    section, _, name = key.partition(".")
    file = tmp_path / "config.json"
    file.write_text(f'{{"{section}": {{"{name}": {text}}}}}', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Config.load(file, environ={})
    message = caught.value.message
    assert f"配置项 {key} 现在是 " in message
    low, high = NUMBERS[key]
    shown = SLOWEST_SPEED if key == "lessons.speed" and text == "1e-9" else low if low != TINY else 0
    assert str(shown) in message
    assert str(high) in message


@pytest.mark.parametrize("key", ["engine", "projects_dir", "logs_dir", "openai.model", "openai.base_url"])
@pytest.mark.parametrize("text", ["a\\u0000b", "a\\ud800b"])
def test_characters_that_no_file_name_holds_are_refused(tmp_path: Path, key: str, text: str) -> None:
    section, _, name = key.rpartition(".")
    values = f'"{name}": "{text}"'
    file = tmp_path / "config.json"
    file.write_text(f'{{"{section}": {{{values}}}}}' if section else f"{{{values}}}", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Config.load(file, environ={})
    assert f"配置项 {key} 现在是 " in caught.value.message
    caught.value.message.encode()
