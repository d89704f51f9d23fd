"""知识问答的规则：读题库，抽题，判断对错。"""

import json
import random
from dataclasses import dataclass
from pathlib import Path

QUESTIONS_FILE = Path(__file__).with_name("questions.json")
LETTERS = "ABCD"
HOW_MANY = 5


class BankError(Exception):
    """题库有问题。"""


@dataclass
class Question:
    """一道选择题。"""

    question: str
    options: list[str]
    answer: str
    why: str

    def shuffled(self) -> "Question":
        """选项打乱的同一道题。"""
        options = random.sample(self.options, len(self.options))
        return Question(self.question, options, self.answer, self.why)

    def is_right(self, letter: str) -> bool:
        """选这个字母对吗？"""
        return self.options[LETTERS.index(letter)] == self.answer

    def right_letter(self) -> str:
        """正确的是哪个字母。"""
        return LETTERS[self.options.index(self.answer)]


def load(path: Path = QUESTIONS_FILE) -> list[Question]:
    """读题库，每一题都检查。"""
    try:
        # utf-8-sig 能读记事本在开头加的 BOM。
        items = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BankError(f"找不到题库 {path.name}。") from None
    except json.JSONDecodeError as error:
        raise BankError(f"题库第 {error.lineno} 行写错了，看看是不是少了逗号或引号。") from None
    except UnicodeDecodeError:
        raise BankError("题库要存成 UTF-8 编码。") from None
    if not isinstance(items, list) or not items:
        raise BankError("题库里没有题。")
    return [check(number, item) for number, item in enumerate(items, start=1)]


def check(number: int, item: object) -> Question:
    """检查一道题，没问题才能用。"""
    if not isinstance(item, dict):
        raise BankError(f"第 {number} 题不是用大括号写的。")
    for key in ("question", "answer", "why"):
        if not isinstance(item.get(key), str):
            raise BankError(f"第 {number} 题缺少 {key}，或者没有用引号。")
    options = item.get("options")
    if not isinstance(options, list) or len(options) != len(LETTERS):
        raise BankError(f"第 {number} 题要有 {len(LETTERS)} 个选项。")
    if len(set(map(str, options))) < len(options):
        raise BankError(f"第 {number} 题有重复的选项。")
    if item["answer"] not in options:
        raise BankError(f"第 {number} 题的答案不在选项里。")
    return Question(item["question"], list(map(str, options)), item["answer"], item["why"])


def pick(questions: list[Question]) -> list[Question]:
    """随机抽几道题，选项也打乱。"""
    chosen = random.sample(questions, min(HOW_MANY, len(questions)))
    return [question.shuffled() for question in chosen]
