"""Entities that are whole, for the tests of their rules."""

from typing import Any
from uuid import uuid4

from aiflow.model.entities import GeneratedProject, StructureDirectory, StructureFile


def project(**values: Any) -> GeneratedProject:
    """A snake game of two files, as a run leaves it; ``values`` are fields that differ."""
    name = "snake_game_20260101_123456_3f2a9c1e"
    structure = StructureDirectory(
        name=name,
        children=[
            StructureFile(name="main.py", size=1234, language="python"),
            StructureFile(name="README.md", size=567, language="markdown"),
        ],
    )
    defaults = {
        "request_id": uuid4(), "project_name": name, "main_file_path": f"projects/{name}/main.py",
        "file_structure": structure, "dependencies": ["pygame"], "total_files": 2, "total_size_bytes": 1801,
        "syntax_validated": True,
    }  # fmt: skip
    return GeneratedProject(**(defaults | values))
