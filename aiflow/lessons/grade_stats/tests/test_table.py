"""报告里的表排得整齐。"""

from report import pad, table, width


def test_columns_are_aligned():
    """一个中文字算两格宽，表的每一列靠右对齐"""
    assert (width("abc"), width("中文"), width("Ａ")) == (3, 4, 2)
    assert pad("中", 4) == "  中"
    assert pad("中文字", 4) == "中文字"
    assert table([["中", "1"], ["a", "100"]]) == "中    1\n a  100"
