"""A student's own folders on a machine that all share."""

import json
import os
from pathlib import Path


def prepare_home(home: Path, template: Path) -> dict[str, str]:
    """Make a student's folders and his config.json, and return what his server's environment gets.

    Args:
        home: his home; projects and logs go into it.
        template: the class's config.json. Folders of lessons in it are shared by all, and read only.
    """
    projects = home / "projects"
    folder = home / ".aiflow"
    for made in (home, projects, folder):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
    values = json.loads(template.read_text(encoding="utf-8"))
    lessons = values.setdefault("lessons", {})
    shared = [str((template.parent / path).resolve()) for path in lessons.get("folders", [])]
    values["lessons"] = {**lessons, "folders": shared}
    values |= {"projects_dir": str(projects), "logs_dir": str(folder / "logs")}
    config = folder / "config.json"
    temporary = config.with_suffix(".new")
    temporary.write_text(json.dumps(values, ensure_ascii=False, indent=2), encoding="utf-8")
    os.replace(temporary, config)  # noqa: PTH105 - the hub may be on Python 3.8, where Path.replace is the same
    return {"AIFLOW_CONFIG": str(config)}
