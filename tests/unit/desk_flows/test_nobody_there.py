"""When nobody of an area is at work for weeks no callback is forgotten, and parents are told the truth about the time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.callbacks import timer_store
from bot.callbacks.model import Contact
from bot.flows.ask_about_call import open_question, put_waiting
from bot.flows.go_away import go_away
from bot.flows.keep_promises import run_timers
from bot.flows.reach_parent import ChatLine
from tests.desk.running import ANY_TIME, CAREFUL, a_callback, member, move_to, seat
from tests.unit.desk_flows.test_promises import codes, notices, now_is, told, wants_mail

LINE = ChatLine()
NO_TIME = "I cannot promise a time at the moment."


def away_for_months(house, who, by):
    go_away(house, who.id, date(2026, 11, 24), date(2027, 3, 1), "sick", by)


def timers(house, request):
    with house.database.session() as session:
        return {timer.kind for timer in timer_store.waiting(session, request.reference)}


def run_at(house, at):
    move_to(house, at)
    run_timers(house, LINE)


def test_a_callback_without_a_promise_comes_up_and_reaches_the_coordinator(house, anna, carla):
    carla = wants_mail(house, carla)
    away_for_months(house, anna, carla)
    request = a_callback(house)
    assert request.promised_by is None
    assert timers(house, request) == {"due", "late"}
    assert now_is(house, request).due_at == request.due_at
    for day in (25, 26, 27):
        run_at(house, f"2026-11-{day}T16:00")
    assert now_is(house, request).escalated == "coordinator"
    assert notices(house, "late") == [carla.id]


@pytest.mark.parametrize("language", ["en", "pl", "ro", "ur", "ur-Latn", "ar", "ckb"])
def test_a_broken_promise_without_a_new_time_says_so_and_the_request_comes_up_again(house, anna, carla, language):
    request = a_callback(house, language=language)
    away_for_months(house, anna, carla)
    run_at(house, "2026-11-25T12:31")
    [text] = told(house, request.sender)
    assert request.reference in text
    assert text.count("12:30") == 1
    assert house.catalogue.text("utter_promise_broken_no_time", language, {}, reference="", was="")[-20:] == text[-20:]
    if language == "en":
        assert text.endswith(NO_TIME)
    assert "promise_broken_no_time" in codes(house, request)
    assert timers(house, request) == {"due", "late"}
    page = seat(house, carla).get(f"/desk/requests/{request.reference}").text
    assert "without a new time" in page
    assert "has a new time" not in page


def test_who_hears_of_it_when_they_write_is_given_no_time_that_has_passed(house, anna, carla):
    request = a_callback(house, contact=CAREFUL, language="en")
    away_for_months(house, anna, carla)
    run_at(house, "2026-11-25T12:31")
    assert told(house, request.sender) == []
    reply = put_waiting(house, request.sender, open_question(house, request.sender), "en")
    assert reply.text.endswith(NO_TIME)


def test_a_second_connector_who_is_away_is_not_asked_but_the_coordinator(house, anna, omar, carla):
    omar = wants_mail(house, omar)
    request = a_callback(house, contact=replace(ANY_TIME, by="phone"))
    away_for_months(house, anna, carla)
    away_for_months(house, omar, carla)
    run_at(house, "2026-11-25T10:31")
    assert "escalated_second" not in codes(house, request)
    assert now_is(house, request).escalated == "coordinator"
    assert notices(house, "second") == []


def test_hours_that_cannot_be_read_keep_no_promise_to_a_family_back(house, carla):
    odd = wants_mail(house, member(house, "Odd", "connector", works={"tue": [["09:00+00:00", "17:00+00:00"]]}))
    request = a_callback(house)
    assert request.promised_by is not None
    run_at(house, "2026-11-25T10:31")
    assert now_is(house, request).escalated == "second"
    assert notices(house, "second") == [odd.id]
    assert seat(house, carla).get(f"/desk/requests/{request.reference}/assign").status_code == 200


def test_of_two_the_one_who_is_there_in_time_is_asked(house, anna, omar, carla):
    anna, omar = wants_mail(house, anna), wants_mail(house, omar)
    request = a_callback(house, contact=Contact("chat"))
    away_for_months(house, anna, carla)
    run_at(house, "2026-11-25T10:31")
    assert now_is(house, request).escalated == "second"
    assert notices(house, "second") == [omar.id]
