"""In a change, the files that it changes are corrected; what it left alone stays."""

import pytest

from aiflow import Flow
from tests.modelserver import ModelServer
from tests.pipeline.change.cases import NEW_WORDS, as_files
from tests.pipeline.change.tools import changes_of, diagnostics_of, files_of, script

pytestmark = pytest.mark.asyncio


async def test_a_fixed_file_is_a_change_and_costs_no_request(first: Flow, model: ModelServer) -> None:
    script(model, implement=as_files({"words.py": f"{NEW_WORDS}print(math.pi)\n"}))
    second = first.change("倒着数，再打印圆周率")
    await second.run()
    assert files_of(second)["words.py"] == f"import math\n\n{NEW_WORDS}print(math.pi)\n"
    assert ("fix_missing_import", "words.py") in diagnostics_of(second)
    assert [change for change in changes_of(second) if change[0] == "words.py"] == [
        ("words.py", "modified", 2, 1), ("words.py", "modified", 4, 1)
    ]  # fmt: skip
    assert "repair" not in [request.phase for request in model.requests]


async def test_a_file_that_the_change_left_alone_stays(first: Flow, model: ModelServer) -> None:
    """An import that nothing uses is corrected where the model wrote it, not where a person has it."""
    folder = first.store.find(first.project_id)
    main = "import os\n" + files_of(first)["main.py"]
    folder.write("main.py", main.encode())
    script(model, implement=as_files({"words.py": "import os\n\n" + NEW_WORDS}))
    second = first.change("倒着数")
    await second.run()
    assert files_of(second)["main.py"] == main
    assert files_of(second)["words.py"].lstrip() == NEW_WORDS
    assert [path for rule, path in diagnostics_of(second) if rule.startswith("fix_")] == ["words.py"]
