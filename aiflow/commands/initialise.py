"""``aiflow init``: a config.json to begin with."""

import json
from pathlib import Path

import click

from aiflow.config import CONFIG_NAME, Config
from aiflow.exceptions import ConflictError


@click.command("init")
@click.option("--force", is_flag=True, help="已经有 config.json 时也重新写。")
def initialise(*, force: bool) -> None:
    """在当前文件夹写一个默认的 config.json（里面没有密钥）。"""
    target = Path(CONFIG_NAME)
    if target.exists() and not force:
        raise ConflictError("这里已经有 config.json 了。要重新写，请加上 --force。")
    values = Config().model_dump(mode="json")
    target.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    click.echo('写好了 config.json。现在可以试试：aiflow new "帮我写个贪吃蛇"')
