"""The language that is typed, the place of a visit, and one answer changed at the read-back."""

from __future__ import annotations

from typing import Any

import pytest

from actions.request_callback import CallbackQuestions, read_back
from bot.flows.house import House
from bot.flows.language_name import language_in_english
from bot.privacy import store as privacy_store
from tests.desk.running import member
from tests.unit.actions.conftest import Says

SERIES = CallbackQuestions()
COMPLETE: dict[str, Any] = {
    "about": "groups", "by": "phone", "phone": "[phone-ABCDEFGH]", "safe": "safe_any_time", "voicemail": True, "ask_for": "Maria",
    "interpreter": False, "speak": "en", "when": {"weekday": 1, "part_of_day": None},
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "code", "named", "shown"),
    [
        ("Urdu", "en", "ur", "اردو"),
        ("in french", "en", "fr", "French"),
        ("po ukraińsku", "pl", "uk", "Ukrainian"),
        ("English", "pl", "en", "English"),
    ],
)
def test_the_language_that_is_named_is_kept_with_an_interpreter(says: Says, typed: str, code: str, named: str, shown: str) -> None:
    turn = says(typed, "change_language", ("spoken_language", named), language=code)
    answers = SERIES.read(turn, {"by": "chat"}, "interpreter")
    assert answers == {"by": "chat", "speak": named, "interpreter": named != "en"}
    assert shown in read_back(turn, answers)["language"]


def test_no_interpreter_where_the_team_speaks_it(says: Says, rooms: House) -> None:
    member(rooms, "Ola", "connector", languages=("pl",))
    spoken = SERIES.read(says("in polish please", "refine_search", ("spoken_language", "pl")), {}, "interpreter")
    assert spoken == {"speak": "pl", "interpreter": False}
    wanted = SERIES.read(says("in polish with an interpreter", "affirm", ("spoken_language", "pl")), {}, "interpreter")
    assert wanted == {"speak": "pl", "interpreter": True}


def test_urdu_in_latin_letters_stays_that(says: Says) -> None:
    turn = says("urdu mein", "refine_search", ("spoken_language", "ur"), language="ur-Latn")
    assert SERIES.read(turn, {}, "interpreter") == {"speak": "ur-Latn", "interpreter": True}


def test_the_place_of_a_visit_is_read_back(says: Says) -> None:
    assert "Sure Start Hall" in read_back(says("x", "affirm"), {"by": "visit", "place": "Sure Start Hall"})["way"]


def test_a_day_said_at_the_read_back_changes_that_alone(says: Says) -> None:
    turn = says("no not tuesday, wednesday", "deny", ("day", {"weekday": 1}), ("day", {"weekday": 2}))
    assert SERIES.read(turn, COMPLETE, "confirmed") == {**COMPLETE, "when": {"weekday": 2, "part_of_day": None}}


OFFERED = {"pending": {"intent": "request_callback"}, "topic": "find_activities"}
NOT_BY_PHONE = ("not_callback_way", "by_phone")


@pytest.mark.parametrize(
    ("text", "entities", "slots", "by"),
    [
        ("yes but not by phone", [NOT_BY_PHONE], OFFERED, "chat"),
        ("yes please but by message not phone", [("callback_way", "by_chat"), NOT_BY_PHONE], OFFERED, "chat"),
        ("yes by text", [("callback_way", "by_chat")], OFFERED, "chat"),
        ("yes on the phone", [("callback_way", "by_phone")], OFFERED, "phone"),
        ("can somebody visit me", [("callback_way", "by_visit")], {}, "visit"),
        ("call me please", [("callback_way", "by_phone")], {}, None),
        ("call or text me", [("callback_way", "by_phone"), ("callback_way", "by_chat")], {}, None),
        ("yes but not by phone", [NOT_BY_PHONE], {"callback": {"about": "groups", "by": "phone", "safe": "safe_any_time"}}, "chat"),
    ],
)
def test_the_way_that_is_named_at_the_beginning_is_not_asked_for(
    says: Says, text: str, entities: list[tuple[str, str]], slots: dict[str, Any], by: str | None
) -> None:
    turn = says(text, "request_callback", *entities, slots=slots)
    answers = SERIES.answers(turn)
    assert answers.get("by") == by
    assert "safe" not in answers
    asked = SERIES.next_question(turn, {"about": "x", **answers})
    assert asked == {"chat": "ask_for", "phone": "phone", "visit": "place", None: "by"}[by]


@pytest.mark.parametrize("question", ["about", "ask_for", "when"])
@pytest.mark.parametrize("intent", ["affirm", "cancel_callback", "deny"])
def test_not_by_phone_answers_the_way_whatever_was_asked(says: Says, question: str, intent: str) -> None:
    turn = says("da dar nu la telefon", intent, NOT_BY_PHONE, language="ro")
    answers = SERIES.read(turn, {"by": "phone", "phone": "[phone-ABCDEFGH]"}, question)
    assert answers == {"by": "chat"}


def test_a_message_that_did_not_come_is_what_a_call_may_be_about(says: Says) -> None:
    turn = says("i got no message from school", "out_of_scope", ("not_callback_way", "by_chat"))
    assert SERIES.read(turn, {}, "about") == {"about": "i got no message from school"}


def test_who_is_not_to_be_rung_is_not_asked_for_on_the_phone(says: Says, rooms: House) -> None:
    asked = {}
    for code in ("pl", "ro", "ur", "ur-Latn", "ar", "ckb"):
        turn = says("x", "affirm", language=code)
        SERIES.ask(turn, {"by": "chat"}, "ask_for")
        asked[code] = turn._dispatcher.messages[0]["text"]
    phone = ("telefon", "فون", "phone", "نتصل", "تەلەفۆن")
    assert [code for code, text in asked.items() if any(word in text for word in phone)] == []


def test_one_answer_is_asked_again_and_the_others_stay(says: Says) -> None:
    changing = SERIES.read(says("Change something", "answer_question", ("choice", "change_request")), COMPLETE, "confirmed")
    assert changing is not None
    asking = says("Change something", "answer_question")
    assert SERIES.next_question(asking, changing) == "change"
    SERIES.ask(asking, changing, "change")
    assert "Voicemail" in [b["title"] for b in asking._dispatcher.messages[0]["buttons"]]
    assert "Place of the visit" not in [b["title"] for b in asking._dispatcher.messages[0]["buttons"]]
    without = SERIES.read(says("Voicemail", "answer_question", ("choice", "part_voicemail")), changing, "change")
    assert without == {name: value for name, value in COMPLETE.items() if name != "voicemail"}
    assert SERIES.next_question(asking, without) == "voicemail"
    again = SERIES.read(says("no", "deny", plain=True), without, "voicemail")
    assert again is not None
    assert SERIES.next_question(asking, again) == "confirmed"


def test_a_no_to_what_should_be_different_reads_back_again(says: Says) -> None:
    assert SERIES.read(says("no", "deny", plain=True), {**COMPLETE, "changing": True}, "change") == COMPLETE
    assert SERIES.read(says("asdf", "nlu_fallback", unsure=True), {**COMPLETE, "changing": True}, "change") is None


def test_the_desk_names_a_language_that_the_chat_does_not_write(rooms: House) -> None:
    assert language_in_english(rooms, "uk") == "Ukrainian"
    assert language_in_english(rooms, "ckb") == rooms.languages.get("ckb").english_name


@pytest.fixture
def typed_number(rooms: House) -> str:
    """A number that can be called, as it stands in the text of whoever typed it."""
    with rooms.database.session() as session:
        privacy_store.keep_number(session, "QRSTUVWX", "anna", rooms.sealer.seal("07400 123456"), rooms.clock.now())
    return "[phone-QRSTUVWX]"


def test_a_number_instead_of_what_it_is_about_is_the_number(says: Says, typed_number: str) -> None:
    alone = SERIES.read(says(typed_number, "nlu_fallback", unsure=True), {}, "about")
    assert alone == {"by": "phone", "phone": "QRSTUVWX", "phone_problem": None}
    assert SERIES.next_question(says("x", "affirm"), alone) == "about"
    told = SERIES.read(says(f"our damp flat, ring {typed_number}", "find_housing_help"), {}, "about")
    assert told == {**alone, "about": "our damp flat, ring"}


@pytest.mark.parametrize("question", ["safe", "voicemail", "ask_for", "interpreter", "when"])
def test_a_number_put_right_in_another_question_is_the_one_to_call(says: Says, typed_number: str, question: str) -> None:
    begun = {"about": "damp", "by": "phone", "phone": "ABCDEFGH", "safe": "safe_any_time"}
    turn = says(f"sorry wrong one it is {typed_number}", "deny", unsure=True)
    assert SERIES.read(turn, begun, question) == {"about": "damp", "by": "phone", "phone": "QRSTUVWX", "phone_problem": None}


def test_a_wrong_number_put_right_by_a_bad_one_is_asked_for_again(says: Says) -> None:
    begun = {"about": "damp", "by": "phone", "phone": "ABCDEFGH", "safe": "safe_any_time"}
    turn = says("sorry it is [phone-ZZZZZZZZ]", "nlu_fallback", unsure=True)
    read = SERIES.read(turn, begun, "voicemail")
    assert SERIES.next_question(turn, read) == "phone"
