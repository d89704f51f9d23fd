"""A distribution that adds a phase between the specification and the plan; see ``test_fourth_phase``."""

from typing import Literal, Self

from aiflow.model.artifacts import Artifact
from aiflow.model.phases import SPECIFY, PhaseSpec, register_phase
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.registry import implements


class Sketch(Artifact):
    """A drawing of the program's screen."""

    kind: Literal["sketch"] = "sketch"

    @classmethod
    def from_markdown(cls, text: str) -> Self:
        """Return the sketch in ``text``."""
        return cls(markdown=text)

    def to_markdown(self) -> str:
        """Return the text."""
        return self.markdown


SKETCH = PhaseSpec(
    name="sketch",
    title="画面草图",
    title_en="Sketch",
    message="先把画面画出来，再决定怎么写，这样大家看得见要做什么。",
    message_en="Draw the screen before deciding how to write it.",
    artifact=Sketch,
    file="sketch.md",
    may_pause=True,
)
register_phase(SKETCH, after=SPECIFY)


@implements("sketch")
async def sketch(_context: PhaseContext) -> Sketch:
    """Draw the same screen for every program."""
    return Sketch(markdown="# 草图\n\n一个方框，里面写着要猜的数。\n")
