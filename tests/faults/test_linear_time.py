"""Reading a text of a model or a person takes time in proportion to its length, whatever the text is.

The parsers are found in the code: every public function with a parameter that is named like a text. A new one
must be measured here, or be listed with the reason for which it is none.
"""

import ast
import importlib
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from aiflow.engines import errors
from aiflow.engines.lesson_library import load_lessons
from aiflow.engines.lesson_search import find_lesson, nearest_lessons
from aiflow.engines.openai.answer_reader import AnswerReader
from aiflow.engines.openai.sse import SSEDecoder
from aiflow.exceptions import AIFlowError
from aiflow.extraction import FileExtractor
from aiflow.extraction.fence_syntax import MAX_LINE
from aiflow.extraction.fences import quote_after
from aiflow.extraction.file_name_shapes import MAX_NAMING_LINE, is_path
from aiflow.extraction.sentences import introduced_file, name_start
from aiflow.gates.syntax import check_bytes
from aiflow.languages.python.explain import explain_traceback
from aiflow.languages.python.fixes.scanner import pieces, statements
from aiflow.languages.python.notebooks import comment_magics, to_program
from aiflow.languages.python.packages import unapproved_in
from aiflow.model.artifacts import Plan, Spec
from aiflow.model.line_diff import apply_hunk, hunks
from aiflow.model.markdown_reader import Outline
from aiflow.model.validators import MAX_PROMPT_CHARS
from aiflow.pipeline.phases.change_documents import complete_spec
from aiflow.pipeline.phases.loops import LoopDetector
from aiflow.pipeline.phases.text_filters import Chain, Overlap, Surrogates
from aiflow.util.redaction import Masker, mask
from aiflow.workspace.entity_tags import matches
from tests.faults.edit_texts import EDIT_ENDS, edit
from tests.faults.text_functions import find_functions, functions_in
from tests.imports.notebooks import notebook
from tests.linear_time import FAMILIES, MAX_RATIO, growth

ROOT = Path(__file__).parents[2]
LAST_SIZE = 16 * 1024


def feed(make: Callable[[], Any], *, step: int = 32, encode: bool = False) -> Callable[[str], object]:
    """Return work that gives a text to a reader's ``feed`` in small pieces."""

    def work(text: str) -> None:
        data: Any = text.encode() if encode else text
        reader = make()
        for at in range(0, len(data), step):
            reader.feed(data[at : at + step])

    return work


def extract(opening: str) -> Callable[[str], object]:
    """Return work that extracts files from a text behind ``opening``."""

    def work(text: str) -> None:
        extractor = FileExtractor(default_path="main.py")
        extractor.feed(opening)
        for at in range(0, len(text), 32):
            extractor.feed(text[at : at + 32])
        extractor.close()

    return work


def backwards(text: str) -> str:
    """Return the lines of a text in the opposite order, and one more, so that there is a difference."""
    return "\n".join(["first", *reversed(text.split("\n"))])


SECRETS = [SecretStr("aaaaaaaaab"), SecretStr("sk-0123456789")]
OPENINGS = {
    "prose": "你好\n", "fence": "```python a.py\n", "Markdown": "### a.md\n```markdown\n", "snippet": "```\n",
    "string": '```python a.py\n"""\n```\n', "tag": '<file path="a.py">', "open tag": '<file path="a.py"\n',
    "CDATA": '<file path="a.py"><![CDATA[', "thinking": "<think>", "raw": "# a.py\n",
    "JSON": '{"files": [{"path": "a.py", "content": "', "candidate": "### `a.py`\n\n说明。\n\n```\n",
    "announced": "```\npath=a.py\n```\n```\n",
}  # fmt: skip
TARGET = errors.Target(host="x", model="x", secrets=["aaaaaaaaab"])
LESSONS = load_lessons([])

MEASURED: dict[str, Callable[[str], object]] = {
    "aiflow.engines.errors.from_response": lambda text: errors.from_response(400, {}, text, TARGET),
    "aiflow.engines.errors.from_body": lambda text: errors.from_body({"error": {"message": text}}, TARGET),
    "aiflow.engines.lesson_search.find_lesson": lambda text: find_lesson(text, LESSONS),
    "aiflow.engines.lesson_search.nearest_lessons": lambda text: nearest_lessons(text, LESSONS),
    "aiflow.engines.openai.answer_reader.AnswerReader.feed": feed(lambda: AnswerReader(TARGET), encode=True),
    "aiflow.engines.openai.sse.SSEDecoder.feed": feed(SSEDecoder, encode=True),
    "aiflow.extraction.fences.quote_after": lambda text: quote_after(text, ""),
    "aiflow.extraction.sentences.introduced_file": lambda text: introduced_file(
        text, heading=True, is_path=is_path
    ),
    "aiflow.extraction.sentences.name_start": lambda text: name_start(text, is_path),
    "aiflow.gates.syntax.check_bytes": lambda text: check_bytes("a.json", text.encode()),
    "aiflow.languages.python.explain.explain_traceback": lambda text: explain_traceback(text, ROOT),
    "aiflow.languages.python.fixes.scanner.pieces": lambda text: list(pieces(text)),
    "aiflow.languages.python.fixes.scanner.statements": lambda text: list(statements(text)),
    "aiflow.languages.python.notebooks._Scanner.read": comment_magics,
    "aiflow.languages.python.packages.unapproved_in": lambda text: unapproved_in(text, []),
    "aiflow.languages.python.notebooks.to_program": lambda text: to_program(notebook(("code", text))),
    "aiflow.model.artifacts.Spec.from_markdown": lambda text: Spec.from_markdown(text).to_markdown(),
    "aiflow.model.artifacts.Plan.from_markdown": lambda text: Plan.from_markdown(text).to_markdown(),
    "aiflow.model.line_diff.apply_hunk": lambda text: apply_hunk(text, hunks(text, backwards(text))[0]),
    "aiflow.model.markdown_reader.Outline.__init__": lambda text: Outline(text).lines,
    "aiflow.pipeline.phases.change_documents.complete_spec": lambda text: complete_spec(
        Spec.from_markdown(text), Spec.from_markdown(backwards(text)), text[:MAX_PROMPT_CHARS]
    ),
    "aiflow.pipeline.phases.loops.LoopDetector.feed": feed(LoopDetector),
    "aiflow.pipeline.phases.text_filters.Chain.feed": feed(lambda: Chain(Surrogates(), Masker(SECRETS))),
    "aiflow.pipeline.phases.text_filters.Overlap.__init__": lambda text: Overlap(text).feed(text),
    "aiflow.pipeline.phases.text_filters.Overlap.feed": lambda text: feed(lambda: Overlap(text))(text),
    "aiflow.util.redaction.mask": lambda text: mask(text, SECRETS),
    "aiflow.util.redaction.Masker.feed": feed(lambda: Masker(SECRETS)),
    "aiflow.workspace.entity_tags.matches": lambda text: matches(text, '"a"'),
}
"""What needs more than a text. A module's function that needs only texts is called with them."""

BOUNDED = {
    "aiflow.extraction.sentences.introduced_file": MAX_NAMING_LINE,
    "aiflow.extraction.sentences.name_start": MAX_NAMING_LINE,
    "aiflow.extraction.file_name_shapes.unwrap": MAX_NAMING_LINE,
    "aiflow.extraction.lines_before.name_on_line": MAX_NAMING_LINE,
    "aiflow.extraction.first_lines.name_inside": MAX_NAMING_LINE,
    "aiflow.extraction.first_lines.name_in_comment": MAX_NAMING_LINE,
    "aiflow.extraction.info_strings.name_in_info": 2 * MAX_NAMING_LINE,
    "aiflow.extraction.tags.find_tag": MAX_LINE,
    "aiflow.extraction.fence_syntax.find_fence": MAX_LINE,
    "aiflow.engines.lesson_search.find_lesson": MAX_PROMPT_CHARS,
    "aiflow.engines.lesson_search.nearest_lessons": MAX_PROMPT_CHARS,
}
"""Functions that read no longer text, and the length."""

BY_EDITS = "a part of EditReader or apply_edits, which are measured with each at work"
BY_EXTRACTOR = "a state of FileExtractor, which is measured with each of them at work"
BYTES = "stores or sends the text without reading it"
SANDBOX = "in the sandbox"
COMMAND = "a command's argument, typed by the person who waits for it"
NO_PARSER = {
    "aiflow.commands.change.change": COMMAND,
    "aiflow.commands.new.new": COMMAND,
    "aiflow.commands.record.record": COMMAND,
    "aiflow.commands.screen.": BYTES,
    "aiflow.engines.base.Engine.introduce": "an interface",
    "aiflow.engines.errors.make_error": "given what `clean` returned",
    "aiflow.engines.lesson_recorder.": "passes the prompt to the engine",
    "aiflow.engines.lessons.LessonsEngine.": "calls find_lesson",
    "aiflow.engines.openai.reasoning._": "a part of AnswerReader",
    "aiflow.exceptions.": BYTES,
    "aiflow.extraction.blocks.": BY_EXTRACTOR,
    "aiflow.extraction.edits.": BY_EDITS,
    "aiflow.extraction.fences.FenceReader.": BY_EXTRACTOR,
    "aiflow.extraction.json_files.": BY_EXTRACTOR,
    "aiflow.extraction.json_reader.JsonReader.": BY_EXTRACTOR,
    "aiflow.extraction.prose.": BY_EXTRACTOR,
    "aiflow.extraction.readers.": BY_EXTRACTOR,
    "aiflow.extraction.tagged.": BY_EXTRACTOR,
    "aiflow.gates.checks.check_file_aside": "calls check_bytes",
    "aiflow.gates.pool": BYTES,
    "aiflow.languages.base.Language.": "an interface",
    "aiflow.languages.base.not_utf8": "reads one byte",
    "aiflow.languages.line_merge._Lines.": "a part of merge_lines, measured in tests/languages",
    "aiflow.languages.python.statements.Source.": "a part of merge_python, measured in tests/languages",
    "aiflow.languages.python.fixes.edits.": "a part of `rewrite` and `narrow`, which are measured",
    "aiflow.languages.python.fixes.import_edits.": "an import that a rule adds",
    "aiflow.languages.python.fixes.reading.": "Python's own parser, as below",
    "aiflow.languages.python.judging.": SANDBOX,
    "aiflow.languages.python.language.Python.": "calls the functions that are measured",
    "aiflow.languages.python.runtime.testing.": SANDBOX,
    "aiflow.languages.python.parsed.": "Python's own parser, in another process for a risky text",
    "aiflow.languages.python.subprocess_parser.try_parse": "Python's own parser, in another process",
    "aiflow.languages.python.syntax.check_source": "Python's own parser, as above",
    "aiflow.languages.sources.": BYTES,
    "aiflow.languages.python.tests.": "reads a tree, as find_definitions does, which is measured",
    "aiflow.model.agreements.": "calls Outline, which is measured",
    "aiflow.model.artifacts.Artifact.": "an interface",
    "aiflow.model.markdown_html.markdown_html": "parses as markdown_text does, which is measured",
    "aiflow.model.snapshot.": BYTES,
    "aiflow.model.tests.scenario_tests": "calls read_scenarios",
    "aiflow.pipeline.clarification.": "reads 1000 characters at most",
    "aiflow.pipeline.event_writer.": BYTES,
    "aiflow.pipeline.flow": "calls check_prompt",
    "aiflow.pipeline.phases.base.Budget.": "calls estimate_tokens",
    "aiflow.pipeline.phases.base.PhaseContext.": "fills a prompt in",
    "aiflow.pipeline.phases.text_filters.TextFilter.": "an interface",
    "aiflow.pipeline.phases.text_filters.Surrogates.": "a filter of Chain, which is measured with it",
    "aiflow.sandbox.child.": BYTES,
    "aiflow.sandbox.process.": BYTES,
    "aiflow.storage.archive.": BYTES,
    "aiflow.storage.comparison.read_text": BYTES,
    "aiflow.storage.journal.Listener.": BYTES,
    "aiflow.storage.journal_reader.": "reads entries that this program wrote",
    "aiflow.storage.last_error.": BYTES,
    "aiflow.storage.project_folder.": BYTES,
    "aiflow.storage.safefs.": BYTES,
    "aiflow.storage.transcripts.": BYTES,
    "aiflow.workspace.files.": BYTES,
    "aiflow.workspace.importing.zipped.": "an archive, whose costs are limited; see tests/imports",
    "aiflow.workspace.program_sessions.": BYTES,
    "aiflow.workspace.runs.": "reads 200 characters at most",
    "aiflow_server.handlers.": "the JSON of a request, at most 1 MB",
    "aiflow_widgets.": "the prompt, which check_prompt limits, and messages in JSON",
}
"""Functions, or beginnings of their names, that need not be measured, and why."""


def measured() -> dict[str, Callable[[str], object]]:
    """Return every function that has to be measured, with the work to do on a text."""
    found = {
        f"aiflow.extraction.extractor.FileExtractor.feed, {name}": extract(opening)
        for name, opening in OPENINGS.items()
    } | {
        f"aiflow.extraction.edits.reader.EditReader.feed, {opening!r}": edit(opening) for opening in EDIT_ENDS
    }
    for name, node in FUNCTIONS.items():
        if name in MEASURED:
            found[name] = MEASURED[name]
        elif not any(name.startswith(prefix) for prefix in [*NO_PARSER, "aiflow.extraction.extractor."]):
            found[name] = _called_with_texts(name, node)
    return found


def _called_with_texts(name: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Callable[[str], object]:
    module, _, attribute = name.rpartition(".")
    required = node.args.args[: len(node.args.args) - len(node.args.defaults)]
    kinds = [ast.unparse(argument.annotation) for argument in required if argument.annotation is not None]
    if not set(kinds) <= {"str", "bytes", "object", "int"} or isinstance(node, ast.AsyncFunctionDef):
        pytest.fail(f"{name} takes a text: measure it in MEASURED, or list it in NO_PARSER with a reason")
    function = getattr(importlib.import_module(module), attribute)

    def work(text: str) -> None:
        values = {"bytes": text.encode(), "int": 4}
        function(*(values.get(kind, text) for kind in kinds))

    return work


FUNCTIONS = dict(find_functions())
WORK = measured()


@pytest.mark.parametrize("name", WORK)
def test_time_is_in_proportion_to_the_text(name: str) -> None:
    def work(text: str) -> None:
        with suppress(AIFlowError, ValueError, RecursionError):
            WORK[name](text)

    ratios = {}
    for family, (before, repeated, after) in FAMILIES.items():

        def text(size: int, before: str = before, repeated: str = repeated, after: str = after) -> str:
            return before + repeated * (size // len(repeated)) + after

        ratios[family] = growth(work, text, last_size=BOUNDED.get(name, LAST_SIZE + 64) - 64)
    assert {family: ratio for family, ratio in ratios.items() if ratio >= MAX_RATIO} == {}


def test_every_exception_is_still_in_the_code() -> None:
    names = list(FUNCTIONS)
    assert [entry for entry in MEASURED if entry not in names] == []
    assert [entry for entry in BOUNDED if entry not in names] == []
    assert [prefix for prefix in NO_PARSER if not any(name.startswith(prefix) for name in names)] == []


def test_a_new_parser_has_to_be_measured() -> None:
    source = "def read(text: str, mode: Mode) -> str: ...\nclass A:\n    def feed(self, chunk: bytes): ...\n"
    found = dict(functions_in(ast.parse(source).body, "aiflow.new"))
    assert list(found) == ["aiflow.new.read", "aiflow.new.A.feed"]
    with pytest.raises(pytest.fail.Exception, match="measure it in MEASURED"):
        _called_with_texts("aiflow.new.read", found["aiflow.new.read"])


def test_a_quadratic_function_is_found() -> None:
    backtracking = re.compile("(a)+!")
    assert growth(backtracking.search, lambda size: "a" * size, last_size=LAST_SIZE) >= MAX_RATIO
