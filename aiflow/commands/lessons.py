"""``aiflow lessons``: what can be generated without a model."""

import json

import click

from aiflow.config import Config
from aiflow.lesson import load_lessons


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给别的程序用。")
def lessons(*, as_json: bool) -> None:
    """列出课程库：不用密钥、不用网络就能生成的项目。"""
    found = load_lessons(Config.load().lessons.folders)
    if as_json:
        rows = [
            {"id": lesson.id, "title": lesson.manifest.title, "summary": lesson.manifest.summary}
            for lesson in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for lesson in found:
        click.echo(f"{lesson.id:18} {lesson.manifest.title}：{lesson.manifest.summary}")
    click.echo('\n例如：aiflow new "帮我写个贪吃蛇"。课程是事先写好并测试过的，不是模型现写的。')
