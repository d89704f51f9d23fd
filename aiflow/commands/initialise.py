"""``aiflow init``: a config.json to begin with."""

import json
import os
from pathlib import Path

import click

from aiflow.commands.terminal import ChineseHelp
from aiflow.config import CONFIG_NAME, Config
from aiflow.exceptions import ConflictError, StorageError


@click.command("init", cls=ChineseHelp)
@click.option("--force", is_flag=True, help="已经有 config.json 时也重新写。")
def initialise(*, force: bool) -> None:
    """在当前文件夹写一个默认的 config.json（里面没有密钥）。"""
    target = Path(CONFIG_NAME)
    values = Config().model_dump(mode="json")
    text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    try:
        with target.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise ConflictError("这里已经有 config.json 了。要重新写，请加上 --force。") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else type(error).__name__
        raise StorageError(f"写不了 config.json（{why}）。请换一个可以写的文件夹。") from None
    click.echo('写好了 config.json。现在可以试试：aiflow new "帮我写个贪吃蛇"')
    other = os.environ.get("AIFLOW_CONFIG")
    if other and Path(other).resolve() != target.resolve():
        click.echo("注意：环境变量 AIFLOW_CONFIG 指着另一个配置文件，程序现在用的是那一个。", err=True)
