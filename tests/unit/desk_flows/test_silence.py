"""No promise ends or breaks silently: how requests may be closed, who is told, and what keeps a promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.base.clock import LONDON
from bot.callbacks import timer_store
from bot.callbacks.model import Contact, Wish
from bot.callbacks.rules import NotAllowed
from bot.delivery import address_store
from bot.flows import work_on_request as work
from bot.flows.ask_about_call import open_question, put_waiting
from bot.flows.book_callback import book_at_desk, withdraw
from bot.flows.keep_promises import run_timers
from bot.flows.reach_parent import ChatLine
from tests.desk.running import ANY_TIME, CAREFUL, a_callback, move_to, seat
from tests.unit.desk_flows.test_promises import codes, counted, now_is, told

LINE = ChatLine()
BY_CHAT = replace(ANY_TIME, by="chat", phone=None)


def break_promise(house):
    move_to(house, "2026-11-25T12:31")
    run_timers(house, LINE)


def said_when_they_write(house, request, language="pl"):
    waiting = open_question(house, request.sender)
    return put_waiting(house, request.sender, waiting, language) if waiting and not waiting.told else None


def test_nobody_could_not_be_reached_without_a_try(house, anna):
    request = a_callback(house)
    work.claim(house, request.reference, anna)
    for outcome in ("not_reached", "wrong_number"):
        with pytest.raises(NotAllowed, match="Nobody has tried"):
            work.close(house, request.reference, anna, outcome)
    break_promise(house)
    assert counted(house, "promises_broken") == 1
    assert len(told(house, request.sender)) == 1
    work.log_call(house, request.reference, anna, "no_answer")
    assert work.close(house, request.reference, anna, "not_reached").state == "closed"


def test_nobody_was_helped_by_a_call_that_was_not_answered(house, anna):
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "no_answer")
    with pytest.raises(NotAllowed, match="We spoke"):
        work.close(house, request.reference, anna, "helped")
    work.log_call(house, request.reference, anna, "reached")
    work.hand_back(house, request.reference, anna)
    assert work.close(house, request.reference, anna, "helped").outcome == "helped"


def test_a_careful_parent_hears_of_a_broken_promise_when_they_write(house, anna):
    request = a_callback(house, contact=CAREFUL)
    break_promise(house)
    assert told(house, request.sender) == []
    assert "promise_broken_waits" in codes(house, request)
    assert "promise_broken" not in codes(house, request)
    page = seat(house, anna).get(f"/desk/requests/{request.reference}").text
    assert "told when they next write" in page
    assert "The parent was told" not in page
    reply = said_when_they_write(house, request)
    assert request.reference in reply.text
    for time in ("12:30", "26"):  # what was promised on the 25th, and the new time on the 26th
        assert time in reply.text
    assert codes(house, request)[-1] == "apologised"
    assert open_question(house, request.sender) is None


@pytest.mark.parametrize("since", ["spoken", "withdrawn"])
def test_an_apology_that_is_not_true_any_more_is_not_made(house, anna, since):
    request = a_callback(house, contact=CAREFUL)
    break_promise(house)
    if since == "spoken":
        work.log_call(house, request.reference, anna, "reached")
    else:
        withdraw(house, request.sender)
    assert said_when_they_write(house, request) is None
    assert open_question(house, request.sender) is None


def rings(house, request, who, result):
    sitting = seat(house, who)
    assert sitting.post(f"/desk/requests/{request.reference}/call", result=result).status_code == 303


@pytest.mark.parametrize("language", ["pl", "ur", "ur-Latn", "ar", "ro", "ckb", "en"])
def test_who_was_tried_too_late_hears_of_both_when_they_write(house, anna, language):
    request = a_callback(house, contact=CAREFUL, language=language)
    break_promise(house)
    rings(house, request, anna, "no_answer")
    assert told(house, request.sender) == []
    reply = said_when_they_write(house, request, language)
    due = now_is(house, request).due_at
    expected = house.catalogue.text("utter_tried_late", language, {}, reference="", was="", by="")
    assert reply.text[:8] == expected[:8]
    for word in (request.reference, "12:30", f"{due:%H:%M}"):
        assert word in reply.text
    assert codes(house, request)[-1] == "apologised"
    assert said_when_they_write(house, request, language) is None, "once"


@pytest.mark.parametrize("late", [False, True])
def test_whose_number_is_wrong_is_asked_for_another_when_they_write(house, anna, late):
    request = a_callback(house, contact=CAREFUL)
    if late:
        break_promise(house)
    rings(house, request, anna, "wrong_number")
    assert told(house, request.sender) == []
    reply = said_when_they_write(house, request)
    assert reply.text == house.catalogue.text("utter_call_new_number", "pl", {})
    assert "change_callback" in reply.buttons[0].payload
    page = seat(house, anna).get(f"/desk/requests/{request.reference}").text
    assert "The parent wrote, and was told" in page
    assert said_when_they_write(house, request) is None, "once"


def test_who_was_rung_in_time_without_an_answer_hears_of_it_when_they_write(house, anna):
    request = a_callback(house, contact=CAREFUL)
    rings(house, request, anna, "no_answer")
    assert told(house, request.sender) == []
    assert f"{now_is(house, request).due_at:%H:%M}" in said_when_they_write(house, request).text
    rings(house, request, anna, "no_answer")
    rings(house, request, anna, "reached")
    assert said_when_they_write(house, request) is None, "a talk makes it old news"


def test_who_may_be_written_to_hears_at_once_and_not_again(house, anna):
    request = a_callback(house)
    rings(house, request, anna, "wrong_number")
    assert told(house, request.sender) == [house.catalogue.text("utter_call_new_number", "pl", {})]
    assert said_when_they_write(house, request) is None


def test_after_a_stop_the_apology_waits_and_the_history_says_so(house):
    request = a_callback(house)
    with house.database.session() as session:
        address_store.heard_from(session, request.sender, "telegram", house.sealer.seal("1"), house.clock.now())
        address_store.set_stopped(session, request.sender, house.clock.now())
    break_promise(house)
    assert told(house, request.sender) == []
    assert "promise_broken_waits" in codes(house, request)
    assert request.reference in said_when_they_write(house, request).text


def test_of_a_request_typed_at_the_desk_the_history_says_that_nobody_could_be_told(house, anna):
    request = book_at_desk(house, "callback", "borsetshire", "pl", ANY_TIME, Wish(), "find_food_help", False, anna)
    break_promise(house)
    assert "promise_broken_untold" in codes(house, request)
    assert "The parent was told" not in seat(house, anna).get(f"/desk/requests/{request.reference}").text


def test_a_message_is_no_call_to_a_parent_who_asked_for_one(house, anna):
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "messaged")
    now = now_is(house, request)
    assert (now.state, now.claimed_by, now.attempts, now.first_tried_at) == ("claimed", anna.id, 0, None)
    assert counted(house, "promises_kept") == 0
    with house.database.session() as session:
        assert {"coordinator", "broken", "claim_ends"} <= {timer.kind for timer in timer_store.waiting(session, request.reference)}
    break_promise(house)
    assert counted(house, "promises_broken") == 1


@pytest.mark.parametrize("contact", [BY_CHAT, Contact("phone", "+447700900123", "safe_no")])
def test_a_message_is_what_a_parent_asked_for_who_wants_the_chat(house, anna, contact):
    request = a_callback(house, contact=contact)
    work.log_call(house, request.reference, anna, "messaged")
    assert now_is(house, request).state == "trying"
    assert counted(house, "promises_kept") == 1
    assert work.close(house, request.reference, anna, "information").state == "closed"


@pytest.mark.parametrize("contact", [ANY_TIME, BY_CHAT])
def test_a_message_takes_no_next_contact_away(house, anna, contact):
    request = a_callback(house, contact=contact)
    work.log_call(house, request.reference, anna, "reached")
    agreed = datetime(2026, 11, 26, 10, tzinfo=LONDON)
    work.follow_up(house, request.reference, anna, agreed)
    work.log_call(house, request.reference, anna, "messaged")
    assert (now_is(house, request).state, now_is(house, request).due_at) == ("follow_up", agreed)
    with house.database.session() as session:
        assert "follow_up" in {timer.kind for timer in timer_store.waiting(session, request.reference)}
