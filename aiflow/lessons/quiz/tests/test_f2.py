"""F2：每次随机抽 5 道题，题目和选项的顺序都打乱。"""

from quiz import HOW_MANY, Question, pick


def bank(count):
    """有这么多道题的题库。"""
    return [Question(f"第 {number} 题", ["甲", "乙", "丙", "丁"], "乙", "") for number in range(count)]


def test_five_questions_are_picked():
    """每次抽 5 道，不重复"""
    assert HOW_MANY == 5
    chosen = pick(bank(20))
    assert len({item.question for item in chosen}) == 5


def test_a_small_bank_is_used_whole():
    """题库不够 5 道，就全部用上"""
    assert len(pick(bank(3))) == 3


def test_questions_come_in_another_order():
    """每次抽的题目不一样"""
    assert len({tuple(item.question for item in pick(bank(20))) for _ in range(20)}) > 10


def test_options_are_shuffled():
    """选项的顺序打乱，但还是这四个，答案不变"""
    item = bank(1)[0]
    orders = {tuple(item.shuffled().options) for _ in range(200)}
    assert len(orders) > 10
    assert all(sorted(order) == sorted(item.options) for order in orders)
    shuffled = pick(bank(1))[0]
    assert (shuffled.question, shuffled.answer, shuffled.why) == (item.question, item.answer, item.why)


def test_picked_questions_have_shuffled_options():
    """抽出来的题，选项也是打乱的"""
    assert len({tuple(pick(bank(1))[0].options) for _ in range(100)}) > 10
