"""Promises, claims and new tries hold for when it suits the parent; a wrong number is not tried at all."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.base.clock import LONDON
from bot.callbacks import timer_store
from bot.callbacks.model import Wish
from bot.flows import work_on_request as work
from bot.flows.ask_about_call import answer_question, open_question
from bot.flows.keep_promises import run_timers
from bot.flows.reach_parent import ChatLine
from tests.desk.running import a_callback, move_to, seat
from tests.unit.desk_flows.test_promises import codes, notices, now_is, told, wants_mail

LINE = ChatLine()


def waiting(house, request):
    with house.database.session() as session:
        return {timer.kind: timer.due_at for timer in timer_store.waiting(session, request.reference)}


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("wish", "start", "by"),
    [
        (Wish(), at(24, 14), at(24, 14)),
        (Wish(part_of_day="morning"), at(25, 9), at(25, 11)),
        (Wish(weekday=1), at(24, 14), at(24, 16)),
        (Wish(weekday=4), at(27, 9), at(27, 11)),
        (Wish(weekday=6), at(24, 14), at(24, 14)),  # the desk is never open then
    ],
)
def test_the_next_try_is_when_it_suits_and_the_parent_is_told_that_time(house, anna, wish, start, by):
    request = a_callback(house, wish=wish, language="en")
    work.claim(house, request.reference, anna)
    move_to(house, "2026-11-24T11:30")
    seat(house, anna).post(f"/desk/requests/{request.reference}/call", result="no_answer")
    assert waiting(house, request)["retry"] == start
    assert now_is(house, request).due_at == by
    assert f"{by:%H:%M}" in told(house, request.sender)[0]


def test_a_wrong_number_is_not_rung_again_and_the_coordinator_is_asked(house, anna, carla):
    anna, carla = wants_mail(house, anna), wants_mail(house, carla)
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "wrong_number")
    assert set(waiting(house, request)) == {"due", "late"}
    assert codes(house, request)[-1] == "number_wrong"
    assert notices(house, "number") == [carla.id]
    assert now_is(house, request).escalated == "coordinator"
    move_to(house, "2026-11-25T09:30")
    run_timers(house, LINE)
    assert notices(house, "retry") == []
    assert notices(house, "due") == [anna.id]


def test_a_parent_who_says_that_the_number_is_wrong_is_not_rung_on_it(house, anna, carla):
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "reached")
    move_to(house, "2026-11-24T12:01")
    run_timers(house, LINE)
    for said in ("2", "3"):  # missed it; the number is wrong
        answer_question(house, request.sender, open_question(house, request.sender), said, "en", pressed=False)
    assert set(waiting(house, request)) == {"due", "late"}
    assert now_is(house, request).escalated == "coordinator"


def test_a_missed_call_is_tried_again_when_it_suits(house, anna):
    request = a_callback(house, wish=Wish(part_of_day="morning"))
    work.log_call(house, request.reference, anna, "reached")
    move_to(house, "2026-11-24T12:01")
    run_timers(house, LINE)
    answer_question(house, request.sender, open_question(house, request.sender), "2", "en", pressed=False)
    assert waiting(house, request)["retry"] == at(25, 9)


@pytest.mark.parametrize(
    ("wish", "ends"),
    [
        (Wish(), at(24, 14, 30)),
        (Wish(weekday=4), at(27, 13, 30)),
        (Wish(not_before=date(2026, 11, 26)), at(26, 13, 30)),
        (Wish(part_of_day="afternoon"), at(24, 17)),
    ],
)
def test_a_claim_lasts_from_when_it_suits_the_parent(house, anna, wish, ends):
    request = a_callback(house, wish=wish)
    assert work.claim(house, request.reference, anna).claim_ends_at == ends
    assert a_callback(house, wish=wish).claim_ends_at == ends


@pytest.mark.parametrize(
    ("wish", "by"),
    [(Wish(part_of_day="morning"), at(25, 12)), (Wish(weekday=1), at(24, 17)), (Wish(part_of_day="afternoon"), at(25, 17))],
)
def test_the_new_time_after_a_broken_promise_suits_the_parent_too(house, anna, wish, by):
    request = a_callback(house, wish=wish, language="en")
    move_to(house, f"{request.promised_by + timedelta(minutes=1):%Y-%m-%dT%H:%M}")
    run_timers(house, LINE)
    assert now_is(house, request).promised_by == by
    assert f"{by:%H:%M}" in told(house, request.sender)[0].split("promise", maxsplit=1)[-1]


def test_a_promise_for_months_ahead_is_guarded_on_its_own_day(house, anna):
    request = a_callback(house, wish=Wish(not_before=date(2027, 3, 15)))
    guards = waiting(house, request)
    assert request.promised_by == datetime(2027, 3, 15, 12, 30, tzinfo=LONDON)
    assert guards["second"] == datetime(2027, 3, 15, 10, 30, tzinfo=LONDON)
    assert guards["coordinator"] == datetime(2027, 3, 15, 11, 30, tzinfo=LONDON)
