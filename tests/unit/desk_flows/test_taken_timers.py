"""A timer that a process took and never worked on is taken back like any other, and is never doubled."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.callbacks import timer_store
from bot.flows import work_on_request as work
from bot.flows.keep_promises import run_timers
from bot.flows.merge_requests import merge
from bot.flows.reach_parent import ChatLine
from tests.desk.running import a_callback, move_to
from tests.unit.desk_flows.test_promises import codes, now_is

LINE = ChatLine()


def to_come(house, request):
    table = timer_store.timer_table.c
    with house.database.session() as session:
        rows = session.execute(select(table.kind).where(table.reference == request.reference, table.state != "done"))
        return Counter(rows.scalars())


@pytest.fixture
def left(house, anna):
    """A request whose forgotten try was taken by a process that then died."""
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "no_answer")
    move_to(house, "2026-11-24T16:01")
    with house.database.session() as session:
        assert {timer.kind for timer in timer_store.take_due(session, house.clock.now())} == {"retry", "retry_late"}
    return request


def later(house):
    house.clock.advance(timer_store.TAKEN_FOR + timedelta(minutes=1))
    run_timers(house, LINE)


@pytest.mark.parametrize("result", ["reached", "no_answer"])
def test_nobody_hears_of_a_forgotten_try_after_a_call_was_written_down(house, anna, left, result):
    work.log_call(house, left.reference, anna, result)
    assert all(number == 1 for number in to_come(house, left).values())
    later(house)
    assert now_is(house, left).escalated == ""
    assert "retry_late" not in codes(house, left)


def test_what_was_taken_and_not_done_happens_all_the_same(house, left):
    later(house)
    assert now_is(house, left).escalated == "coordinator"
    assert codes(house, left).count("retry_late") == 1


def test_a_closed_request_has_no_timer_but_the_question_about_the_call(house, anna, left):
    work.log_call(house, left.reference, anna, "reached")
    move_to(house, "2026-11-25T16:00")
    with house.database.session() as session:
        assert {timer.kind for timer in timer_store.take_due(session, house.clock.now())} == {"due", "check"}
    work.close(house, left.reference, anna, "helped")
    assert set(to_come(house, left)) == {"check"}


def test_a_timer_that_was_taken_back_does_no_work_for_who_still_holds_it(house, anna):
    request = a_callback(house)
    move_to(house, "2026-11-25T10:31")
    with house.database.session() as session:
        [second] = timer_store.take_due(session, house.clock.now())
    work.log_call(house, request.reference, anna, "no_answer")
    with house.database.session() as session:
        assert not timer_store.done(session, second)


def test_a_merge_keeps_what_was_taken_and_not_done(house, anna, left):
    newer = a_callback(house, "n" * 32)
    merge(house, newer.reference, left.reference, anna)
    assert to_come(house, newer)["retry_late"] == 1
    later(house)
    assert now_is(house, newer).escalated == "coordinator"
