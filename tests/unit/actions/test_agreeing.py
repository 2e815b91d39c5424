"""A yes that lets something be done is pressed or said in so many words; a guessed one is asked about again."""

from __future__ import annotations

import pytest

from actions._questions import YES_NO, Series, agrees, choice
from actions.leave_word import SignUpQuestions, WordQuestions
from actions.request_callback import CallbackQuestions
from tests.unit.actions.conftest import Says

CONSENTS = [
    (CallbackQuestions(), "voicemail", "voicemail"),
    (CallbackQuestions(), "confirmed", "confirmed"),
    (WordQuestions(), "agreed", "agreed"),
    (SignUpQuestions(), "agreed", "agreed"),
]
READ_BACK = {"by": "chat", "kind": "idea", "words": "a swap shop", "offer": "toddler_pack"}


@pytest.mark.parametrize(("series", "question", "slot"), CONSENTS)
def test_a_guessed_yes_agrees_to_nothing(says: Says, series: Series, question: str, slot: str) -> None:
    for guessed in ("Sam", "hmm", "perhaps", "ok so what happens then"):
        assert series.read(says(guessed, "affirm"), READ_BACK, question) is None
    plain = series.read(says("yes please", "affirm", plain=True), READ_BACK, question)
    assert plain is not None
    assert plain[slot] is True


def test_a_guessed_no_sends_nothing_and_throws_nothing_away(says: Says) -> None:
    assert CallbackQuestions().read(says("no not that", "deny"), READ_BACK, "confirmed") is None
    refused = CallbackQuestions().read(says("no", "deny", plain=True), READ_BACK, "confirmed")
    assert refused is not None
    assert refused["confirmed"] is False


def test_it_is_not_safe_to_call_at_any_time_because_of_a_guess(says: Says) -> None:
    read = CallbackQuestions().read(says("yes after six, when he is out", "affirm"), {"by": "phone"}, "safe")
    assert read is not None
    assert read["safe"] == "yes after six, when he is out"


def test_what_the_model_is_unsure_of_chooses_nothing(says: Says) -> None:
    assert choice(says("mhm", "affirm", unsure=True), YES_NO) is None
    assert choice(says("mhm", "affirm"), YES_NO) == "yes"
    assert agrees(says("Yes", "answer_question", ("choice", "yes"))) is True
