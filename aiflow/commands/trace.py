"""``aiflow trace``: the code of each feature, and the sentence that its lines come from."""

import asyncio

import click
from rich.console import Console
from rich.text import Text

from aiflow.commands.terminal import ChineseHelp, print_line, printable
from aiflow.config import Config
from aiflow.exceptions import NotFoundError
from aiflow.model.notebook_html import trace_facts
from aiflow.model.trace import LineOrigin, Trace, TracedFeature
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.lookup import find_project
from aiflow.workspace.trace import compute_trace

_EVIDENCE = {"run": "测试运行过", "plan": "方案和名字", "mark": "代码里的标记"}


@click.command(cls=ChineseHelp)
@click.argument("project")
@click.argument("feature", required=False)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给别的程序用。")
def trace(project: str, feature: str | None, *, as_json: bool) -> None:
    """每个功能由哪些代码实现。PROJECT 是编号、名字或路径；写上 FEATURE（比如 F2）就看这一个的每一处。"""
    config = Config.load()
    folder = find_project(project, config)
    found = asyncio.run(
        compute_trace(ProjectStore(config.projects_dir, config.run), config, folder.project_id)
    )
    if as_json:
        click.echo(found.model_dump_json(indent=1))
        return
    console = Console()
    if feature is None:
        for one in found.features:
            print_line(console, f"{one.id}  {printable(one.text)}")
            print_line(console, Text(f"    {printable(trace_facts(one))}", style="dim"))
        if not found.features:
            print_line(console, "需求说明里没有列出功能。")
        return
    chosen = found.of(feature)
    if chosen is None:
        ids = "、".join(one.id for one in found.features) or "一个也没有"
        raise NotFoundError(f"没有功能 {printable(feature)[:20]}。现在有的是：{ids}。")
    _show(console, chosen, found)


def _show(console: Console, feature: TracedFeature, found: Trace) -> None:
    """Print a feature's functions with what says so, and its lines with the sentences that they come from."""
    print_line(console, f"{feature.id}  {printable(feature.text)}")
    if not feature.definitions:
        print_line(console, Text(f"    {trace_facts(feature)}", style="dim"))
    for one in feature.definitions:
        why = "、".join(_EVIDENCE[evidence] for evidence in one.evidence)
        place = f"    {one.path}:{one.first_line}-{one.last_line}  {one.name}"
        print_line(console, Text(printable(f"{place}（{why}）")))
    for path, runs in feature.lines.items():
        for first, last in runs:
            origins = [
                one
                for one in found.origins.get(path, [])
                if one.first_line <= last and one.last_line >= first
            ]
            said = "；".join(dict.fromkeys(map(_sentence, origins)))
            print_line(console, Text(printable(f"    {path} 第 {first}-{last} 行  {said}"), style="dim"))


def _sentence(origin: LineOrigin) -> str:
    if origin.cause in {"person", "edit"}:
        return "这几行是自己改的"
    if origin.cause == "import":
        return "导入时就有"
    return f"因为第 {origin.version} 次请求：{origin.request}"
