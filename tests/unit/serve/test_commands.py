"""Answers in so many words, in every language; and buttons whose title is typed."""

from __future__ import annotations

import json

import pytest

from bot.replies.model import Button
from bot.serve.buttons import typed_button
from bot.serve.commands import load_commands
from bot.serve.context import Course, Understanding, in_context
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def commands():
    return load_commands(ROOT / "content" / "commands.yml")


YES = ["yes", "Yes please!", "tak", "جی ہاں", "haan ji", "نعم", "da", "بەڵێ", "👍"]
NO = ["no", "nie", "نہیں", "nahi", "لا", "nu", "نەخێر", "👎"]


@pytest.mark.parametrize("in_questions", [True, False])
def test_yes_and_no_in_every_language(commands, in_questions):
    assert {commands.intent(text, in_questions) for text in YES} == {"affirm"}
    assert {commands.intent(text, in_questions) for text in NO} == {"deny"}


@pytest.mark.parametrize(
    "text", ["hmm", "maybe", "perhaps", "depends", "ok", "ok so what happens then", "Aisha", "John", "sigur?", "أي؟", "może"]
)
def test_what_may_mean_something_else_is_no_yes(commands, text):
    assert commands.intent(text, in_questions=True) in {None, "nlu_fallback"}
    assert commands.intent(text, in_questions=False) is None


def test_a_title_that_is_typed_is_its_button():
    buttons = [Button(title, json.dumps({"intent": title})) for title in ("Yes, more than 10 weeks", "أي وقت", "انگریزی دکھائیں", "Yes")]
    assert typed_button("yes more than 10 weeks", buttons) is buttons[0]
    assert typed_button("اي وقت", buttons) is buttons[1]
    assert typed_button("انگریزی دکھائیں", buttons) is buttons[2]
    assert typed_button("yes", buttons) is buttons[3]
    assert typed_button("yes I think", buttons) is None
    assert typed_button("👍", buttons) is None


FORGET = Course(offered="forget_confirmed")


def taken(intent, **more):
    return Understanding("en", intent, 0.9, (), **more)


def test_only_a_plain_yes_deletes():
    assert in_context(taken("affirm"), "ok so what happens then", FORGET).intent == "delete_my_data"
    assert in_context(taken("affirm", unsure=True), "hmm", FORGET).intent == "nlu_fallback"
    assert in_context(taken("affirm", plain=True), "yes", FORGET).intent == "forget_confirmed"


def test_an_unsure_yes_among_questions_is_no_answer():
    asked = Course(questions="callback_form", asked="safe")
    assert in_context(taken("affirm", unsure=True), "john", asked).intent == "nlu_fallback"
