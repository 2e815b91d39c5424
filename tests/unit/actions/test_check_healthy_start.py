"""How the check for Healthy Start reads typed answers."""

from __future__ import annotations

import pytest

from actions.answer_topic import AnswerTopic
from actions.check_healthy_start import HealthyStartQuestions, TellHealthyStart
from bot.flows.house import House
from tests.unit.actions.conftest import Says

SERIES = HealthyStartQuestions()
TWELVE_WEEKS = {
    "en": "12 weeks", "pl": "12 tydzień", "ur": "12 ہفتے", "ur-Latn": "12 hafte", "ar": "12 اسبوع", "ro": "12 saptamani", "ckb": "12 هەفتە",
}  # fmt: skip


@pytest.mark.parametrize("code", TWELVE_WEEKS)
def test_typed_weeks_are_a_pregnancy_and_no_baby(says: Says, code: str) -> None:
    typed = says(TWELVE_WEEKS[code], "refine_search", ("age_months", 2), language=code, unsure=True)
    assert SERIES.read(typed, {}, "weeks_pregnant") == {"weeks_pregnant": 12}
    assert SERIES.read(says("20", "out_of_scope", language=code), {}, "weeks_pregnant") == {"weeks_pregnant": 20}


def test_a_child_beside_the_weeks_is_a_child(says: Says) -> None:
    typed = says("i'm 20 weeks and i have a 2 year old", "find_maternity", ("age_months", 4), ("age_months", 24))
    assert SERIES.read(typed, {}, "weeks_pregnant") == {"weeks_pregnant": 20, "child_ages_months": [24]}
    assert SERIES.read(says("my son is 2 years", "find_activities", ("age_months", 24)), {}, "weeks_pregnant") == {
        "child_ages_months": [24]
    }


def test_months_that_may_be_a_pregnancy_are_not_taken_for_a_child(says: Says) -> None:
    assert SERIES.read(says("5 months", "refine_search", ("age_months", 5)), {}, "weeks_pregnant") is None
    both = says("20 weeks and a baby of 6 months", "refine_search", ("age_months", 4), ("age_months", 6))
    assert SERIES.read(both, {}, "weeks_pregnant") == {"weeks_pregnant": 20}


@pytest.mark.parametrize(("code", "typed"), [("en", "yes"), ("ar", "نعم")])
def test_yes_asks_for_the_weeks(says: Says, code: str, typed: str) -> None:
    answers = SERIES.read(says(typed, "affirm", plain=True, language=code), {}, "weeks_pregnant")
    assert answers == {"is_pregnant": True}
    asked = says(typed, "affirm", language=code)
    SERIES.ask(asked, answers, "weeks_pregnant")
    reply = asked._dispatcher.messages[0]
    assert reply["text"] == asked.words("utter_ask_healthy_start_how_many_weeks")
    assert [b["title"] for b in reply["buttons"]] == [
        asked.words(f"utter_button_{c}") for c in ("over_ten_weeks", "ten_weeks", "under_ten_weeks")
    ]
    # A “no” to “how many weeks” does not say that nobody is pregnant.
    assert SERIES.read(says("no", "deny", plain=True), answers, "weeks_pregnant") is None


def test_twins_are_two_children(says: Says) -> None:
    assert SERIES.read(says("twins of 6 months", "refine_search", ("age_months", 6)), {}, "child_ages") == {"child_ages_months": [6, 6]}
    twice = says("twins, 6 months and 6 months", "refine_search", ("age_months", 6), ("age_months", 6))
    assert SERIES.read(twice, {}, "child_ages") == {"child_ages_months": [6, 6]}
    unclear = says("twins and a toddler", "refine_search", ("age_months", 6), ("age_months", 24))
    assert SERIES.read(unclear, {}, "child_ages") is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("400 a week", {"pay_band": "above"}),
        ("£80 a week", {"pay_band": "at_or_below"}),
        ("£95 a week", {"pay_band": "varies"}),
        ("£380 last month and £450 this month", {"pay_band": "varies"}),
        ("£300", {"monthly_pay_pence": 30000}),
    ],
)
def test_pay_by_the_week_and_of_two_months(says: Says, typed: str, read: dict[str, object]) -> None:
    assert SERIES.read(says(typed, "nlu_fallback", unsure=True), {}, "pay") == read


def test_scotland_is_told_where_to_go_in_every_question_about_the_scheme(says: Says, rooms: House) -> None:
    turn = says("we live in glasgow, can i get healthy start", "healthy_start_eligibility", ("in_scotland", True))
    AnswerTopic(rooms).answer(turn)
    heard = [m["text"] for m in turn._dispatcher.messages]
    assert len(heard) == 1
    assert "Best Start Foods" in heard[0]


def test_weeks_said_with_the_question_are_not_asked_again(says: Says, rooms: House) -> None:
    turn = says("i am 12 weeks pregnant can i get healthy start", "healthy_start_eligibility", ("weeks_pregnant", 12))
    remembered = next(e["value"] for e in AnswerTopic(rooms).answer(turn) if e["name"] == "healthy_start")
    assert SERIES.next_question(turn, remembered) == "child_ages"


@pytest.mark.parametrize(
    ("benefit", "link", "ready"),
    [
        ("universal_credit", "www.healthystart.nhs.uk", "National Insurance"),
        ("income_support", "www.healthystart.nhs.uk", "National Insurance"),
        ("no_recourse", "healthy-start-extension-application-guidance", "what to have ready"),
    ],
)
def test_every_route_says_where_and_what_to_have_ready(says: Says, rooms: House, benefit: str, link: str, ready: str) -> None:
    answers = {"weeks_pregnant": 0, "child_ages_months": [24], "benefit": benefit, "monthly_pay_pence": 30000, "british_child": True}
    turn = says("x", "answer_question", slots={"healthy_start": answers})
    TellHealthyStart(rooms).answer(turn)
    heard = "\n".join(m["text"] for m in turn._dispatcher.messages)
    assert link in heard
    assert ready in heard
