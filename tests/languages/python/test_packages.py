"""Approved packages are named to the model and looked for where programs run; others are declined."""

import pytest

from aiflow.config import GatesConfig
from aiflow.languages.python.language import Python
from aiflow.languages.python.packages import install_command

LANGUAGE = Python()


def test_without_further_packages_the_prompts_are_as_they_were() -> None:
    assert LANGUAGE.fragments(GatesConfig().approved) == LANGUAGE.prompts


def test_approved_packages_are_named_to_the_model() -> None:
    rules = LANGUAGE.fragments(["pygame-ce", "numpy", "matplotlib", "pandas", "jieba"])
    assert rules.program_rules == (
        "程序用 Python 写，只用标准库，还可以用 jieba、matplotlib（图表，最后写 plt.show()）、"
        "numpy（数组和计算）、pandas（表格数据）；需要画面的游戏用 pygame。"
    )
    assert rules.plan_rules.endswith("用到 jieba、matplotlib、numpy、pandas 时，也写在依赖里。")
    assert "pygame" not in LANGUAGE.fragments([]).program_rules + LANGUAGE.fragments([]).plan_rules


@pytest.mark.parametrize(
    ("request_", "approved", "named"),
    [
        ("用numpy和Matplotlib画一个正弦函数", ["pygame"], ["numpy", "Matplotlib"]),
        ("用numpy和Matplotlib画一个正弦函数", ["numpy", "matplotlib"], []),
        ("用 pytorch 识别手写数字，再用 opencv-python 显示", [], ["pytorch", "opencv-python"]),
        ("用 scikit-learn 和 sklearn 做分类", ["scikit-learn"], []),
        ("用 random 和 json 写一个猜数字", [], []),
        ("做一个 rich 的键盘 keyboard 练习，numpyx 也算", [], []),
        ("帮我写个贪吃蛇", [], []),
    ],
)
def test_a_request_that_names_a_package(request_: str, approved: list[str], named: list[str]) -> None:
    found = LANGUAGE.unapproved_in(request_, approved)
    assert [line.partition("：")[0] for line in found] == [f"第三方库 {name}" for name in named]
    assert all("这里没有批准，不能用；" in line and not line.endswith("。") for line in found)


def test_what_is_not_installed_comes_with_the_command() -> None:
    assert LANGUAGE.missing_packages(["pygame-ce", "pydantic"]) == ""
    said = LANGUAGE.missing_packages(["pygame", "no_such_package", "a.b"])
    assert said.startswith("程序要用 a.b、no_such_package，")
    assert said.endswith(" -m pip install a.b no_such_package")
    assert install_command(["sklearn", "PIL"]).endswith(" -m pip install scikit-learn pillow")
