"""The engines by name: those of this distribution and of plug-ins.

An engine is a class with ``from_config(config)``, announced in the entry point group ``aiflow.engines``.
"""

from importlib.metadata import EntryPoint
from typing import Protocol

from aiflow.config import Config
from aiflow.engines.base import Engine
from aiflow.exceptions import ConfigError
from aiflow.util.entry_points import entry_points

GROUP = "aiflow.engines"
# Listed here too for a checkout that is on the path but not installed.
_BUILT_IN = {
    "lessons": "aiflow.engines.lessons:LessonsEngine",
    "openai": "aiflow.engines.openai.engine:OpenAIEngine",
}


class EngineFactory(Protocol):
    """The interface of the object that an entry point names."""

    def from_config(self, config: Config) -> Engine:
        """Return the engine that the configuration describes."""


def engine_names() -> list[str]:
    """Return the valid values of the configuration's ``engine``."""
    return sorted(_found())


def load_engine(config: Config, name: str | None = None) -> Engine:
    """Return an engine.

    Args:
        config: the engine's settings.
        name: the engine's name; by default ``config.engine``.

    Raises:
        ConfigError: the engine does not exist or cannot be loaded.
    """
    wanted = config.engine if name is None else name
    found = _found().get(wanted)
    if found is None:
        raise ConfigError(f"配置项 engine 现在是“{wanted[:60]}”，可以是：{'、'.join(engine_names())}。")
    try:
        factory: EngineFactory = found.load()
    # A plug-in whose package was removed still has its entry point in old metadata.
    except (ImportError, AttributeError) as error:
        raise ConfigError(
            f"引擎“{wanted}”装不起来（{type(error).__name__}）：请检查提供它的包有没有装好。"
        ) from error
    return factory.from_config(config)


def load_recorded_engine(config: Config, name: str) -> Engine:
    """Return the engine that a record names, the configuration's where that one is not installed any more.

    Raises:
        ConfigError: when neither can be loaded.
    """
    try:
        return load_engine(config, name)
    except ConfigError:
        # Its own error says which package is missing; a second attempt would fail alike.
        if name == config.engine:
            raise
        return load_engine(config)


def _found() -> dict[str, EntryPoint]:
    built_in = {name: EntryPoint(name, value, GROUP) for name, value in _BUILT_IN.items()}
    # An installed entry point wins over the list.
    return built_in | {point.name: point for point in entry_points(group=GROUP)}
