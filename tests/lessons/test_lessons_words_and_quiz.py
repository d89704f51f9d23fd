"""The word game and the quiz are won, lost, and given broken data."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.lessons.lesson_play import Console, copy_program, run_program


def words_of(folder: Path) -> list[str]:
    return re.findall(r'"([a-z]+)": "', (folder / "words.py").read_text(encoding="utf-8"))


def test_a_word_is_found_letter_by_letter_and_another_comes_next(tmp_path):
    folder = copy_program("hangman", tmp_path)
    with Console(folder) as game:
        played = []
        for round_number in range(2):
            tried: set[str] = set()
            while True:
                part = game.until("（0 退出）：", "（y/n）：")
                if "再来一局" in part:
                    break
                shown = re.findall(r"单词：([a-z_ ]+?)    ", part)[-1].split(" ")
                fitting = [word for word in words_of(folder) if fits(word, shown, tried)]
                letter = Counter(char for word in fitting for char in set(word) - tried).most_common(1)[0][0]
                tried.add(letter)
                game.type(letter.upper())
            word = re.search(r"单词是 (\w+)", part)
            assert word
            played.append(word[1])
            assert "你赢了" in part
            game.type("y" if round_number == 0 else "n")
        assert played[0] != played[1]
        assert set(played) <= set(words_of(folder))
        assert "再见" in game.end()


def fits(word: str, shown: list[str], tried: set[str]) -> bool:
    return [char if char in tried else "_" for char in word] == shown


def test_six_wrong_letters_lose_and_the_word_is_told(tmp_path):
    folder = copy_program("hangman", tmp_path)
    (folder / "words.py").write_text(
        '"""一个单词。"""\n\nWORDS = {"tiger": "老虎", "tigre": "老虎"}\n', encoding="utf-8"
    )
    lines = ["a", "b", "b", "7", "中", "abcdefgh", "zzzzz", "c", "d", "f", "n"]
    done = run_program(folder, lines=lines)
    assert done.returncode == 0, done.stderr
    assert "b 已经猜过了" in done.stdout
    assert "请输入一个英文字母" in done.stdout
    assert "这个单词有 5 个字母" in done.stdout
    assert re.search(r"次数用完了。单词是 tig(er|re)", done.stdout)
    assert "你赢了" not in done.stdout
    assert done.stdout.count("还能错 1 次") == 1


@pytest.mark.parametrize("well", [True, False])
def test_a_quiz_answered_well_or_badly_gets_its_score(tmp_path, well):
    folder = copy_program("quiz", tmp_path)
    bank = {
        item["question"]: item for item in json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    }
    with Console(folder) as game:
        asked = []
        for number in range(1, 6):
            part = game.until("q 退出）：")
            question = re.search(rf"第 {number} 题：(.+)", part)
            assert question
            asked.append(question[1])
            options = dict(re.findall(r"  ([A-D])\. (.+)", part.split("题：")[-1]))
            assert sorted(options.values()) == sorted(bank[question[1]]["options"])
            right = bank[question[1]]["answer"]
            game.type(next(letter for letter, text in options.items() if (text == right) == well).lower())
        end = game.until("（y/n）：")
        assert len(set(asked)) == 5
        assert f"得分：{100 if well else 0} 分" in end
        assert ("全部答对" in end) == well
        game.type("n")
        assert "再见" in game.end()


@pytest.mark.parametrize(
    ("bank", "why"),
    [
        ("[{]", "第 1 行写错了"),
        ("[]", "没有题"),
        ("{}", "没有题"),
        ("[1]", "第 1 题不是用大括号写的"),
        ('[{"question": "q", "options": ["a", "b", "c", "d"], "answer": "e", "why": "w"}]', "答案不在选项里"),
        ('[{"question": "q", "options": ["a", "b", "c"], "answer": "a", "why": "w"}]', "要有 4 个选项"),
        ('[{"question": "q", "options": ["a", "a", "c", "d"], "answer": "a", "why": "w"}]', "重复的选项"),
        ('[{"question": "q", "options": ["a", "b", "c", "d"], "answer": "a"}]', "缺少 why"),
    ],
)
def test_a_broken_bank_is_explained_in_one_line(tmp_path, bank, why):
    folder = copy_program("quiz", tmp_path)
    (folder / "questions.json").write_text(bank, encoding="utf-8")
    done = run_program(folder)
    assert done.returncode == 1
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_bank_saved_by_notepad_with_a_mark_at_its_beginning_is_read(tmp_path):
    folder = copy_program("quiz", tmp_path)
    path = folder / "questions.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert "题库里有 8 道题" in run_program(folder, lines=["q"]).stdout
