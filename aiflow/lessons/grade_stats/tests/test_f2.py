"""F2：能读 UTF-8（带不带 BOM 都行）和 GBK 编码的文件。"""

from reader import TableError, decode

TEXT = "姓名,语文\n王小明,88\n"


def test_all_encodings_give_the_same_text():
    """三种编码读出来一样"""
    for encoding in ("utf-8", "utf-8-sig", "gbk", "gb18030"):
        assert decode(TEXT.encode(encoding)) == TEXT


def test_utf8_is_tried_first():
    """UTF-8 的文件不会读成乱码"""
    assert decode("鸡兔".encode()) == "鸡兔"


def test_an_unknown_encoding_is_explained():
    """哪种都不是，就说明怎样做"""
    try:
        decode(b"\xff\xff\xff")
    except TableError as error:
        assert "UTF-8" in str(error)
    else:
        raise AssertionError("应该认不出来")
