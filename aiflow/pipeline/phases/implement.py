"""Implement: the plan becomes files, which are checked and, where that is needed, repaired."""

from contextlib import aclosing

from aiflow.exceptions import BadAnswerError
from aiflow.extraction import FileExtractor
from aiflow.gates.checks import is_syntax_valid
from aiflow.languages.registry import language_of
from aiflow.languages.sources import Sources
from aiflow.model.artifacts import Plan, Spec
from aiflow.model.entities import GeneratedProject
from aiflow.model.findings import Finding
from aiflow.model.language_facts import facts_of, find_main_file, language_facts
from aiflow.model.phases import IMPLEMENT
from aiflow.model.validators import required
from aiflow.pipeline.phases.answer import Answer
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.by_file import asks_by_file, write_by_file
from aiflow.pipeline.phases.file_sink import FileSink
from aiflow.pipeline.phases.repair import Repair
from aiflow.pipeline.phases.write_tests import TestWriter, describe_tests
from aiflow.storage.project_folder import ProjectFolder


async def implement(context: PhaseContext) -> GeneratedProject:
    """Ask for the files, write each as it comes, check them, and ask again for what is missing or wrong.

    Raises:
        EngineError: when the engine fails, or no program came out.
        LimitError: when a budget is used up.
        StorageError: when the disk refuses.
    """
    spec, plan = required(context.snapshot.spec), required(context.snapshot.plan)
    folder = required(context.folder)
    # Before the model writes for minutes: whoever can install a package does it meanwhile.
    planned = [name for name in plan.dependencies if name in context.config.gates.approved]
    if missing := context.language(plan.main_file).missing_packages(planned):
        context.events.notice(missing)
    tests = TestWriter(context, plan, folder)
    await tests.run()
    shown = describe_tests(tests, context.language(plan.main_file))
    sink = FileSink(context, folder, tests.written)
    try:
        if await asks_by_file(context):
            await write_by_file(context, spec, plan, shown, folder, sink)
        else:
            await _write_files(context, spec, plan, shown, sink)
    finally:
        # Also when the run is cancelled in the middle of a file.
        sink.discard()
    repair = Repair(context, plan, folder, sink.incomplete)
    findings = await repair.run()
    return make_project(context, plan, folder, findings)


async def _write_files(context: PhaseContext, spec: Spec, plan: Plan, tests: str, sink: FileSink) -> None:
    messages = context.messages(
        "implement",
        main_file=plan.main_file,
        spec=spec.to_markdown(),
        plan=plan.to_markdown(),
        files="、".join(file.path for file in plan.files) or plan.main_file,
        tests=tests,
    )
    answer = Answer(context, IMPLEMENT, "implement", messages)
    extractor = FileExtractor(default_path=plan.main_file)
    async with aclosing(answer.text()) as pieces:
        async for piece in pieces:
            for part in extractor.feed(piece):
                await sink.add(part)
    for part in extractor.close():
        await sink.add(part, cut=answer.finish != "stop")


def make_project(
    context: PhaseContext, plan: Plan, folder: ProjectFolder, findings: list[Finding]
) -> GeneratedProject:
    """Return the result: the files as they are on disk.

    Raises:
        BadAnswerError: when there is no program among them.
    """
    sizes = folder.sizes()
    # Small models write main.py though the plan says snake.py, and the other way round.
    main = plan.main_file if plan.main_file in sizes else find_main_file(sizes)
    language = language_of(main) if main is not None else None
    if main is None or language is None:
        title = (facts_of(plan.main_file) or language_facts()[0]).title
        raise BadAnswerError(
            f"模型的回答里没有可以运行的 {title} 程序。可以重试一次，或者把要求写得具体一点。",
            reason="no_program",
        )
    sources = Sources(paths=tuple(sizes), read=folder.read, plan=plan)
    name = folder.root.name
    project = GeneratedProject(
        id=context.request.project_id,
        request_id=context.request.project_id,
        project_name=name,
        main_file_path=f"{folder.root.parent.name}/{name}/{main}",
        file_structure=folder.structure(),
        dependencies=language.used_dependencies(sources, context.config.gates.approved),
        total_files=len(sizes),
        total_size_bytes=sum(sizes.values()),
        syntax_validated=is_syntax_valid(findings),
        root=folder.root,
        tests=context.snapshot.test_counts,
    )
    project.check_on_disk()
    return project
