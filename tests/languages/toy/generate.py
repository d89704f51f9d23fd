"""Generates, runs and downloads a project in the toy language; prints what happened as JSON.

A process of its own: languages are looked up once, and this one must be announced before that.
"""

import asyncio
import io
import json
import sys
import zipfile
from pathlib import Path

from aiflow import Config, Flow
from aiflow.engines.testing import ScriptedEngine
from aiflow.model.events import DiagnosticEvent
from aiflow.sandbox.events import Output
from aiflow.storage.journal_reader import read_events
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.downloads import open_download

SPEC = "# 问好\n\n项目类型: greeting\n\n向人问好。\n"
PLAN = "# 方案\n\n## 文件\n\n- `main.toy`：主程序\n- `README.md`：说明\n"
WRONG = "### `main.toy`\n\n```toy\nshout 你好\n```\n\n### `README.md`\n\n```markdown\n# 问好\n```\n"
RIGHT = '<file path="main.toy">\nsay 你好\nsay 再见\n</file>\n'


async def generate(folder: Path) -> dict[str, object]:
    values = {
        "language": "toy",
        "projects_dir": str(folder / "projects"),
        "logs_dir": str(folder / "logs"),
        "run": {"durability": "none"},
        "folder": folder,
    }
    config = Config.model_validate(values)
    engine = ScriptedEngine({"specify": SPEC, "plan": PLAN, "implement": WRONG, "repair": RIGHT})
    flow = Flow("向我问好", config=config, engine=engine)
    project = await flow.run()
    events = read_events(flow.record.journal_path)
    printed = [event.text async for event in project.run_program() if isinstance(event, Output)]
    download = open_download(ProjectStore(config.projects_dir, config.run), flow.project_id)
    archive = io.BytesIO(b"".join(download.pieces))
    return {
        "prompts": [request.messages[0].content for request in engine.requests],
        "findings": [(one.path, one.line, one.rule) for one in events if isinstance(one, DiagnosticEvent)],
        "main": project.main_path,
        "validated": project.syntax_validated,
        "printed": "".join(printed),
        "zip": sorted(Path(name).name for name in zipfile.ZipFile(archive).namelist()),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(generate(Path(sys.argv[1])))))
