"""The specification of a change is whole, whatever the model answers."""

import pytest

from aiflow.model.artifacts import Spec
from aiflow.pipeline.phases.change_documents import complete_spec

OLD = Spec.from_markdown(
    "# 猜数字\n\n项目类型: guess\n\n电脑想一个数，玩家来猜。\n\n## 功能\n\n"
    "- 想一个 1 到 100 的整数\n- 提示大了或小了\n- 说出猜了几次\n- 输入 q 退出\n\n"
    "## 运行方式\n\n- 运行 `python main.py`\n"
)
WISH = "最多猜七次"
LIST = "".join(f"- {feature}\n" for feature in OLD.features)


@pytest.mark.parametrize(
    ("answer", "new", "changed", "removed"),
    [
        (f"{OLD.markdown}", ["F5"], [], []),  # the old one once more: the wish is the new feature
        (f"## 功能\n\n{LIST}", ["F5"], [], []),
        (f"# 修改后的需求说明\n\n## 功能\n\n{LIST}- 【新增】最多猜七次\n", ["F5"], [], []),
        ("## 功能\n\n- 【新增】最多猜七次\n", ["F5"], [], []),
        ("最多猜七次，好的。", ["F5"], [], []),
        ("", ["F5"], [], []),
        (OLD.markdown.replace("- 说出猜了几次", "- 【修改】说出猜了几次，还剩几次"), [], ["F3"], []),
        (OLD.markdown.replace("- 说出猜了几次", "- 【删除】说出猜了几次"), [], [], ["F3"]),
        (f"## 功能\n\n{LIST}".replace("- 说出", "- 【删除】说出"), [], [], ["F3"]),
        (OLD.markdown.replace("- 说出猜了几次\n", ""), [], [], ["F3"]),
    ],
)
def test_a_specification_is_completed(
    answer: str, new: list[str], changed: list[str], removed: list[str]
) -> None:
    spec = complete_spec(OLD, Spec.from_markdown(answer), WISH)
    assert spec.changes.model_dump() == {"new": new, "changed": changed, "removed": removed}
    assert (spec.title, spec.project_type) == ("猜数字", "guess")
    assert len(spec.features) == len(spec.feature_ids) == 4 + len(new) - len(removed)
    again = Spec.from_markdown(spec.to_markdown())
    assert again.features == spec.features
    assert "python main.py" in spec.to_markdown()
