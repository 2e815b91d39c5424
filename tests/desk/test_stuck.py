"""What should have happened by itself and has not stands at the desk: for whom, since when and why, and nothing of a parent."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from prometheus_client import generate_latest

from bot.desk.notices import send_due
from bot.desk.stuck import TIMERS
from bot.flows import keep_promises
from bot.flows.answer_danger import record_danger
from bot.flows.keep_promises import run_timers
from bot.flows.notify_staff import KINDS, MOST_TRIES, PROBLEMS
from bot.flows.reach_parent import ChatLine
from bot.flows.watch_desk import Stuck
from bot.serve.watch import watch
from bot.staff import store as staff_store
from bot.staff.model import Notify
from tests.desk.running import CAREFUL, a_callback, member, move_to, seat
from tests.desk.test_notices import ALWAYS, mailbox, states, with_mail  # noqa: F401 - the same mail server
from tests.running import free_port
from tests.unit.desk_flows.test_promises import codes


async def give_up(house):
    for _ in range(MOST_TRIES):
        await send_due(house)
        house.clock.advance(timedelta(hours=3))


async def test_notifications_that_were_given_up_stand_at_the_desk_and_leave_at_a_press(house, team, mailbox, caplog):  # noqa: F811
    down = with_mail(house, free_port())
    anna = member(down, "Anna", "connector", notify=Notify(email=True, **ALWAYS))
    request = a_callback(down, contact=CAREFUL, about="my own words about hunger")
    assert "Every notification has gone out" in seat(down, team["coordinator"]).get("/desk/stuck").text
    with caplog.at_level(logging.ERROR):
        await give_up(down)
    assert states(down) == ["failed"]
    assert "1 notifications are given up (email_unreachable)" in caplog.text
    assert await send_due(with_mail(down, mailbox.port)) == 0
    for who in (team["coordinator"], team["administrator"]):
        page = seat(down, who).get("/desk/stuck").text
        for shown in (anna.name, KINDS["new"], PROBLEMS["email_unreachable"], "2026-11-24T10:00", "Not tried again by itself"):
            assert shown in page
        for secret in ("Sana", "900456", "hunger", request.sender):
            assert secret not in page
    carla = seat(down, team["coordinator"])  # the clock has gone on for more than a day
    assert f"/desk/requests/{request.reference}" in carla.get("/desk/stuck").text
    assert seat(down, team["connector"]).get("/desk/stuck").status_code == 403
    for path, who in (("/desk/queue", "coordinator"), ("/desk/accounts", "administrator")):
        # the notification, and the three timers of the request that nobody has run meanwhile
        assert 'Stuck <span class="count late">4</span>' in seat(down, team[who]).get(path).text
    carla.post("/desk/stuck/again")
    assert await send_due(with_mail(down, mailbox.port)) == 1
    assert len(mailbox.mails) == 1
    assert "Every notification has gone out" in carla.get("/desk/stuck").text


async def test_one_that_is_still_tried_says_when_again(house, team):
    down = with_mail(house, free_port())
    member(down, "Anna", "connector", notify=Notify(email=True, **ALWAYS))
    a_callback(down)
    await send_due(down)
    assert "Tried again" in seat(down, team["coordinator"]).get("/desk/stuck").text


async def test_an_address_that_no_mail_goes_to_keeps_nobody_elses_back(house, mailbox):  # noqa: F811
    house = with_mail(house, mailbox.port)
    for name in ("Anna\nBcc", "Omar"):
        member(house, name, "connector", notify=Notify(email=True, **ALWAYS))
    a_callback(house)
    assert await send_due(house) == 1
    assert sorted(states(house)) == ["sent", "waiting"]


async def test_who_has_no_way_or_no_account_any_more_is_not_counted_as_told(house, team):
    member(house, "Anna", "connector", notify=Notify(email=True, **ALWAYS))
    left = member(house, "Left", "connector", notify=Notify(email=True, **ALWAYS))
    a_callback(house)
    with house.database.session() as session:
        staff_store.change_member(session, replace(left, active=False))
    assert await send_due(house) == 0
    page = seat(house, team["coordinator"]).get("/desk/stuck").text
    assert PROBLEMS["no_way"] in page
    assert PROBLEMS["account_closed"] in page


async def test_that_it_was_about_safeguarding_is_for_the_lead_alone(house, team):
    down = with_mail(house, free_port())
    member(down, "Lead", "safeguarding_lead", notify=Notify(email=True, **ALWAYS))
    record_danger(down, "d" * 32, "borsetshire", "en", "crisis_medical")
    with down.database.session() as session:
        case = down.requests.latest_of(session, "d" * 32, "danger")
    await give_up(down)
    for role in ("coordinator", "administrator"):
        page = seat(down, team[role]).get("/desk/stuck").text
        assert "Lead" in page
        assert "afeguarding flag" not in page
        assert case.reference not in page
    assert f"/desk/safeguarding/{case.reference}" in seat(down, team["all"]).get("/desk/stuck").text


def test_timers_that_nobody_ran_stand_at_the_desk_in_the_figures_and_in_the_log(house, team, caplog):
    request = a_callback(house, contact=CAREFUL)
    assert "Everything has happened at its time" in seat(house, team["coordinator"]).get("/desk/stuck").text
    assert watch(house, Stuck(0, 0)) == Stuck(0, 0)
    assert caplog.text == ""
    move_to(house, "2026-11-25T13:00")  # the desk was down since before the promised time
    page = seat(house, team["coordinator"]).get("/desk/stuck").text
    for kind in ("second", "coordinator", "broken"):
        assert TIMERS[kind] in page
    assert "never" in page
    assert f"/desk/requests/{request.reference}" in page
    assert 'Stuck <span class="count late">3</span>' in seat(house, team["coordinator"]).get("/desk/queue").text
    stuck = watch(house, Stuck(0, 0))
    assert stuck == Stuck(0, 3)
    assert "3 timers of the desk are overdue" in caplog.text
    assert b"kinline_timers_overdue 3.0" in generate_latest()
    run_timers(house, ChatLine())
    assert watch(house, stuck) == Stuck(0, 0)
    assert b"kinline_timers_overdue 0.0" in generate_latest()
    assert "Everything has happened at its time" in seat(house, team["coordinator"]).get("/desk/stuck").text


def test_a_timer_that_fails_keeps_no_other_back_and_is_never_given_up(house, team, monkeypatch):
    broken, well = a_callback(house), a_callback(house, "w" * 32)
    real = keep_promises._WORK["broken"]

    def fails(house, line, session, request):
        if request.reference == broken.reference:
            raise RuntimeError("something unexpected")
        return real(house, line, session, request)

    monkeypatch.setitem(keep_promises._WORK, "broken", fails)
    move_to(house, "2026-11-25T12:31")
    run_timers(house, ChatLine())
    assert "promise_broken" in codes(house, well)
    for _ in range(20):
        house.clock.advance(timedelta(minutes=6))
        run_timers(house, ChatLine())
    page = seat(house, team["coordinator"]).get("/desk/stuck").text
    assert TIMERS["broken"] in page
    assert "6 times" in page  # five times within half an hour, then every hour
    seat(house, team["coordinator"]).post("/desk/stuck/again")
    monkeypatch.setitem(keep_promises._WORK, "broken", real)
    run_timers(house, ChatLine())
    assert "promise_broken" in codes(house, broken)
    assert "Everything has happened at its time" in seat(house, team["coordinator"]).get("/desk/stuck").text


def test_each_kind_of_timer_has_words():
    assert set(TIMERS) == set(keep_promises._WORK)
