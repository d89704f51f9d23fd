"""Thinking whose beginning stood in the prompt, as R1's template does it: only its end tag arrives."""

import pytest

from aiflow import Config, Flow
from aiflow.pipeline.phases.markdown import unwrap
from tests.pipeline.conftest import FILES, MAIN, PLAN, SPEC, Script

THOUGHT = "用户要一个计数器。\n\n# 也许叫别的名字\n\n```python\nimport draft\n```\n\n就这样写。\n</think>\n\n"


@pytest.mark.asyncio
async def test_it_is_no_part_of_the_specification_the_plan_or_the_program(config: Config) -> None:
    engine = Script(specify=[THOUGHT + SPEC], plan=[THOUGHT + PLAN], implement=[THOUGHT + FILES])
    flow = Flow("计数器", config=config, engine=engine)
    project = await flow.run()
    assert project.root is not None
    files = {path.name: path.read_text(encoding="utf-8") for path in project.root.iterdir()}
    assert files == {"spec.md": SPEC, "plan.md": PLAN, "main.py": MAIN}
    assert flow.spec is not None
    assert flow.spec.title == "计数器"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("想\n</think>\n# 题\n", "# 题\n"),
        ("想</mm:think># 题", "# 题\n"),
        ("```markdown\n# 题\n```", "# 题\n"),
        ("想</think>\n```md\n# 题\n```\n", "# 题\n"),
        # Text that only mentions the tag, or has nothing after it, is the answer itself.
        ("# 题\n\n`<think>` 和 `</think>` 是标签\n", "# 题\n\n`<think>` 和 `</think>` 是标签\n"),
        ("# 题\n</think>\n", "# 题\n</think>\n"),
    ],
)
def test_what_is_taken_off_an_answer(text: str, expected: str) -> None:
    assert unwrap(text) == expected
