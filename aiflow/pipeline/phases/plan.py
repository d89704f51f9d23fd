"""Plan: the specification becomes a plan of files."""

from aiflow.languages.registry import load_language
from aiflow.model.artifacts import Plan, Spec
from aiflow.model.phases import PLAN
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.markdown import write_markdown
from aiflow.pipeline.prompts import render


async def plan(context: PhaseContext, spec: Spec) -> Plan:
    """Ask for the plan; whatever is answered is one.

    Raises:
        EngineError: when the engine fails.
        LimitError: when a budget is used up.
    """
    language = load_language(context.config.language)
    messages = render("plan", language, prompt=context.prompt, spec=spec.to_markdown())
    text = await write_markdown(context, PLAN, "plan", messages)
    return Plan.from_markdown(text, main_file=language.facts.main_file)
