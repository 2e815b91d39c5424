"""What is owed to a family comes up again by itself, whatever state the request is in and whoever has it."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.base.clock import LONDON
from bot.callbacks import timer_store
from bot.flows import work_on_request as work
from bot.flows.ask_about_call import answer_question, open_question
from bot.flows.book_callback import leave
from bot.flows.keep_promises import run_timers
from bot.flows.reach_parent import ChatLine
from tests.desk.running import a_callback, member, move_to, seat
from tests.unit.desk_flows.test_promises import codes, notices, now_is, wants_mail

LINE = ChatLine()
THURSDAY = datetime(2026, 11, 26, 10, tzinfo=LONDON)


@pytest.fixture
def mail(house, anna, omar, carla):
    return [wants_mail(house, who) for who in (anna, omar, carla)]


def run_at(house, *times):
    for at in times:
        move_to(house, at)
        run_timers(house, LINE)


def kinds_waiting(house, request):
    with house.database.session() as session:
        return {timer.kind for timer in timer_store.waiting(session, request.reference)}


def test_a_retry_is_not_lost_when_the_request_changes_hands(house, mail):
    anna, omar, carla = mail
    request = a_callback(house)
    work.claim(house, request.reference, anna)
    work.log_call(house, request.reference, anna, "no_answer")
    work.hand_back(house, request.reference, anna)
    move_to(house, "2026-11-24T10:20")
    work.claim(house, request.reference, omar)
    run_at(house, "2026-11-24T12:01")
    assert notices(house, "retry") == [omar.id]
    run_at(house, "2026-11-24T14:31")
    assert notices(house, "retry_late") == [carla.id]
    assert now_is(house, request).escalated == "coordinator"
    run_at(house, "2026-11-25T10:31")
    assert now_is(house, request).state == "new"
    assert kinds_waiting(house, request) >= {"late"}


def test_a_retry_that_nobody_has_is_told_to_the_team(house, mail):
    anna, omar, _carla = mail
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "no_answer")
    work.hand_back(house, request.reference, anna)
    run_at(house, "2026-11-24T12:01")
    assert sorted(notices(house, "retry")) == sorted([anna.id, omar.id])


def test_a_next_contact_is_not_lost_when_the_request_changes_hands(house, mail):
    anna, omar, carla = mail
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "reached")
    work.follow_up(house, request.reference, anna, THURSDAY)
    work.hand_back(house, request.reference, anna)
    work.claim(house, request.reference, omar)
    run_at(house, "2026-11-24T16:00", "2026-11-25T12:00")
    assert now_is(house, request).claimed_by == omar.id  # nothing is to be done before Thursday
    run_at(house, "2026-11-26T10:01")
    assert notices(house, "follow_up") == [omar.id]
    run_at(house, "2026-11-27T09:31")
    assert notices(house, "retry_late") == [carla.id]


def test_what_somebody_had_goes_back_when_the_account_is_closed(house, mail):
    anna, omar, _carla = mail
    boss = member(house, "Boss", "administrator")
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "reached")
    work.follow_up(house, request.reference, anna, THURSDAY)
    seat(house, boss).post(f"/desk/accounts/{anna.id}", name="Anna", roles="connector")  # `active` is not ticked
    assert (now_is(house, request).state, now_is(house, request).claimed_by) == ("new", "")
    assert codes(house, request)[-1] == "left"
    assert notices(house, "left") == [omar.id]
    run_at(house, "2026-11-26T10:01")
    assert notices(house, "follow_up") == [omar.id]
    assert seat(house, omar).post(f"/desk/requests/{request.reference}/claim").status_code == 303


def test_a_talk_that_is_never_closed_comes_up_again(house, mail):
    anna, _omar, carla = mail
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "reached")
    run_at(house, "2026-11-25T09:31")
    assert notices(house, "unclosed") == [anna.id]
    run_at(house, "2026-11-26T09:31")
    assert notices(house, "late") == [carla.id]
    assert now_is(house, request).escalated == "coordinator"


def test_a_parents_yes_leaves_the_request_watched(house, mail):
    anna, _omar, _carla = mail
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "reached")
    run_at(house, "2026-11-24T12:01")
    work.log_call(house, request.reference, anna, "bad_time")
    answer_question(house, request.sender, open_question(house, request.sender), "1", "en", pressed=False)
    assert kinds_waiting(house, request) == {"due", "late"}


def test_a_sign_up_that_nobody_deals_with_comes_up_when_it_is_due_and_goes_up_when_it_is_late(house, mail):
    anna, omar, carla = mail
    request = leave(house, "sign_up", "e" * 32, "borsetshire", "pl", "new_parent_pack", child_age_months="3")
    run_at(house, f"{request.due_at:%Y-%m-%dT%H:%M}")
    assert sorted(notices(house, "due")) == sorted([anna.id, omar.id])
    run_at(house, "2026-12-04T12:00")
    assert notices(house, "late") == [carla.id]
    assert codes(house, request) == ["late"]


def test_an_idea_is_brought_up_to_the_editors_and_a_subscription_to_nobody(house, mail):
    editor = wants_mail(house, member(house, "Eve", "editor"))
    idea = leave(house, "idea", "-", "borsetshire", "en", "swings please")
    news = leave(house, "subscribe", "e" * 32, "borsetshire", "en", None)
    run_at(house, f"{idea.due_at:%Y-%m-%dT%H:%M}")
    assert notices(house, "due") == [editor.id]
    assert kinds_waiting(house, news) == set()


def test_what_is_dealt_with_is_not_brought_up(house, mail):
    anna, _omar, _carla = mail
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "reached")
    work.close(house, request.reference, anna, "helped")
    run_at(house, "2026-12-10T12:00")
    assert notices(house, "unclosed") == notices(house, "late") == []


def test_a_claimed_request_takes_a_next_contact_and_its_promise_stays_due(house, mail):
    anna, _omar, _carla = mail
    request = a_callback(house)
    work.claim(house, request.reference, anna)
    changed = work.follow_up(house, request.reference, anna, THURSDAY)
    assert (changed.state, changed.due_at) == ("follow_up", request.promised_by)
    assert {"coordinator", "broken", "follow_up", "retry_late"} <= kinds_waiting(house, request)
    work.log_call(house, request.reference, anna, "no_answer")
    assert work.follow_up(house, request.reference, anna, THURSDAY).due_at == THURSDAY
