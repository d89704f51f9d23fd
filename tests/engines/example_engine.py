"""A whole engine, as another distribution would write it.

``docs`` point to it and ``test_registry.py`` runs it.

It is announced like this, and chosen with ``"engine": "echo"`` in config.json::

    [project.entry-points."aiflow.engines"]
    echo = "my_package.echo:EchoEngine"
"""

from collections.abc import AsyncIterator
from typing import Self

from aiflow.config import Config
from aiflow.engines.base import Delta, Engine, EngineRequest, FinishDelta, TextDelta

PROGRAM = """<file path="main.py">
print({prompt!r})
</file>
"""


class EchoEngine(Engine):
    """Writes a program that prints what was asked for."""

    name = "echo"
    model = "echo-1"
    notice = "这个引擎只会写一个把请求原样打印出来的程序。"

    @classmethod
    def from_config(cls, config: Config) -> Self:
        return cls()

    async def stream(self, request: EngineRequest) -> AsyncIterator[Delta]:
        match request.phase:
            case "specify":
                answer = f"# 回声\n\n## 功能\n\n- 打印：{request.prompt}\n"
            case "plan":
                answer = "# 方案\n\n## 文件\n\n- `main.py`：打印请求\n"
            case _:
                answer = PROGRAM.format(prompt=request.prompt)
        yield TextDelta("thinking", "照着说一遍就好。")
        for line in answer.splitlines(keepends=True):
            yield TextDelta("content", line)
        yield FinishDelta("stop")
