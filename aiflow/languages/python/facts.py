"""Python as plain data."""

import sys

from aiflow.model.language_facts import LanguageFacts

FACTS = LanguageFacts(
    name="python",
    title="Python",
    implementation="aiflow.languages.python.language:Python",
    extensions=(".py", ".pyw"),
    main_names=("main.py", "app.py", "game.py", "run.py", "start.py", "__main__.py"),
    other_extensions=(".pyi",),
    tags=("py", "python3", "py3", "pygame"),
    library_prefixes=("test_", "__"),
    triple_quotes=True,
    bundled=sys.stdlib_module_names,
    caches=frozenset({"__pycache__"}),
    usually_empty=frozenset({"__init__.py", "py.typed", "conftest.py"}),
)
