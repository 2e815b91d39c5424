"""The judged questions of `python -m tests.quality.run` (part of `make bench`): enough of them, each with enough right answers."""

from __future__ import annotations

import pytest

from tests.quality.family_directory import make
from tests.quality.judge import Question, questions, right_ones

KNOWN = {"age", "day", "drop_in", "free", "kind", "km", "lang", "most", "near", "on", "part", "step", "topic"}


@pytest.fixture(scope="module")
def truths():
    return [truth for truth, _record in make()]


def test_there_are_enough_in_parents_own_words():
    answered = [question for question in questions() if question.has_answer]
    assert len(answered) >= 200
    assert {question.language for question in answered} >= {"en", "pl", "ur", "ur-Latn", "ar", "ro", "ckb"}


def test_each_has_three_right_answers_or_more(truths):
    few = {question.text: found for question in questions() if question.has_answer and (found := len(right_ones(truths, question))) < 3}
    assert not few


def test_nothing_that_is_asked_for_goes_unjudged():
    """YAML reads a bare `on` as true, and then no day would be judged."""
    assert {key for question in questions() for key in question.needs} <= KNOWN
    assert any(question.on and "on" in question.needs for question in questions())


def test_what_is_closed_or_on_another_day_is_wrong(truths):
    asked = Question("dads group on friday", "en", {"kind": ["dads"], "day": 4})
    assert all(not truth.is_over and truth.kind == "dads" for truth in right_ones(truths, asked))
