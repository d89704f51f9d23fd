"""The prompts: Markdown files beside this one, in Chinese, with ``$names`` for the values that are put in.

What depends on the programming language comes from the language (``PromptFragments``).

A file has two parts, ``<!-- system -->`` and ``<!-- user -->``. Values are put in once and never looked at
again, so a request that contains a ``$name`` of its own stays what it is.
"""

import dataclasses
from functools import cache
from importlib.resources import files
from string import Template

from aiflow.engines.base import Message
from aiflow.languages.base import Language

_SYSTEM = "<!-- system -->"
_USER = "<!-- user -->"


@cache
def _source(name: str) -> str:
    """Return a prompt's file as it is written."""
    return files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")


def render(name: str, language: Language | None = None, **values: str) -> tuple[Message, ...]:
    """Return the messages of a prompt.

    Args:
        name: of its file.
        language: that of the program, for a prompt that depends on it.
        values: what is put in besides.

    Raises:
        KeyError: when a value is missing.
    """
    if language is not None:
        values = _values_of(language) | values
    # Split before anything is put in: a request that holds the marks cannot move to the system's part.
    system, user = _source(name).removeprefix(_SYSTEM).split(_USER)
    return (
        Message("system", Template(system.strip()).substitute(values)),
        Message("user", Template(user.strip()).substitute(values)),
    )


def fragment(name: str, language: Language) -> str:
    """Return a text that is put into a prompt: a file that has no parts."""
    return Template(_source(name).strip()).substitute(_values_of(language))


def _values_of(language: Language) -> dict[str, str]:
    facts = language.facts
    fixed = {
        "language": facts.title,
        "fence": facts.name,
        "default_main": facts.main_file,
        "extension": facts.extensions[0],
    }
    return fixed | dataclasses.asdict(language.prompts)
