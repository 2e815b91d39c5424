"""Questions that take any words do not swallow another request, a “maybe” or a “stop”; and a name is a name."""

from __future__ import annotations

import pytest

from actions._questions import ReadAnswer
from actions.leave_word import StopMessages, WordQuestions
from actions.request_callback import CallbackQuestions
from bot.flows.house import House
from tests.unit.actions.conftest import Says

CALL, WORD = CallbackQuestions(), WordQuestions()
ELSEWHERE = [
    ("wait, where is the food bank?", "find_food_help", "en"),
    ("where is the food bank", "find_food_help", "en"),
    ("gdzie jest bank żywności", "find_food_help", "pl"),
    ("فوڈ بینک کہاں ہے", "find_food_help", "ur"),
    ("food bank kahan hai", "find_food_help", "ur-Latn"),
    ("وين بنك الطعام", "find_food_help", "ar"),
    ("unde este banca de alimente", "find_food_help", "ro"),
    ("فود بانک لە کوێیە", "find_food_help", "ckb"),
    ("are you a person", "bot_challenge", "en"),
]


@pytest.mark.parametrize(("typed", "intent", "code"), ELSEWHERE)
def test_another_request_is_no_subject_no_idea_no_name_and_no_wish(says: Says, typed: str, intent: str, code: str) -> None:
    turn = says(typed, intent, language=code)
    assert CALL.read(turn, {}, "about") is None
    assert WORD.read(turn, {"kind": "idea"}, "words") is None
    assert CALL.read(turn, {"by": "phone"}, "safe") is None
    assert CALL.read(turn, {}, "ask_for") is None


def test_a_subject_and_an_idea_may_name_a_service(says: Says) -> None:
    assert CALL.read(says("groups for my son", "find_activities"), {}, "about") == {"about": "groups for my son"}
    idea = "a swap shop for coats in the library"
    assert WORD.read(says(idea, "find_baby_items"), {"kind": "idea"}, "words") == {"kind": "idea", "words": idea}


def test_who_asks_for_a_person_instead_of_an_idea_gets_one(says: Says, rooms: House) -> None:
    turn = says("someone call me please", "request_callback", slots={"word": {"kind": "idea", "asked": "words"}})
    assert WORD.read(turn, {"kind": "idea"}, "words") is None
    assert ReadAnswer(rooms, WORD).answer(turn) == []


def test_not_understanding_is_no_wish(says: Says) -> None:
    assert CALL.read(says("i dont know what you mean", "nlu_fallback", plain=True), {"by": "phone"}, "safe") is None
    wish = "only when my husband is at work"
    read = CALL.read(says(wish, "nlu_fallback", unsure=True), {"by": "phone"}, "safe")
    assert read == {"by": "phone", "safe": wish}


@pytest.mark.parametrize(
    ("name", "taken_for"), [("Noor", "deny"), ("لينا", "deny"), ("Nina", "deny"), ("ندى", "deny"), ("Aisha", "affirm")]
)
def test_a_name_is_neither_yes_nor_no(says: Says, name: str, taken_for: str) -> None:
    assert CALL.read(says(name, taken_for), {}, "ask_for") == {"ask_for": name}


def test_no_name_and_no_answer(says: Says) -> None:
    assert CALL.read(says("no", "deny", plain=True), {}, "ask_for") == {"ask_for": None}
    assert CALL.read(says("i would rather not say", "deny"), {}, "ask_for") == {"ask_for": None}
    assert CALL.read(says("yes", "affirm", plain=True), {}, "ask_for") is None


def test_a_guessed_stop_leaves_the_questions_and_keeps_the_answers(says: Says, rooms: House) -> None:
    turn = says("actually stop", "stop_messages", slots={"callback": {"about": "groups", "by": "phone", "asked": "phone"}})
    turn._tracker.active_loop = {"name": "callback_form"}
    events = StopMessages(rooms).answer(turn)
    assert {"event": "active_loop", "name": None, "timestamp": None} in events
    assert {"event": "slot", "name": "callback", "value": {"about": "groups", "by": "phone"}, "timestamp": None} in events
    with rooms.database.session() as session:
        assert rooms.requests.latest_of(session, "anna", "stop_messages") is None
