"""The rules that correct Python source, in the order in which they are tried.

Those for files that do not compile come first: nothing else is known about such a file.
"""

from aiflow.config import FixesConfig, GatesConfig
from aiflow.languages.fixing import FixRule
from aiflow.languages.python.fixes.encoding import EncodingRule
from aiflow.languages.python.fixes.fences import FencesRule
from aiflow.languages.python.fixes.fullwidth import FullwidthRule
from aiflow.languages.python.fixes.main_file import MainCallRule, MainGuardRule
from aiflow.languages.python.fixes.missing_import import MissingImportRule
from aiflow.languages.python.fixes.misspelling import MisspellingRule
from aiflow.languages.python.fixes.pygame_use import (
    MissingAssetRule,
    PygameConstantRule,
    PygameFlipRule,
    PygameInitRule,
)
from aiflow.languages.python.fixes.python2 import Python2Rule
from aiflow.languages.python.fixes.tabs import TabsRule
from aiflow.languages.python.fixes.unused_import import UnusedImportRule
from aiflow.languages.python.fixes.wrong_import import WrongImportRule
from aiflow.languages.python.gates.dependencies import approved_modules


def python_fixes(config: FixesConfig, gates: GatesConfig) -> list[FixRule]:
    """Return the rules that the configuration turns on."""
    approved = sorted(approved_modules(gates.approved))
    rules: list[FixRule] = [
        FencesRule(),
        FullwidthRule(),
        Python2Rule(),
        MainGuardRule(),
        TabsRule(),
        UnusedImportRule(),
        MissingImportRule(approved),
        WrongImportRule(),
        PygameConstantRule(),
        MisspellingRule(approved),
        MainCallRule(),
        PygameInitRule(),
        PygameFlipRule(),
        MissingAssetRule(),
        EncodingRule(),
    ]
    return [rule for rule in rules if getattr(config, rule.name)]
