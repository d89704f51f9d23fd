"""F1：题库在 questions.json 里，加题不用改程序。"""

import json
import tempfile
from pathlib import Path

from quiz import QUESTIONS_FILE, load


def load_text(text, encoding="utf-8"):
    """把这些字写进一个题库文件，再读出来。"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my.json"
        path.write_text(text, encoding=encoding)
        return load(path)


ONE = {"question": "1 + 1 = ?", "options": ["1", "2", "3", "4"], "answer": "2", "why": "数一数。"}


def test_the_bank_is_read():
    """自带的题库读得出来，每题有 4 个选项、一个答案和讲解"""
    assert QUESTIONS_FILE.name == "questions.json"
    questions = load()
    assert len(questions) == len(json.loads(QUESTIONS_FILE.read_text(encoding="utf-8"))) >= 8
    for item in questions:
        assert len(set(item.options)) == 4
        assert item.answer in item.options
        assert item.question
        assert item.why


def test_own_questions_are_read():
    """自己写的题库也能读，内容一个字不差"""
    (item,) = load_text(json.dumps([ONE]))
    assert (item.question, item.options, item.answer, item.why) == tuple(ONE.values())
    assert len(load_text(json.dumps([ONE, ONE]))) == 2


def test_notepad_files_are_read():
    """记事本存的文件（开头有 BOM）也能读"""
    assert len(load_text(json.dumps([ONE], ensure_ascii=False), encoding="utf-8-sig")) == 1
