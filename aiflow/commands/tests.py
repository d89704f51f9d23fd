"""``aiflow test``: runs the tests of a finished project, and measures them."""

import asyncio
import json
import sys

import click
from rich.console import Console

from aiflow.commands.terminal import ChineseHelp, print_line, printable
from aiflow.config import Config
from aiflow.model.tests import line_of
from aiflow.pipeline.flow import Flow
from aiflow.workspace.lookup import find_project


@click.command("test", cls=ChineseHelp)
@click.argument("project")
@click.option("--mutants", is_flag=True, help="再数一数：故意改错程序，测试能抓住几个错误。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给别的程序用。")
def run_tests(project: str, *, mutants: bool, as_json: bool) -> None:
    """运行一个项目的测试。PROJECT 是编号、名字或路径；有测试没通过，退出码是 1。"""
    sys.exit(asyncio.run(_run(project, mutants=mutants, as_json=as_json)))


async def _run(name: str, *, mutants: bool, as_json: bool) -> int:
    config = Config.load()
    flow = Flow.open(find_project(name, config).project_id, config=config)
    results = await flow.test()
    score = await flow.mutants() if mutants else None
    is_green = all(result.status == "passed" for result in results)
    if as_json:
        found: dict[str, object] = {"tests": [result.model_dump() for result in results]}
        if score is not None:
            found |= {"caught": score.caught, "total": len(score.tried)}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return 0 if is_green else 1
    console = Console()
    for result in results:
        print_line(console, printable(line_of(result)))
    print_line(console, results.sentence)
    if score is not None:
        print_line(console, score.sentence)
    return 0 if is_green else 1
