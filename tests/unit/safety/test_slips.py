"""Danger typed in a hurry, and words of ordinary messages that are no slips of a word in the lists."""

from __future__ import annotations

from functools import cache

import pytest

from bot.base.settings import ROOT
from bot.flows.house import load_safety
from bot.library.loader import load_library
from bot.safety.rules import findings
from bot.safety.steps import StepIndex, step_of


@cache
def book():
    return load_safety(ROOT / "content", load_library(ROOT / "content", []))


@pytest.mark.parametrize("typed", ["breathing", "braething", "breathng", "breathinng", "breathimg", "rbeathing"])
def test_one_slip_passes_in_a_long_word(typed):
    step = step_of((("breathing", True),), 7)
    assert step in StepIndex([step]).filled_by(typed)


@pytest.mark.parametrize("typed", ["braethng", "reathing", "breath"])
def test_two_slips_and_another_beginning_do_not(typed):
    step = step_of((("breathing", True),), 7)
    assert step not in StepIndex([step]).filled_by(typed)


def test_a_short_word_is_spelt_right_unless_the_phrase_is_unmistakable():
    strict, forgiving = step_of((("umrzec", True),), 7), step_of((("umrzec", True),), 5)
    assert StepIndex([strict, forgiving]).filled_by("umrzce") == {forgiving}


def test_a_word_that_parents_use_is_no_slip_of_another():
    step = step_of((("breathing", True),), 7)
    assert not StepIndex([step], frozenset({"breathings"})).filled_by("breathings")


@pytest.mark.parametrize(
    "text",
    [
        "kil myslef", "i wnat to die", "iwanttodie", "hes hiting me", "baby isnt breething", "he strangeld me", "hce umrzec", "nie chce zyc", "dziecko nie odycha",
        "marna chahti hu", "khudkushi", "mujhe maar raha he", "دمهوی بمرم", "دمەوێت بمرم", "خايفة ارجع البيت", "خايفه ارجع البيت", "ابى اموت", "nu mai vreau sa traiesc",
    ],
)  # fmt: skip
def test_danger_typed_in_a_hurry_is_seen(text):
    assert findings(text, book())


def test_a_word_without_end_is_read_to_where_a_phrase_may_end_and_no_further():
    """With every beginning of it compared, each with a letter left out, 4,000 letters took minutes."""
    whole, beginning = step_of((("strangle", True),), 7), step_of((("strangl", False),), 7)
    index = StepIndex([whole, beginning])
    assert index.filled_by("strangel" + "e" * 100_000) == {beginning}
    assert index.filled_by("strangle" + "e" * 100_000) == {beginning}
    assert index.filled_by("strangel") == {whole, beginning}
    assert not index.has_slip("e" * 100_000)
