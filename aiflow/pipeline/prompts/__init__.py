"""The prompts: Markdown files beside this one, in Chinese, with ``$names`` for what is put in.

A file has two parts, ``<!-- system -->`` and ``<!-- user -->``. Values are put in once and never looked at
again, so a request that contains a ``$name`` of its own stays what it is.
"""

from functools import cache
from importlib.resources import files
from string import Template

from aiflow.engines.base import Message

PROMPTS = ("specify", "plan", "implement", "repair", "continue")
_SYSTEM = "<!-- system -->"
_USER = "<!-- user -->"


@cache
def source(name: str) -> str:
    """Return a prompt's file as it is written."""
    return files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")


def render(name: str, **values: str) -> tuple[Message, ...]:
    """Return the messages of prompt ``name`` with ``values`` put in.

    Raises:
        KeyError: when a value is missing.
    """
    system, user = source(name).removeprefix(_SYSTEM).split(_USER)
    return (
        Message("system", Template(system.strip()).substitute(values)),
        Message("user", Template(user.strip()).substitute(values)),
    )
