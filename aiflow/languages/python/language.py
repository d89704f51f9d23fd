"""Python as a ``Language``."""

import site
from pathlib import Path
from typing import Final

from aiflow.languages.base import ErrorExplanation, Language, ProgramStart
from aiflow.languages.python.explain import explain_traceback
from aiflow.languages.python.facts import FACTS

_RUNTIME: Final = Path(__file__).resolve().parent / "runtime"
_ENVIRONMENT: Final = {
    "PYTHONUTF8": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",  # the project's folder is the student's: no __pycache__ in it
    "PYGAME_HIDE_SUPPORT_PROMPT": "1",
}


class Python(Language):
    """Programs for the interpreter that ``aiflow`` itself runs in, its version and its packages."""

    facts = FACTS

    def program_start(self) -> ProgramStart:
        """Return how a program is started: by the runtime beside this module."""
        environment, readable = dict(_ENVIRONMENT), [str(_RUNTIME)]
        if site.ENABLE_USER_SITE:  # HOME will point elsewhere; packages installed with --user stay importable
            environment["PYTHONUSERBASE"] = site.getuserbase()
            readable.append(site.getusersitepackages())
        return ProgramStart(
            runtime=_RUNTIME, environment=tuple(environment.items()), readable=tuple(readable)
        )

    def explain_error(self, stderr: str, root: Path) -> ErrorExplanation | None:
        """Explain the last traceback."""
        return explain_traceback(stderr, root)
