"""Plan: the specification becomes a plan of files."""

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
    messages = render("plan", prompt=context.prompt, spec=spec.to_markdown())
    return Plan.from_markdown(await write_markdown(context, PLAN, "plan", messages))
