"""How the check for Healthy Start reads typed answers."""

from __future__ import annotations

import pytest

from actions.check_healthy_start import HealthyStartQuestions
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
