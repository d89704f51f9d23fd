"""The start-up checks, each with advice for where it fails.

``aiflow doctor`` shows all of them; the Jupyter server answers 503 with the sentence of the first that
failed.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from aiflow.config import Config


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer.

    Attributes:
        name: a stable word: ``venv``, ``config``, ``projects_dir``, ``logs_dir``, ``encoding``.
        ok: whether it is right.
        message: Chinese: what was found.
        advice: Chinese: what to do; empty where it is right.
    """

    name: str
    ok: bool
    message: str
    advice: str = ""


def check_environment(config: Config) -> list[Check]:
    """Return all start-up checks for a configuration that could be read."""
    return [
        _check_venv(config),
        Check("config", ok=True, message="配置没有问题。"),
        _check_folder("projects_dir", "项目文件夹", config.projects_dir),
        _check_folder("logs_dir", "日志文件夹", config.logs_dir),
        _check_encoding(),
    ]


def _check_venv(config: Config) -> Check:
    if sys.prefix != sys.base_prefix:
        return Check("venv", ok=True, message="在虚拟环境里运行。")
    if not config.require_venv:
        return Check("venv", ok=True, message="不在虚拟环境里运行，配置里允许这样（require_venv 是 false）。")
    return Check(
        "venv",
        ok=False,
        message="没有在虚拟环境里运行。",
        advice="请用 python3 start.py 启动；在容器里可以把配置项 require_venv 改成 false。",
    )


def _check_folder(name: str, title: str, folder: Path) -> Check:
    # Chinese in its name: a system whose names are ASCII refuses it here, not in the middle of a run.
    probe = folder / f".probe-检查-{uuid4().hex[:8]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except UnicodeEncodeError:
        return Check(
            name, ok=False, message=f"{title}不能用中文文件名。", advice="请把系统的编码设成 UTF-8。"
        )
    except OSError as error:
        # The system's text without the path: a page shows this answer, and a path may reveal an account's
        # name.
        why = os.strerror(error.errno) if error.errno else type(error).__name__
        return Check(
            name,
            ok=False,
            message=f"{title}写不进去（{why}）。",
            advice=f"请检查配置项 {name} 指的文件夹在不在、有没有写的权限、磁盘满没满。",
        )
    return Check(name, ok=True, message=f"{title}可以写。")


def _check_encoding() -> Check:
    # Systems write the name as `utf-8`, `UTF-8` or `utf8`.
    encoding = sys.getfilesystemencoding().lower().replace("-", "")
    if encoding == "utf8":
        return Check("encoding", ok=True, message="文件名的编码是 UTF-8。")
    return Check(
        "encoding",
        ok=False,
        message=f"文件名的编码是 {sys.getfilesystemencoding()}，应该是 UTF-8。",
        advice="请设置环境变量 PYTHONUTF8=1，再启动一次。",
    )
