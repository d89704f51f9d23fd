"""Reports the features of the specification that the program has no code for, where its tests were run."""

from collections.abc import Mapping

from aiflow.languages.features import features_without_code
from aiflow.model.events import DiagnosticEvent
from aiflow.model.features import first_ids
from aiflow.pipeline.base_version import read_text
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.sandbox.test_run import TestOutcome
from aiflow.storage.project_folder import ProjectFolder


def report_missing_features(
    context: PhaseContext, folder: ProjectFolder, outcomes: Mapping[str, TestOutcome]
) -> None:
    """Write a warning for each feature without code; none where no tests were run.

    Raises:
        StorageError: the disk refuses.
    """
    spec = context.snapshot.spec
    if spec is None or not outcomes:
        return
    features = dict(zip(spec.feature_ids or first_ids(len(spec.features)), spec.features, strict=False))
    results = [outcome.result for outcome in outcomes.values()]
    tested = {id_ for result in results if result.status == "passed" for id_ in result.features}
    files = {path: text for path in folder.sizes() if (text := read_text(folder, path)) is not None}
    for id_ in features_without_code(features, files, tested):
        text = (
            f"功能 {id_}“{features[id_]}”没有找到实现它的代码：没有测试能通过，程序里也没有提到它。"
            "可以再改一次，把这个功能说得清楚一点。"
        )
        context.events.emit(DiagnosticEvent(rule="feature_without_code", message=text, severity="warning"))
