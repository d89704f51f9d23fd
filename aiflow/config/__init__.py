"""config.json and the environment, validated at start-up.

The file is the path in ``AIFLOW_CONFIG``, else the nearest ``config.json`` in the working folder and those
above it, as git finds its folder. Relative folders in it are relative to the file. A server requires it; a
cell, a script or a command that finds none uses the defaults, with the working folder in place of the file's.
Secrets never stand in it: they come from ``AIFLOW_API_KEY`` or from a file outside the repository
(``openai.api_key_file``).
"""

from aiflow.config.configuration import CONFIG_NAME, ENV_PREFIX, Config, find_config
from aiflow.config.sections import (
    DAY_S,
    Asking,
    FixesConfig,
    GatesConfig,
    LessonsConfig,
    OpenAIConfig,
    QuestionsConfig,
    RunConfig,
    RunnerConfig,
    ServerConfig,
    TestsConfig,
)

__all__ = [
    "CONFIG_NAME",
    "DAY_S",
    "ENV_PREFIX",
    "Asking",
    "Config",
    "FixesConfig",
    "GatesConfig",
    "LessonsConfig",
    "OpenAIConfig",
    "QuestionsConfig",
    "RunConfig",
    "RunnerConfig",
    "ServerConfig",
    "TestsConfig",
    "find_config",
]
