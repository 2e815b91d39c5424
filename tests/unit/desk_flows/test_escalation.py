"""Before a promise breaks the team sees it, whether or not anybody gets notifications, and the history says who was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import pytest

from bot.base.clock import LONDON
from bot.base.settings import Smtp
from bot.callbacks.queue_store import QueueQuery, queue_counts, queue_page
from bot.flows import work_on_request as work
from bot.flows.keep_promises import run_timers
from bot.flows.notify_staff import send_at
from bot.flows.reach_parent import ChatLine
from bot.staff.model import Notify
from tests.desk.running import a_callback, member, move_to
from tests.unit.desk_flows.test_promises import codes, counted, notices, wants_mail

LINE = ChatLine()


def escalated(house):
    with house.database.session() as session:
        rows, _more = queue_page(session, QueueQuery("", house.clock.now(), "escalated"))
        number = queue_counts(session, "", house.clock.now())["escalated"]
    assert number == len(rows)
    return {row.reference: row.escalated for row in rows}


def said_of(house, request, code):
    with house.database.session() as session:
        return [entry.text for entry in house.entries.of(session, request.reference) if entry.code == code]


def run_at(house, at):
    move_to(house, at)
    run_timers(house, LINE)


def test_it_stands_in_the_queue_when_nobody_gets_notifications(house, anna, omar, carla):
    request = a_callback(house)
    assert escalated(house) == {}
    run_at(house, "2026-11-25T10:31")
    assert escalated(house) == {request.reference: "second"}
    run_at(house, "2026-11-25T11:31")
    assert escalated(house) == {request.reference: "coordinator"}
    assert "Nobody is told by a message" in said_of(house, request, "escalated_second")[0]
    assert "Nobody is told by a message" in said_of(house, request, "escalated_coordinator")[0]


@pytest.mark.parametrize("act", ["call", "give", "agree"])
def test_it_leaves_that_part_of_the_queue_when_somebody_acts(house, anna, omar, carla, act):
    request = a_callback(house)
    run_at(house, "2026-11-25T11:31")
    if act == "call":
        work.log_call(house, request.reference, anna, "no_answer")
    elif act == "give":
        work.reassign(house, request.reference, carla, omar.id)
    else:
        work.follow_up(house, request.reference, anna, datetime(2026, 11, 26, 10, tzinfo=LONDON))
    assert escalated(house) == {}


def test_a_broken_promise_and_a_forgotten_try_stand_there_too(house, anna, carla):
    broken, forgotten = a_callback(house), a_callback(house, "t" * 32)
    work.log_call(house, forgotten.reference, anna, "no_answer")
    run_at(house, "2026-11-24T16:01")
    assert escalated(house) == {forgotten.reference: "coordinator"}
    run_at(house, "2026-11-25T12:31")
    run_at(house, "2026-11-26T10:31")  # the second connector for the new promise takes nothing from the coordinator
    assert escalated(house)[broken.reference] == "coordinator"


def test_the_history_names_who_is_told(house, anna, omar, carla):
    house = replace(house, settings=replace(house.settings, smtp=Smtp("127.0.0.1", 1, "", "", "desk@example.org", "none")))
    wants_mail(house, anna)
    wants_mail(house, carla)
    request = a_callback(house)
    run_at(house, "2026-11-25T11:31")
    assert said_of(house, request, "escalated_second") == ["A message goes to Anna."]
    assert said_of(house, request, "escalated_coordinator") == ["A message goes to Carla."]


def test_notifications_that_this_installation_cannot_send_tell_nobody(house, anna, carla):
    wants_mail(house, carla)
    request = a_callback(house)
    run_at(house, "2026-11-25T11:31")
    assert "Nobody is told by a message" in said_of(house, request, "escalated_coordinator")[0]


def test_where_there_is_no_second_connector_the_coordinator_is_asked(house, anna, carla):
    wants_mail(house, anna)
    request = a_callback(house)
    move_to(house, "2026-11-25T09:30")
    work.claim(house, request.reference, anna)
    run_at(house, "2026-11-25T10:31")
    assert "escalated_second" not in codes(house, request)
    assert escalated(house) == {request.reference: "coordinator"}
    assert counted(house, "escalated") == 1
    assert notices(house, "escalated") == [anna.id]


DAILY = Notify(email=True, at_once=False, digest_at=time(9), quiet_from=time(11), quiet_to=time(14))


@pytest.mark.parametrize("kind", ["second", "escalated", "broken"])
def test_what_presses_waits_for_no_daily_message_nor_past_the_promise(kind):
    before = datetime(2026, 11, 25, 12, 30, tzinfo=LONDON)
    assert send_at(DAILY, kind, datetime(2026, 11, 25, 10, 30, tzinfo=LONDON), before).hour == 10
    assert send_at(DAILY, kind, datetime(2026, 11, 25, 11, 30, tzinfo=LONDON), before).hour == 11
    later = before.replace(hour=16)
    assert send_at(DAILY, kind, datetime(2026, 11, 25, 11, 30, tzinfo=LONDON), later).hour == 14  # quiet hours end in time
    assert send_at(DAILY, "new", datetime(2026, 11, 25, 10, 30, tzinfo=LONDON), before).day == 26


def test_a_coordinator_with_a_daily_message_hears_before_the_promise_breaks(house):
    from sqlalchemy import select

    from bot.staff.record_store import notice_table

    member(house, "Daily", "coordinator", notify=replace(DAILY, quiet_from=time(19), quiet_to=time(8)))
    request = a_callback(house)
    run_at(house, "2026-11-25T11:31")
    with house.database.session() as session:
        sent = [row.send_at for row in session.execute(select(notice_table).where(notice_table.c.kind == "escalated"))]
    assert sent
    assert all(at < request.promised_by for at in sent)
