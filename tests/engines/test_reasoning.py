"""Thinking and content, told apart in every style, whatever the splits, in pieces or in snapshots."""

from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from aiflow.engines.openai import reasoning
from aiflow.engines.openai.reasoning import Normaliser
from tests.modelserver.vendors import STYLES, Style, deltas

# The tags' own characters are in it, so that beginnings of tags occur everywhere.
ALPHABET = "abcXYZ 好的想，。\n\t<>/think:m1🐍\u2028"


def normalise(sent: list[dict[str, object]]) -> tuple[str, str]:
    normaliser = Normaliser()
    found = [part for delta in sent for part in normaliser.feed(delta)] + normaliser.close()
    texts = {"thinking": "", "content": ""}
    for part in found:
        assert part.text
        texts[part.channel] += part.text
    return texts["thinking"], texts["content"]


words = st.text(ALPHABET, max_size=60)
splits = st.lists(st.integers(1, 9), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(words, words, st.sampled_from(STYLES), splits, st.booleans())
@example("嗯", "好", "mirrored", [1], True)
@example("a" * 30, "b" * 30, "reasoning_content", [3], False)
@example("--------" * 4, "--------" * 4, "reasoning_content", [8], False)
def test_every_style_in_every_split(
    thought: str, said: str, style: Style, sizes: list[int], cumulative: bool
) -> None:
    thought, said = f"始 {thought.strip()} 完", f"答 {said}"
    if style == "plain":
        thought = ""
    if cumulative:
        # A snapshot stream of a few characters cannot be told from one of pieces.
        assume(min(len(text) for text in (thought, said) if text) >= 12)
    assume("</think>" not in thought and "</mm:think>" not in thought)
    sent = deltas(thought, said, style, sizes, cumulative=cumulative)
    assert normalise(sent) == (thought, said)


def test_text_comes_at_once_and_nothing_waits_for_the_end() -> None:
    normaliser = Normaliser()
    out = [
        [(part.channel, part.text) for part in normaliser.feed(delta)]
        for delta in (
            {"reasoning_content": "先"},
            {"reasoning_content": "想想"},
            {"content": "好"},
            {"content": "的，开始"},
        )
    ]
    assert out == [
        [("thinking", "先")],
        [("thinking", "想想")],
        [("content", "好")],
        [("content", "的，开始")],
    ]


def test_snapshots_are_found_out_and_added_once() -> None:
    assert normalise(
        [{"content": "下面是"}, {"content": "下面是全部的文件："}, {"content": "下面是全部的文件：main.py"}]
    ) == (
        "",
        "下面是全部的文件：main.py",
    )


def test_a_snapshot_stream_may_repeat_the_other_field_unchanged() -> None:
    whole = "我要先想一想怎样写"
    sent = [{"reasoning_content": whole[:size], "content": ""} for size in range(1, len(whole) + 1)]
    sent += [{"reasoning_content": whole, "content": "这是程序的代码："[:size]} for size in range(1, 9)]
    assert normalise(sent) == (whole, "这是程序的代码：")


@pytest.mark.parametrize("piece", ["=", "哈", "        ", "--------", "ab"])
def test_pieces_that_repeat_are_not_taken_for_snapshots(piece: str) -> None:
    assert normalise([{"content": "x"}] + [{"content": piece}] * 9) == ("", "x" + piece * 9)
    assert normalise([{"content": piece}] * 9 + [{"content": "完"}]) == ("", piece * 9 + "完")


def test_thinking_that_is_sent_three_times_is_shown_once() -> None:
    detail = {"type": "reasoning.text", "text": "想一想"}
    sent = [{"reasoning_content": "想一想", "reasoning": "想一想", "reasoning_details": [detail]}]
    assert normalise([*sent, {"content": "<think>想一想</think>\n好"}]) == ("想一想", "好")


def test_encrypted_thinking_and_odd_values_are_no_text() -> None:
    sent = [
        {"content": "", "reasoning_details": [{"type": "reasoning.encrypted", "data": "gAAAA"}]},
        {"content": None, "reasoning_content": None, "reasoning": 7, "reasoning_details": ["x", None]},
        {"content": 5},
        {"role": "assistant"},
    ]
    assert normalise(sent) == ("", "")


def test_parts_of_a_content_list() -> None:
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "想"}]}
    assert normalise([{"content": [thought, None]}, {"content": [{"type": "text", "text": "好"}]}]) == (
        "想",
        "好",
    )


def test_a_think_tag_later_on_is_the_models_text() -> None:
    text = 'x = "<think>"\nprint("</think>")'
    assert normalise([{"content": char} for char in text]) == ("", text)


def test_blanks_before_the_first_word_stay_and_those_after_the_thinking_go() -> None:
    assert normalise([{"content": "\n\n  hi\n"}]) == ("", "\n\n  hi\n")
    assert normalise([{"content": "<think>\na\n\n</think>\n\n  hi\n"}]) == ("a", "hi\n")
    assert normalise([{"content": " \n <think></think>"}, {"content": "<think>b</think>"}]) == ("b", "")


def test_a_tag_that_never_closes_is_all_thinking() -> None:
    assert normalise([{"content": "<think>a </thi"}]) == ("a </thi", "")
    assert normalise([{"content": "<thi"}]) == ("", "<thi")


@pytest.mark.parametrize("cumulative", [False, True])
def test_a_long_text_of_small_pieces(cumulative: bool) -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert normalise(deltas("", text, "plain", (1, 4, 2), cumulative=cumulative)) == ("", text)


@pytest.mark.parametrize("family", ["\n", " \n", "<", "<think>", "<think></think>", "</think>", "< ", "哈"])
@pytest.mark.parametrize("start", ["", "<think>"])
def test_hostile_text_takes_linear_time(family: str, start: str) -> None:
    def characters(size: int, piece: int) -> int:
        """Count the characters that are copied while ``size`` of them arrive."""
        splitter, copied = reasoning._TagSplitter(), 0
        text = start + family * (size // len(family))
        for at in range(0, len(text), piece):
            splitter.feed(text[at : at + piece])
            copied += len(splitter._held)
        splitter.close()
        return copied

    for piece in (1, 7, 1 << 20):
        assert characters(20_000, piece) < 3 * max(characters(10_000, piece), 10_000)


@pytest.mark.parametrize("start", ["", "<think>"])
def test_blanks_are_kept_and_no_text_is_lost(start: str) -> None:
    text = start + "\n\n a \n\n\n b\n \n"
    for piece in (1, 2, 100):
        normaliser = Normaliser()
        deltas = [
            d
            for at in range(0, len(text), piece)
            for d in normaliser.feed({"content": text[at : at + piece]})
        ]
        joined = "".join(delta.text for delta in deltas + normaliser.close())
        assert joined.strip() == "a \n\n\n b"
