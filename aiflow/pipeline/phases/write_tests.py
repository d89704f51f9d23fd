"""Tests before the code: one request for each feature, from its text and the plan's names."""

import asyncio
from contextlib import aclosing

from aiflow.engines.base import EngineRequest, Message
from aiflow.exceptions import EngineError, InputError, LimitError, UnsafePathError
from aiflow.languages.base import Language
from aiflow.languages.files import find_tests
from aiflow.model.artifacts import Plan
from aiflow.model.events import DiagnosticEvent
from aiflow.model.phases import IMPLEMENT
from aiflow.model.tests import SCENARIO_SUFFIX, TESTS_FOLDER, is_test_file
from aiflow.model.validators import required
from aiflow.pipeline.phases.answer import Answer
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.storage.project_folder import ProjectFolder
from aiflow.util.token_estimate import estimate_tokens

_FENCE = "```"


class TestWriter:
    """Writes the tests of a run into the project, before its code.

    Args:
        context: the run.
        plan: the files and names that the program will have.
        folder: the project's files.

    Attributes:
        written: the files of tests that were written, by path.
        is_prepared: the engine had them ready.
    """

    __test__ = False

    def __init__(self, context: PhaseContext, plan: Plan, folder: ProjectFolder) -> None:
        self._context = context
        self._plan = plan
        self._folder = folder
        self._language = context.language(plan.main_file)
        self.written: dict[str, str] = {}
        self.is_prepared = False

    async def run(self) -> None:
        """Write the tests of the features; in a change, of those that are new or changed.

        A test is an extra: where an engine fails here, the program is made without it.

        Raises:
            LimitError: the run's token budget is used up.
            StorageError: the disk refuses.
        """
        context = self._context
        if not context.config.tests.enabled:
            return
        try:
            prepared = context.engine.prepared_tests(self._request())
            if prepared is not None:
                self.is_prepared = True
                for path, text in prepared.items():
                    await self._write(path, text)
                return
            for feature, text in self._features()[: context.config.tests.max_features]:
                await self._ask(feature, text)
        except EngineError as error:
            self._report(None, f"没有写成测试：{error.message}")

    def _request(self) -> EngineRequest:
        context = self._context
        return EngineRequest(
            phase="tests",
            messages=(),
            prompt=context.request.prompt,
            template=context.request.template,
            run=str(context.request.project_id),
            task=context.task,
            base_prompt=context.request.base_prompt,
            files=context.files,
        )

    def _features(self) -> list[tuple[str, str]]:
        """Return the ids and texts of the features that get tests."""
        spec = required(self._context.snapshot.spec)
        features = list(zip(spec.feature_ids, spec.features, strict=False))
        if self._context.base is None:
            return features
        touched = {*spec.changes.new, *spec.changes.changed}
        return [(feature, text) for feature, text in features if feature in touched]

    async def _ask(self, feature: str, text: str) -> None:
        language, plan = self._language, self._plan
        is_played = language.plays(plan.dependencies)
        path = language.test_path(feature)
        if is_played:
            path = f"{TESTS_FOLDER}/{feature.lower()}{SCENARIO_SUFFIX}"
        if not path:
            return
        self._context.events.notice(f"正在给功能 {feature} 写测试。")
        messages = self._context.messages(
            "tests_game" if is_played else "tests",
            main_file=plan.main_file,
            plan=plan.to_markdown(),
            feature=f"{feature} {text}",
        )
        code = _code(await self._answer(path, messages))
        # A model says that a feature cannot be tested so; that is an answer.
        if not code.strip() or "没有" in code[:20]:
            return
        if is_played:
            code = _of_feature(code, feature)
        problem = self._problem(path, code)
        if problem:
            self._report(path, f"模型给功能 {feature} 写的测试没有用上：{problem}。")
            return
        await self._write(path, code)

    async def _answer(self, path: str, messages: tuple[Message, ...]) -> str:
        """Return the text of an answer, no longer than a test may be."""
        limit = self._context.config.tests.max_tokens
        answer = Answer(self._context, IMPLEMENT, "tests", messages)
        text, tokens = "", 0.0
        async with aclosing(answer.text()) as pieces:
            async for piece in pieces:
                text += piece
                tokens += estimate_tokens(piece)
                self._context.events.text(IMPLEMENT, "content", piece, path)
                # A small model may write tests without an end: what it has written so far is used.
                if tokens > limit:
                    return _without_last(text)
        return text

    def _problem(self, path: str, code: str) -> str:
        """Return why a file of tests is of no use; an empty text where it is."""
        if path.endswith(SCENARIO_SUFFIX):
            try:
                find_tests(path, code)
            except InputError as error:
                return error.message.rstrip("。")
            return ""
        plan = self._plan
        files = [file.path for file in plan.files] + [plan.main_file]
        # In a change, the names that the program has already may be tested as well.
        names = "\n".join([plan.to_markdown(), *self._context.files.values()])
        files += list(self._context.files)
        return self._language.check_tests(code, files, names, self._context.config.gates.approved)

    async def _write(self, path: str, text: str) -> None:
        if not is_test_file(path):
            return
        try:
            size = await asyncio.to_thread(self._folder.write, path, text.encode("utf-8", "replace"))
        except (UnsafePathError, LimitError) as error:
            self._report(path, error.message)
            return
        self.written[path] = text
        self._context.announce(path, size)

    def _report(self, path: str | None, message: str) -> None:
        event = DiagnosticEvent(path=path, rule="test_dropped", message=message, severity="warning")
        self._context.events.emit(event)


def describe_tests(writer: TestWriter, language: Language) -> str:
    """Return the tests for the request that asks for the code; empty where there are none."""
    shown = [text for path, text in writer.written.items() if not path.endswith(SCENARIO_SUFFIX)]
    if not shown:
        return ""
    code = "\n\n".join(text.strip() for text in shown)
    rules = f"{language.prompts.tested_rules}测试已经写好了，不要再写。"
    block = f"{_FENCE}{language.facts.name}\n{code}\n{_FENCE}"
    return f"程序写好以后，会用这些测试检查它：\n\n{block}\n\n{rules}\n\n"


def _code(text: str) -> str:
    """Return the first block of code of an answer; all of it where there is none."""
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if line.lstrip().startswith((_FENCE, "<file"))]
    if not starts:
        return text.strip() + "\n"
    rest = lines[starts[0] + 1 :]
    ends = [at for at, line in enumerate(rest) if line.lstrip().startswith((_FENCE, "</file"))]
    return "\n".join(rest[: ends[0]] if ends else rest).strip() + "\n"


def _without_last(text: str) -> str:
    """Return a text that was cut without the function or table in which it was."""
    at = max(text.rfind("\ndef "), text.rfind("\n[[scenario]]"))
    return text[:at] if at > 0 else text


def _of_feature(code: str, feature: str) -> str:
    """Return a file of scenarios that says which feature they test, whatever the model wrote about that."""
    lines = [line for line in code.splitlines() if not line.startswith(("feature ", "feature=", "features"))]
    found = []
    for line in lines:
        found.append(line)
        if line.strip() == "[[scenario]]":
            found.append(f'feature = "{feature}"')
    return "\n".join(found) + "\n"
