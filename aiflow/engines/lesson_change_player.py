"""Prepared changes of a lesson for one project: which ones a wish means, and whether they fit its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiflow.engines.base import EngineRequest, RequestPhase
from aiflow.engines.lesson_changes import LessonChange, change_plan, change_specification, is_in
from aiflow.engines.lesson_format import RecordedLine
from aiflow.engines.lesson_library import Lesson
from aiflow.engines.lesson_wishes import Wishes, find_changes
from aiflow.exceptions import EngineError, NoLessonError
from aiflow.extraction.edits import EDITS, EditReader, apply_edits
from aiflow.languages.files import find_definitions

# The specification lists the features, which tell the changes that a version has.
_SPEC_FILE = "spec.md"
_MOST_OFFERS = 6  # more would not be read in an error


@dataclass(frozen=True, slots=True)
class PreparedChange:
    """The texts that are played for a change.

    Attributes:
        texts: the answer of each phase.
        recording: the recorded lines in their place, of a recorded change.
        notice: says that the answer is prepared, and what of the wish is not.
        tests: of what the change alters, by their paths.
    """

    texts: Mapping[RequestPhase, str]
    recording: tuple[RecordedLine, ...]
    notice: str
    tests: Mapping[str, str] = field(default_factory=dict)


def prepare_change(lesson: Lesson, request: EngineRequest) -> PreparedChange:
    """Return what is played for a change of a lesson's project.

    Args:
        lesson: the one that the project was generated from.
        request: of any phase of the change.

    Raises:
        NoLessonError: no change answers the wish, or the program is not the lesson's any more.
        EngineError: the program has the change; the reason is ``unchanged``.
    """
    # A project without a record gives no files; its lesson's are the best guess.
    files = {file.path: file.text for file in lesson.files} | dict(request.files)
    specification = files.get(_SPEC_FILE) or lesson.texts.get("specify", "")
    offers = open_changes(lesson, specification)
    wishes = find_changes(request.prompt, lesson.changes, lesson.manifest.things)
    if not wishes.changes:
        raise NoLessonError(_no_change(lesson, offers, wishes))
    # A recorded change answers alone: a recording cannot be joined with prepared texts.
    if recorded := next((change for change in wishes.changes if change.recording), None):
        return PreparedChange({}, recorded.recording, _recorded_notice(recorded))
    wanted = [change for change in wishes.changes if change in offers]
    if not wanted:
        titles = "、".join(change.manifest.title for change in wishes.changes)
        raise EngineError(
            f"这个版本已经有“{titles}”了，不用再改。{_offer(offers)}", reason="unchanged", retryable=False
        )
    # The pipeline shows an answer's first sentence as the reason of the change.
    answers = ["".join(change.manifest.reason for change in wanted) + "\n"]
    for change in wanted:
        # Each change is tried on the files that the one before it leaves.
        answer, files = _fitting(lesson, change, files)
        answers.append(answer)
    texts: dict[RequestPhase, str] = {
        "specify": change_specification(specification, wanted, wishes.rest),
        "plan": change_plan(lesson.title, lesson.manifest.project_type, lesson.manifest.dependencies, wanted),
        "implement": "\n".join(answers),
    }
    tests = {path: text for change in wanted for path, text in change.tests.items()}
    return PreparedChange(texts, (), _notice(lesson, wishes), tests)


def open_changes(lesson: Lesson, specification: str) -> list[LessonChange]:
    """Return the prepared changes that a version with this specification does not have."""
    return [change for change in lesson.changes if change.recording or not is_in(change, specification)]


def _fitting(lesson: Lesson, change: LessonChange, files: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Return the answer of a change that fits the files, and the files after it.

    Raises:
        NoLessonError: none fits; a person or a model has changed the same lines.
    """
    for answer in change.answers:
        # Read and applied as the pipeline will: an answer that it would refuse must not be played at all.
        reader = EditReader(files)
        parts = [*reader.feed(answer), *reader.close()]
        applied = apply_edits([part for part in parts if isinstance(part, EDITS)], files, find_definitions)
        if not applied.problems:
            return answer, files | applied.files
    raise NoLessonError(
        f"这个版本的程序和课程《{lesson.title}》里的不一样了，准备好的“{change.manifest.title}”用不上。"
        "可以回到较早的版本再改，或者自己动手改。"
    )


def _notice(lesson: Lesson, wishes: Wishes) -> str:
    notice = f"《{lesson.title}》的这个修改是事先写好并测试过的，不是模型此刻的回答。"
    if wishes.rest:
        notice += f"其中“{'”“'.join(wishes.rest)}”没有准备，这次没有做。{_impossible(wishes)}"
    return notice


def _recorded_notice(change: LessonChange) -> str:
    when, model = change.manifest.recorded_at, change.manifest.model
    return f"这是 {when} 录下的 {model} 的修改，现在只是重放，不是模型此刻的回答。"


def _no_change(lesson: Lesson, offers: Sequence[LessonChange], wishes: Wishes) -> str:
    return f"《{lesson.title}》没有准备这样的修改。{_impossible(wishes)}{_offer(offers)}"


def _impossible(wishes: Wishes) -> str:
    return f"{wishes.impossible}。" if wishes.impossible else ""


def _offer(offers: Sequence[LessonChange]) -> str:
    sentences = [f"“{change.manifest.sentence}”" for change in offers[:_MOST_OFFERS]]
    return f"现在可以改的有：{'、'.join(sentences)}。" if sentences else "准备好的修改都已经做过了。"
