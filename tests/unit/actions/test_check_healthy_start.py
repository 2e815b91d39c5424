"""How the check for Healthy Start reads typed answers."""

from __future__ import annotations

import pytest

from actions.answer_topic import AnswerTopic
from actions.check_healthy_start import HealthyStartQuestions, TellHealthyStart
from bot.flows.house import House
from tests.desk.running import move_to
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


@pytest.mark.parametrize(
    ("typed", "ages", "read"),
    [
        ("no my baby is 12 weeks old", [2], {"weeks_pregnant": 0, "child_ages_months": [2]}),
        ("my baby is 12 weeks old", [2], {"child_ages_months": [2]}),
        ("gave birth 12 weeks ago", [], {"weeks_pregnant": 0}),
        ("due in 6 weeks", [], {"weeks_pregnant": 34}),
        ("I lost my baby at 12 weeks", [], {"weeks_pregnant": 0}),
    ],
)
def test_weeks_that_are_no_pregnancy(says: Says, typed: str, ages: list[int], read: dict[str, object] | None) -> None:
    turn = says(typed, "nlu_fallback", *(("age_months", age) for age in ages), unsure=True)
    assert SERIES.read(turn, {}, "weeks_pregnant") == read


def test_a_loss_is_heard_before_anything_else_is_asked(says: Says, rooms: House) -> None:
    turn = says("I lost my baby at 12 weeks", "healthy_start_change")
    assert SERIES.read(turn, {}, "weeks_pregnant") is None
    remembered = next(e["value"] for e in AnswerTopic(rooms).answer(turn) if e["name"] == "healthy_start")
    assert "very sorry" in turn._dispatcher.messages[0]["text"]
    assert SERIES.next_question(turn, remembered) == "child_ages"


def test_who_told_of_a_loss_is_not_asked_again_after_another_answer(says: Says) -> None:
    turn = says("I lost my baby at 12 weeks", "find_mental_health", slots={"healthy_start": {"asked": "weeks_pregnant"}})
    assert SERIES.next_question(turn, SERIES.answers(turn)) == "child_ages"


def test_a_child_told_of_later_comes_to_the_others(says: Says) -> None:
    answers = {"weeks_pregnant": 0, "child_ages_months": [2]}
    later = says("and a 3 yr old", "refine_search", ("age_months", 36))
    assert SERIES.read(later, answers, "benefit") == {**answers, "child_ages_months": [2, 36]}
    instead = says("sorry she is 3", "refine_search", ("age_months", 36))
    assert SERIES.read(instead, answers, "benefit") == {**answers, "child_ages_months": [36]}


def test_what_is_due_is_counted_from_the_end_in_the_first_message_too(says: Says) -> None:
    typed = says("pregnant and due in 6 weeks, can I get healthy start", "healthy_start_eligibility", ("weeks_pregnant", 6))
    assert SERIES.begin(typed) == {"weeks_pregnant": 34}


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
        ("more than £408", {"pay_band": "above"}),
        ("more than £300", {"pay_band": "varies"}),
        ("less than £408", {"pay_band": "at_or_below"}),
        ("less than £500", {"pay_band": "varies"}),
        ("£24,000 pa", {"monthly_pay_pence": 200000}),
        ("not sure", {"pay_band": "unknown"}),
        ("£12.21 an hour", None),
    ],
)
def test_pay_by_the_week_and_of_two_months(says: Says, typed: str, read: dict[str, object] | None) -> None:
    assert SERIES.read(says(typed, "nlu_fallback", unsure=True), {}, "pay") == read


def test_without_the_limit_nobody_is_offered_more_or_less_than_it(says: Says, rooms: House) -> None:
    def offered() -> list[str]:
        turn = says("yes", "affirm", plain=True)
        SERIES.ask(turn, {}, "pay")
        return [button["title"] for button in turn._dispatcher.messages[0]["buttons"]]

    assert "That much or less" in offered()
    move_to(rooms, "2027-04-05T12:00")
    assert offered() == ["It changes each month", "I do not know"]


NO_WORK = {
    "en": "no, I don't work", "pl": "nie, nie pracujemy", "ur": "نہیں، میں کام نہیں کرتی", "ur-Latn": "main kaam nahi karti", "ar": "لا، لا أعمل",
    "ro": "nu, nu lucrez", "ckb": "نەخێر، کار ناکەم",
}  # fmt: skip


@pytest.mark.parametrize("code", NO_WORK)
@pytest.mark.parametrize("intent", ["deny", "affirm", "find_work"])
def test_who_does_not_work_takes_home_nothing(says: Says, code: str, intent: str) -> None:
    assert SERIES.read(says(NO_WORK[code], intent, language=code), {}, "pay") == {"monthly_pay_pence": 0}


@pytest.mark.parametrize(("typed", "intent"), [("no", "deny"), ("yes", "affirm")])
def test_yes_and_no_say_nothing_of_how_much(says: Says, typed: str, intent: str) -> None:
    assert SERIES.read(says(typed, intent, plain=True), {}, "pay") is None


@pytest.mark.parametrize(
    ("typed", "benefit"),
    [
        ("i don't get universal credit", "universal_credit"),
        ("i applied for universal credit but was refused", "universal_credit"),
        ("my mum gets pension credit", "pension_credit_child"),
    ],
)
def test_a_benefit_that_is_not_paid_to_the_family_is_asked_again(says: Says, typed: str, benefit: str) -> None:
    for intent in ("deny", "find_money_help", "nlu_fallback"):
        assert SERIES.read(says(typed, intent, ("benefit", benefit)), {}, "benefit") is None


def test_a_benefit_that_is_named_and_a_no_to_all_are_read(says: Says) -> None:
    named = says("we get universal credit", "find_money_help", ("benefit", "universal_credit"))
    assert SERIES.read(named, {}, "benefit") == {"benefit": "universal_credit"}
    assert SERIES.read(says("none of those", "deny"), {}, "benefit") == {"benefit": "none"}


NOT_SURE = {"en": "not sure", "pl": "nie wiem", "ur": "پتا نہیں", "ur-Latn": "pata nahi", "ar": "لا أعرف", "ro": "nu știu", "ckb": "نازانم"}


@pytest.mark.parametrize("code", NOT_SURE)
def test_who_does_not_know_is_told_to_ask(says: Says, rooms: House, code: str) -> None:
    unsure = says(NOT_SURE[code], "deny", language=code)
    answers = {"weeks_pregnant": 0, "child_ages_months": [24], "benefit": "no_recourse"}
    read = SERIES.read(unsure, answers, "british_child")
    assert read == {**answers, "not_known": ["british_child"]}
    assert SERIES.next_question(unsure, read) is None
    turn = says(NOT_SURE[code], "deny", language=code, slots={"healthy_start": read})
    TellHealthyStart(rooms).answer(turn)
    assert turn._dispatcher.messages[0]["text"] == turn.words("utter_healthy_start_ask")
    assert SERIES.read(unsure, {}, "under_18") == {"not_known": ["under_18"]}
    for question in ("weeks_pregnant", "child_ages"):
        assert SERIES.read(unsure, {}, question) is None


def test_what_is_no_answer_is_not_taken_for_not_knowing(says: Says) -> None:
    assert SERIES.read(says("i don't know what you mean", "nlu_fallback", plain=True), {}, "british_child") is None
    assert SERIES.read(says("i don't know where the food bank is", "find_food_help"), {}, "british_child") is None


def test_only_a_no_in_so_many_words_is_one(says: Says) -> None:
    assert SERIES.read(says("no", "deny", plain=True), {}, "british_child") == {"british_child": False}
    assert SERIES.read(says("no, she isn't", "deny"), {}, "british_child") == {"british_child": False}
    assert SERIES.read(says("we are still waiting for her passport", "deny"), {}, "british_child") is None
    assert SERIES.read(says("yes she is", "affirm"), {}, "british_child") == {"british_child": True}


@pytest.mark.parametrize(("typed", "under_18"), [("17", True), ("i'm 17", True), ("under 18", True), ("no i'm 25", False)])
def test_an_age_answers_whether_somebody_is_under_18(says: Says, typed: str, under_18: bool) -> None:
    assert SERIES.read(says(typed, "nlu_fallback", unsure=True), {}, "under_18") == {"under_18": under_18}


@pytest.mark.parametrize("intent", ["find_maternity", "deny", "affirm"])
def test_not_pregnant_is_an_answer_whatever_it_sounds_like(says: Says, intent: str) -> None:
    assert SERIES.read(says("i'm not pregnant", intent), {}, "weeks_pregnant") == {"weeks_pregnant": 0}


def test_who_is_nearly_four_is_still_three(says: Says) -> None:
    for question in ("child_ages", "weeks_pregnant"):
        typed = says("she turns 4 tomorrow", "refine_search", ("age_months", 48))
        assert SERIES.read(typed, {}, question) == {"child_ages_months": [47]}
    assert SERIES.read(says("she is 4", "refine_search", ("age_months", 48)), {}, "child_ages") == {"child_ages_months": [48]}


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
