"""Finished projects for the browser tests, and what a person does with their programs."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from aiflow.model.entities import GeneratedProject
from aiflow.model.events import FileWrittenEvent, ProjectEvent, StatusEvent
from aiflow.storage.project_folder import ProjectFolder
from tests.browser.lab import ARTIFACTS, REPOSITORY, Lab, button
from tests.server.projects import Catalogue, status_event, with_journal

LESSONS = REPOSITORY / "aiflow" / "lessons"


def finished(lab: Lab, files: Mapping[str, bytes | str], dependencies: tuple[str, ...] = ()) -> ProjectFolder:
    """Put a project on the server's disk as a completed run leaves it."""
    catalogue = Catalogue(lab.projects)
    folder = catalogue.project(dict(files), status="processing")
    manifest = folder.record.load()
    manifest.status = StatusEvent.model_validate(status_event("completed").model_dump()).status
    folder.record.save(manifest)
    sizes = folder.sizes()
    project = GeneratedProject(
        id=folder.project_id,
        request_id=folder.project_id,
        project_name=folder.root.name,
        main_file_path=f"projects/{folder.root.name}/main.py",
        file_structure=folder.structure(),
        dependencies=list(dependencies),
        total_files=len(sizes),
        total_size_bytes=sum(sizes.values()),
        syntax_validated=True,
    )
    written = [
        FileWrittenEvent(filename=Path(path).name, path=path, size_bytes=size) for path, size in sizes.items()
    ]
    with_journal(
        folder.record, folder.project_id, [*written, ProjectEvent(project=project), status_event("completed")]
    )
    return folder


def lesson(name: str) -> dict[str, str]:
    """The program of a lesson."""
    folder = LESSONS / name / "files"
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()}


def show(folder: ProjectFolder) -> str:
    """The cell that shows a project."""
    return f"from aiflow_widgets import Workbench\nWorkbench(project_id='{folder.project_id}')"


def keep(workbench: Locator, name: str) -> None:
    """Keep a picture of a workbench."""
    ARTIFACTS.mkdir(exist_ok=True)
    workbench.screenshot(path=ARTIFACTS / f"{name}.png", animations="disabled")


def terminal(workbench: Locator) -> Locator:
    """The program's output."""
    return workbench.locator("[data-terminal]")


def picture(workbench: Locator) -> Locator:
    """The game's picture."""
    return workbench.locator("canvas[data-player]")


def play(workbench: Locator) -> Locator:
    """Begin to play; return the picture when it is there and has the focus."""
    button(workbench, "试玩").click()
    canvas = picture(workbench)
    expect(canvas).to_be_focused()
    return canvas


def pixels(canvas: Locator, points: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Colours of the picture."""
    found: list[list[int]] = canvas.evaluate(
        """(canvas, points) => {
          const { data, width } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return points.map(([x, y]) => Array.from(data.slice((y * width + x) * 4, (y * width + x) * 4 + 3)));
        }""",
        points,
    )
    return [(red, green, blue) for red, green, blue in found]


def near(colour: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """Whether two colours are the same but for what JPEG does to them."""
    return sum(abs(one - two) for one, two in zip(colour, other, strict=True)) < 60


class Recording:
    """Pictures of a game, kept to be looked at."""

    def __init__(self, name: str, canvas: Locator) -> None:
        self._folder = ARTIFACTS / name
        self._folder.mkdir(parents=True, exist_ok=True)
        for old in self._folder.glob("*.png"):
            old.unlink()
        self._canvas = canvas
        self.frames: list[bytes] = []

    def take(self) -> None:
        """Keep the picture as it is now, if it is another one than before."""
        data: Any = self._canvas.evaluate("(canvas) => canvas.toDataURL('image/png')")
        image = base64.b64decode(str(data).split(",", 1)[1])
        if not self.frames or self.frames[-1] != image:
            self.frames.append(image)
            (self._folder / f"{len(self.frames):03}.png").write_bytes(image)
