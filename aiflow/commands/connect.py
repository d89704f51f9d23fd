"""``aiflow connect``: lists the engines of this person, checks one and selects it."""

import asyncio
import sys
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from aiflow.commands.terminal import ChineseHelp, pad, print_line, printable
from aiflow.config import Config
from aiflow.exceptions import ConflictError, InputError
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.engines import Engines

_NEW = "网上的服务……"


@click.command(cls=ChineseHelp)
@click.argument("name", required=False)
@click.option("--base-url", help="服务的地址，比如 https://api.deepseek.com/v1。")
@click.option("--model", help="模型的名字；不写就从服务列出的里面选。")
@click.option("--check", "only_check", is_flag=True, help="只试一下，什么也不保存。")
@click.option("--forget", is_flag=True, help="删掉保存的选择和这个服务的密钥，回到配置文件的设置。")
def connect(
    name: str | None, base_url: str | None, model: str | None, *, only_check: bool, forget: bool
) -> None:
    """接上一个模型：列出能用的，选一个，试一下，记住。

    NAME 是列表里的名字（lessons、ollama……）。密钥不会显示出来；没有键盘时从标准输入读一行。
    """
    config = Config.load()
    engines = Engines(config, ProjectStore(config.projects_dir, config.run))
    body = {"name": name, "base_url": base_url, "model": model}
    body = {field: value for field, value in body.items() if value is not None}
    if forget:
        click.echo(engines.forget(base_url))
    elif only_check:
        # Without a name and an address a model belongs to the chosen engine.
        sys.exit(_report(asyncio.run(engines.check(body if set(body) != {"model"} else {}))))
    else:
        sys.exit(_connect(engines, body))


def _connect(engines: Engines, body: dict[str, Any]) -> int:
    listed = asyncio.run(engines.listing())
    is_terminal = sys.stdin is not None and sys.stdin.isatty()
    if "name" not in body and "base_url" not in body:
        _show(listed)
        if listed["locked"] or not is_terminal:
            return 0
        body |= _choose(listed)
        if not set(body) & {"name", "base_url"}:
            return 0
    if listed["locked"]:
        raise ConflictError(listed["message"], reason="engine_locked")
    row = next((row for row in listed["engines"] if _is_meant(row, body)), None)
    if _needs_key(row, body):
        key = _ask_key(is_terminal=is_terminal)
        body |= {"api_key": key} if key else {}
    checked = asyncio.run(engines.check(body))
    if checked["reason"] == "model_required" and is_terminal:
        body["model"] = _choose_model(checked["models"])
        checked = asyncio.run(engines.check(body))
    code = _report(checked)
    if code and not (is_terminal and click.confirm("还是要用它吗？", default=False)):
        click.echo("没有改动。", err=True)
        return code
    click.echo(printable(asyncio.run(engines.choose(body))["message"]))
    return 0


def _is_meant(row: dict[str, Any], body: dict[str, Any]) -> bool:
    return bool(row["name"] == body.get("name") or row["base_url"] == body.get("base_url", "").rstrip("/"))


def _needs_key(row: dict[str, Any] | None, body: dict[str, Any]) -> bool:
    address = row["base_url"] if row is not None else body.get("base_url")
    return bool(address and address.strip().startswith("https:") and (row is None or row["key"] is None))


def _show(listed: dict[str, Any]) -> None:
    console = Console()
    for number, row in enumerate(listed["engines"], start=1):
        mark = "●" if row["name"] == listed["engine"] else " "
        label = f"{row['label']} {row['model'] or ''}".strip()
        line = Text(f"{mark} {number} ").append(pad(printable(label), 36), style="bold")
        print_line(console, line.append(printable(f" {row['name']}  {row['message']}"), style="dim"))
    if listed["message"]:
        print_line(console, printable(listed["message"]))
    for used in listed["usage"]:
        tokens = used["prompt_tokens"] + used["completion_tokens"]
        text = (
            f"用过“{used['model']}”{used['requests']} 次，{tokens} 词元；今天 {used['requests_today']} 次。"
        )
        print_line(console, Text(printable(text), style="dim"))


def _choose(listed: dict[str, Any]) -> dict[str, str]:
    """Ask for a row; return the fields of a body, none where nothing is to change."""
    rows = listed["engines"]
    number = _ask_number(f"用几号？{len(rows) + 1} 是{_NEW}回车不改", len(rows) + 1)
    if number is None:
        return {}
    if number <= len(rows):
        return {"name": rows[number - 1]["name"]}
    services = listed["services"]
    for place, service in enumerate(services, start=1):
        click.echo(f"  {place} {service['label']}  {service['base_url']}")
    typed = click.prompt("几号，或者直接写地址（https:// 开头）", default="", show_default=False).strip()
    if typed.isdecimal() and 1 <= int(typed) <= len(services):
        return {"base_url": services[int(typed) - 1]["base_url"]}
    return {"base_url": typed} if typed else {}


def _choose_model(models: list[str]) -> str:
    for number, model in enumerate(models, start=1):
        click.echo(f"  {number} {printable(model)}")
    typed: str = click.prompt("用哪个模型（几号，或者名字）").strip()
    return models[int(typed) - 1] if typed.isdecimal() and 1 <= int(typed) <= len(models) else typed


def _ask_number(question: str, most: int) -> int | None:
    typed = click.prompt(question, default="", show_default=False).strip()
    if not typed:
        return None
    if not typed.isdecimal() or not 1 <= int(typed) <= most:
        raise InputError(f"请写 1 到 {most} 的数字。")
    return int(typed)


def _ask_key(*, is_terminal: bool) -> str:
    if is_terminal:
        key: str = click.prompt(
            "密钥（不会显示出来；没有就直接回车）", default="", hide_input=True, show_default=False
        )
        return key.strip()
    return sys.stdin.readline().strip() if sys.stdin is not None else ""


def _report(checked: dict[str, Any]) -> int:
    click.echo(printable(checked["message"]), err=not checked["ok"])
    return 0 if checked["ok"] else 1
