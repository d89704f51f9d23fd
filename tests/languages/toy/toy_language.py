"""The toy language: one ending, one check, one command."""

import sys
from pathlib import Path

from aiflow.languages.base import Language, ProgramStart, PromptFragments
from aiflow.model.findings import Finding, at
from aiflow.model.language_facts import LanguageFacts

FACTS = LanguageFacts(
    name="toy",
    title="Toy",
    implementation="toy_language:Toy",
    extensions=(".toy",),
    main_names=("main.toy",),
)
HERE = Path(__file__).resolve().parent


class Toy(Language):
    """Programs that say something."""

    facts = FACTS
    prompts = PromptFragments(run_command="toy main.toy", program_rules="程序用 Toy 写。")

    def check_file(self, path: str, data: bytes) -> list[Finding]:
        """Find the first line that says nothing."""
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
            if line and not line.startswith("say "):
                return [Finding(path, number, "syntax", f"{at(path, number)}这一行不是 say。请改成 say。")]
        return []

    def program_start(self) -> ProgramStart:
        """Run the interpreter beside this module."""
        return ProgramStart(command=(sys.executable, str(HERE / "toy_run.py")), readable=(str(HERE),))
