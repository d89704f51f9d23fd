"""Specify: one sentence becomes a specification."""

from aiflow.languages.registry import load_language
from aiflow.model.artifacts import Spec
from aiflow.model.phases import SPECIFY
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.markdown import write_markdown
from aiflow.pipeline.prompts import render


async def specify(context: PhaseContext) -> Spec:
    """Ask for the specification; whatever is answered is one.

    Raises:
        EngineError: when the engine fails.
        LimitError: when a budget is used up.
    """
    messages = render("specify", load_language(context.config.language), prompt=context.prompt)
    return Spec.from_markdown(await write_markdown(context, SPECIFY, "specify", messages))
