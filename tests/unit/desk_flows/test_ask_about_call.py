"""“Did you get the call?”: in the parent's language, acted on, never against the wishes."""

from __future__ import annotations

import pytest

from bot.delivery.store import turns_after
from bot.flows import work_on_request as work
from bot.flows.ask_about_call import QUESTIONS, answer_question, open_question, put_waiting
from bot.flows.keep_promises import run_timers
from bot.flows.reach_parent import ChatLine
from tests.desk.running import CAREFUL, a_callback, move_to
from tests.unit.desk_flows.test_promises import codes, counted, notices, now_is, told, wants_mail

LINE = ChatLine()


def asked_after_a_call(house, anna, language="pl", contact=None):
    request = a_callback(house, language=language, **({"contact": contact} if contact else {}))
    work.log_call(house, request.reference, anna, "reached")
    move_to(house, "2026-11-24T12:01")
    run_timers(house, LINE)
    return request


def answer(house, request, said, language="pl", **more):
    return answer_question(house, request.sender, open_question(house, request.sender), said, language, **({"pressed": False} | more))


def last_buttons(house, sender):
    with house.database.session() as session:
        reply = turns_after(session, sender, 0)[-1]["replies"][-1]
    return reply["buttons"], reply["button_ids"]


@pytest.mark.parametrize("language", ["en", "pl", "ur", "ur-Latn", "ar", "ro", "ckb"])
def test_the_question_comes_two_hours_after_the_call_in_the_parents_language(house, anna, language):
    request = asked_after_a_call(house, anna, language)
    expected = house.catalogue.text("utter_call_got", language, house.facts(language), reference=f"\u2066{request.reference}\u2069")
    assert told(house, request.sender) == [expected]
    titles, ids = last_buttons(house, request.sender)
    assert titles == [house.catalogue.text(f"utter_button_{c}", language, {}) for c in QUESTIONS["got"]]
    assert len(set(titles)) == len(set(ids)) == 3


def test_yes_leads_to_how_it_went_and_is_counted(house, anna):
    request = asked_after_a_call(house, anna)
    _titles, ids = last_buttons(house, request.sender)
    answered = answer(house, request, ids[0], pressed=True)
    assert answered.title == "Tak, była rozmowa"
    assert [b.title for b in answered.replies[0].buttons] == ["Tak, pomogła", "Trochę", "Nie, nie pomogła"]
    assert answer(house, request, "trochę").replies
    assert counted(house, "helped_some") == 1
    assert open_question(house, request.sender) is None


def test_a_missed_call_puts_the_request_back_to_work_even_when_it_was_closed(house, anna):
    anna = wants_mail(house, anna)
    request = asked_after_a_call(house, anna)
    work.close(house, request.reference, anna, "helped")
    answered = answer(house, request, "no", meaning="deny")
    assert now_is(house, request).state == "trying"
    assert now_is(house, request).outcome is None
    assert notices(house, "missed") == [anna.id]
    assert counted(house, "missed_calls") == 1
    assert len(answered.replies[0].buttons) == 4
    why = answer(house, request, "2")
    assert "why_bad_time" in codes(house, request)
    assert "13:31" in why.replies[0].text


def test_a_wrong_number_leads_to_the_change_of_the_request(house, anna):
    request = asked_after_a_call(house, anna)
    answer(house, request, "Telefon nieodebrany")
    why = answer(house, request, "Zły numer telefonu")
    assert '"change_callback"' in why.replies[0].buttons[0].payload


def test_not_yet_tells_the_team_and_gives_a_time(house, anna, carla):
    anna, carla = wants_mail(house, anna), wants_mail(house, carla)
    request = asked_after_a_call(house, anna)
    answered = answer(house, request, "Jeszcze nie")
    assert "13:31" in answered.replies[0].text
    assert notices(house, "not_yet") == [anna.id, carla.id]


def test_words_about_something_else_are_left_to_the_assistant(house, anna):
    request = asked_after_a_call(house, anna)
    assert answer(house, request, "gdzie jest bank żywności") is None
    assert open_question(house, request.sender)


def test_a_careful_parent_is_asked_when_they_write_next(house, anna):
    request = asked_after_a_call(house, anna, contact=CAREFUL)
    assert told(house, request.sender) == []
    waiting = open_question(house, request.sender)
    assert not waiting.told
    assert put_waiting(house, request.sender, waiting, "ur").language == "ur"
    assert open_question(house, request.sender).told


def test_a_withdrawn_request_is_not_asked_about(house, anna):
    from bot.flows.book_callback import withdraw

    request = a_callback(house)
    work.log_call(house, request.reference, anna, "reached")
    withdraw(house, request.sender)
    move_to(house, "2026-11-24T12:01")
    run_timers(house, LINE)
    assert told(house, request.sender) == []


def test_somebody_elses_button_says_nothing_here(house, anna):
    request = asked_after_a_call(house, anna)
    _titles, ids = last_buttons(house, request.sender)
    stranger = asked_after_a_call_of(house, anna, "t" * 32)
    assert answer(house, stranger, ids[0], pressed=True) is None


def asked_after_a_call_of(house, anna, sender):
    request = a_callback(house, sender)
    work.log_call(house, request.reference, anna, "reached")
    move_to(house, "2026-11-24T15:00")
    run_timers(house, LINE)
    return request
