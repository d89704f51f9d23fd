"""Languages by name and by file: loads the implementation of a language when it is first needed."""

from contextlib import suppress
from functools import cache
from pkgutil import resolve_name

from aiflow.exceptions import ConfigError
from aiflow.languages.base import Language
from aiflow.model.language_facts import LanguageFacts, facts_of, language_facts


def load_language(name: str) -> Language:
    """Return the language of this name.

    Raises:
        ConfigError: there is no such language, or it cannot be loaded.
    """
    known = {facts.name: facts for facts in language_facts()}
    if name not in known:
        raise ConfigError(f"配置项 language 现在是“{name[:60]}”，可以是：{'、'.join(sorted(known))}。")
    return _load(known[name])


def language_of(path: str) -> Language | None:
    """Return the language of a source file, None for any other file.

    Raises:
        ConfigError: the language cannot be loaded.
    """
    facts = facts_of(path)
    return None if facts is None else _load(facts)


def all_languages() -> list[Language]:
    """Return every language that can be loaded, the built-in one first."""
    found: list[Language] = []
    for facts in language_facts():
        # A broken plug-in is reported where its own language is asked for; the others go on.
        with suppress(ConfigError):
            found.append(_load(facts))
    return found


@cache
def _load(facts: LanguageFacts) -> Language:
    try:
        language: Language = resolve_name(facts.implementation)()
    except Exception as error:  # a plug-in may raise anything
        raise ConfigError(
            f"语言“{facts.title}”装不起来（{type(error).__name__}）：请检查提供它的包有没有装好。"
        ) from error
    return language
