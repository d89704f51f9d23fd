"""The interface of a programming language."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiflow.config import FixesConfig, GatesConfig
from aiflow.exceptions import InputError
from aiflow.languages.fixing import FixRule
from aiflow.languages.line_merge import merge_lines
from aiflow.languages.sources import Gate, SourceFile, Sources
from aiflow.model.definitions import Definition
from aiflow.model.findings import Finding, Severity, at
from aiflow.model.language_facts import LanguageFacts
from aiflow.model.tests import TestCase


@dataclass(frozen=True, slots=True)
class ErrorExplanation:
    """An error that ended a program, explained to a beginner.

    Attributes:
        error: the error's name, e.g. ``NameError``.
        original: its last line as it was printed.
        meaning: Chinese: what the error means.
        advice: Chinese: what to try.
        path: the project's file in which it happened, relative with ``/``; None where it is none of the
            project's.
        line: the line in it, from 1.
        code: that line's text, where it is known.
        limit: the limit of the sandbox that the error reports, where it reports one.
        is_harmless: it only says that the program was interrupted, or that no more input came.
    """

    error: str
    original: str
    meaning: str
    advice: str
    path: str | None = None
    line: int | None = None
    code: str | None = None
    limit: Literal["memory", "file"] | None = None
    is_harmless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramStart:
    """How a program is started in the project's folder: by a command, or inside an interpreter that is ready.

    Attributes:
        command: the command line; the main file and the program's arguments follow. Empty where ``runtime``
            is given.
        runtime: the folder of a package for a prepared Python interpreter, which saves starting one. Its
            ``launcher.main(channel, script, arguments, is_played=…)`` runs the program, its
            ``testing.main(script, job)`` the tests that the language finds. It imports nothing of
            ``aiflow``.
        environment: variables that the program gets.
        readable: folders and files that it may read besides the project and the system's own.
    """

    command: tuple[str, ...] = ()
    runtime: Path | None = None
    environment: tuple[tuple[str, str], ...] = ()
    readable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptFragments:
    """The sentences of the prompts that depend on the language; Chinese, each ends with its own full stop.

    Attributes:
        run_command: what a student types to start a program.
        program_rules: for a specification: the language and what programs may use.
        plan_rules: for a plan.
        import_rules: for the files.
        windows_rules: what must be heeded so that a program runs on Windows, with a comma at the end.
        repair_rules: which mistakes a repair must not leave, with a semicolon at the end.
        test_example: a file of tests.
        test_rules: what a test may use.
        tested_rules: how a program must be written so that tests can use it.
    """

    run_command: str
    program_rules: str
    plan_rules: str = ""
    import_rules: str = "每个文件开头写好它用到的所有导入。"
    windows_rules: str = ""
    repair_rules: str = ""
    test_example: str = ""
    test_rules: str = ""
    tested_rules: str = ""


@dataclass(frozen=True, slots=True)
class JudgeKit:
    """The modules that make the checks of an evaluation, in the sandbox, beside the program that they judge.

    Attributes:
        folder: of the package. Its ``judge.main()`` reads a check and prints the result.
        main: the name of a main file that calls it.
        text: of that file, where ``$package`` is the name of the copied package.
    """

    folder: Path
    main: str
    text: str


@dataclass(frozen=True, slots=True)
class NotebookProgram:
    """A notebook as a program.

    Attributes:
        text: the source, with a marker where each cell begins.
        comments: how many lines of magics and of shell commands became comments.
    """

    text: str
    comments: int


@dataclass(frozen=True, slots=True)
class Mutant:
    """A copy of one file of a program with one small mistake.

    Attributes:
        path: the file.
        line: where the mistake is, from 1.
        operator: the kind of mistake: ``compare``, ``arithmetic``, ``constant``, ``boolean``, ``return`` or
            ``removed``.
        text: the whole file with the mistake.
    """

    path: str
    line: int
    operator: str
    text: str


class Language(ABC):
    """A programming language: how its programs are checked, started and explained.

    Attributes:
        facts: the plain data about it.
        prompts: the sentences about it for a model.
        picture_advice: Chinese: how a program shows the picture of its window.
    """

    facts: LanguageFacts
    prompts: PromptFragments
    picture_advice: str = ""

    def fragments(self, approved: Sequence[str]) -> PromptFragments:  # noqa: ARG002 - the interface
        """Return the sentences about it for a model.

        Args:
            approved: the names of the packages that programs may use.
        """
        return self.prompts

    def unapproved_in(self, request: str, approved: Sequence[str]) -> list[str]:  # noqa: ARG002 - the interface
        """Return an agreement, "问题：答案", for each package that a request names and that is not approved.

        Args:
            request: a person's sentence.
            approved: the names of the packages that programs may use.
        """
        return []

    def missing_packages(self, names: Iterable[str]) -> str:  # noqa: ARG002 - the interface
        """Return a Chinese sentence about the packages that are not installed; empty where all are.

        Args:
            names: approved packages.
        """
        return ""

    @abstractmethod
    def check_file(self, path: str, data: bytes) -> list[Finding]:
        """Check the syntax of one source file; a finding has the rule ``syntax`` or ``encoding``."""

    @abstractmethod
    def program_start(self) -> ProgramStart:
        """Return how its programs are started."""

    def explain_error(self, stderr: str, root: Path) -> ErrorExplanation | None:  # noqa: ARG002 - the interface
        """Explain the error that ended a program.

        Args:
            stderr: the end of what the program printed there.
            root: the project's folder; its paths are made relative.

        Returns:
            None where there is no error in the text, or the language explains none.
        """
        return None

    def opens_windows(self, project: Sources) -> bool:
        """Return whether the program opens a window, so that a page offers to play it."""
        return self.opens_system_windows(project)

    def opens_system_windows(self, project: Sources) -> bool:  # noqa: ARG002 - the interface
        """Return whether the program opens windows that only a display server of the system can show."""
        return False

    def gates(self, config: GatesConfig) -> list[Gate]:  # noqa: ARG002 - the interface
        """Return the gates for its projects that the configuration turns on."""
        return []

    def fixes(self, config: FixesConfig, gates: GatesConfig) -> list[FixRule]:  # noqa: ARG002 - the interface
        """Return the rules for automatic fixes that the configuration turns on, in the order of their use."""
        return []

    def find_file_use(self, project: Sources, path: str) -> Literal["created", "read"] | None:  # noqa: ARG002
        """Return what the program does with a file that the project lacks; None where that is not known."""
        return None

    def find_entry(self, project: Sources) -> str | None:
        """Return which file of somebody else's program a person would start; None where that is unclear."""
        return self.facts.find_main_file(project.paths)

    def needs_folder(self, project: Sources, folder: str) -> bool:  # noqa: ARG002 - the interface
        """Return whether a program works only inside a folder of this name, for instance imports from it."""
        return False

    def read_notebook(self, data: bytes) -> NotebookProgram:  # noqa: ARG002 - the interface
        """Return the program of a notebook (``.ipynb``).

        Raises:
            InputError: it is no notebook of this language.
        """
        raise InputError(f"{self.facts.title} 没有笔记本。")

    def describe(self, file: SourceFile) -> list[str]:  # noqa: ARG002 - the interface
        """Return one line on a source file, empty where it has none, then one on each documented part."""
        return [""]

    def judge_kit(self) -> JudgeKit | None:
        """Return how programs are judged in an evaluation; None where that is not possible."""
        return None

    def used_dependencies(self, project: Sources, approved: list[str]) -> list[str]:  # noqa: ARG002
        """Return those of the approved packages that the program imports."""
        return []

    def definitions(self, text: str) -> list[Definition]:  # noqa: ARG002 - the interface
        """Return the functions, classes and methods of a source file; none where it cannot be read."""
        return []

    def plays(self, dependencies: Collection[str]) -> bool:  # noqa: ARG002 - the interface
        """Return whether a program that needs these packages opens a window, and is tested by playing it."""
        return False

    def test_path(self, feature: str) -> str:  # noqa: ARG002 - the interface
        """Return the file for the tests of a feature; empty where the language runs no test functions."""
        return ""

    def find_tests(self, path: str, text: str) -> list[TestCase]:  # noqa: ARG002 - the interface
        """Return the test functions of a file."""
        return []

    def check_tests(self, text: str, files: Collection[str], names: str, approved: Collection[str]) -> str:  # noqa: ARG002
        """Return why a file of tests that a model wrote is of no use (Chinese); empty where it is.

        Args:
            text: the file.
            files: the program's planned files.
            names: a text that holds every name that was planned.
            approved: the packages that may be imported.
        """
        return "这种语言没有测试"

    def remove_test(self, text: str, name: str) -> str:  # noqa: ARG002 - the interface
        """Return a file of tests without one of them; an empty text where it was the last."""
        return text

    def find_marks(self, text: str) -> dict[int, list[str]]:  # noqa: ARG002 - the interface
        """Return the features that comments of a source file name, by the line that each is about."""
        return {}

    def mutants(self, files: Mapping[str, str], count: int, seed: int = 0) -> list[Mutant]:  # noqa: ARG002
        """Return copies of a program with one small mistake each; none where the language makes none.

        Args:
            files: the program's texts by path, without its tests.
            count: how many at most.
            seed: selects among the possible mistakes; the same one gives the same mutants.
        """
        return []

    def merge(self, old: str, new: str) -> str:
        """Return ``new`` with as many lines of ``old`` as can stay without changing what ``new`` means.

        Args:
            old: a source file.
            new: the same file as a model wrote it, whole.
        """
        return merge_lines(old, new)


def not_utf8(
    path: str, data: bytes, error: UnicodeDecodeError, reader: str, severity: Severity = "error"
) -> Finding:
    """Return the finding for a text that is no UTF-8.

    Args:
        path: the file.
        data: its bytes.
        error: what decoding them raised.
        reader: what cannot read it: the language's title.
        severity: of the finding.
    """
    line = data.count(b"\n", 0, error.start) + 1
    text = f"{at(path, line)}这里不是 UTF-8 编码，{reader} 读不了。请用 UTF-8 重新保存这个文件。"
    return Finding(path, line, "encoding", text, severity)
