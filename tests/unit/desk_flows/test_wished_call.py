"""A call that a parent wants about an offer is asked for safely, stands at the desk, and becomes a promise."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from actions.leave_word import SubmitSignUp
from bot.base.clock import LONDON
from bot.callbacks import marks_store, timer_store
from bot.callbacks.model import Contact, Wish
from bot.callbacks.rules import NotAllowed
from bot.flows import work_on_request as work
from bot.flows.book_callback import book, book_at_desk, leave
from bot.flows.keep_promises import run_timers
from bot.flows.merge_requests import merge
from bot.flows.promise_call import promise_call
from bot.flows.reach_parent import ChatLine
from tests.desk.running import ANY_TIME, CAREFUL, member, move_to, seat
from tests.unit.desk_flows.test_keep_data import everything
from tests.unit.desk_flows.test_promises import codes, now_is, told
from tests.unit.flows.test_areas import Turn

LINE = ChatLine()
SENDER = "5e4d" * 8


def signs_up(house, wanted="yes", kind="sign_up", offer="toddler_pack"):
    return leave(house, kind, SENDER, "borsetshire", "pl", offer, call_back_wanted=wanted, child_age_months="8")


def the_call_of(house, request):
    with house.database.session() as session:
        return house.requests.get(session, now_is(house, request).details["call_promised"])


def test_the_questions_about_the_call_follow_at_once_and_know_what_it_is_about(house):
    answers = {"offer": "toddler_pack", "child_age_months": 8, "call_back_wanted": True, "agreed": True}
    turn = Turn(house=house, sender=SENDER, area=house.areas["borsetshire"], language=house.languages.get("pl"), answers=answers)
    events = SubmitSignUp(house).answer(turn)
    assert turn.said == "utter_sign_up_sent_call"
    assert events[-2]["value"] == {"about": "Toddler Pack"}
    assert events[-1]["name"] == "callback_form"
    with house.database.session() as session:
        [request] = house.requests.of_sender(session, SENDER)
    assert request.wants_call


def test_the_wish_stands_at_the_desk_and_is_due_as_a_call_is(house, anna):
    request, other = signs_up(house), leave(house, "sign_up", "o" * 32, "borsetshire", "pl", "toddler_pack", call_back_wanted="no")
    assert request.due_at == datetime(2026, 11, 25, 9, 30, tzinfo=LONDON) < other.due_at, "a working day, not five"
    sitting = seat(house, anna)
    assert sitting.get("/desk/queue").text.count("Wants a call") == 1
    page = sitting.get(f"/desk/requests/{request.reference}").text
    assert "Wants a call about it</dt><dd>Yes" in page
    assert "<button class=main>Promise a call" in page
    assert "Wants a call about it</dt><dd>No" in sitting.get(f"/desk/requests/{other.reference}").text


def test_answers_about_the_call_make_the_promise_and_the_sign_up_leads_to_it(house, anna):
    request = signs_up(house)
    callback = book(house, SENDER, "borsetshire", "pl", CAREFUL, Wish(), "Toddler Pack", False)
    now = now_is(house, request)
    assert not now.wants_call
    assert the_call_of(house, request).reference == callback.reference
    assert now.due_at - request.due_at > timedelta(days=3), "the rest of the sign-up has its usual time"
    assert codes(house, request)[-1] == "call_promised"
    again = book(house, SENDER, "borsetshire", "pl", ANY_TIME, Wish(), "Toddler Pack", False)
    assert the_call_of(house, request).reference == again.reference
    page = seat(house, anna).get(f"/desk/requests/{request.reference}").text
    assert f'Yes: <a href="/desk/requests/{again.reference}"' in page
    assert "Promise a call" not in page


def test_one_press_promises_a_call_to_who_stopped_half_way(house, anna):
    request = signs_up(house)
    answer = seat(house, anna).post(f"/desk/requests/{request.reference}/promise-call")
    callback = the_call_of(house, request)
    assert answer.headers["location"].startswith(f"/desk/requests/{callback.reference}")
    assert (callback.kind, callback.sender, callback.about, callback.claimed_by) == ("callback", SENDER, "Toddler Pack", anna.id)
    assert callback.promised_by == datetime(2026, 11, 25, 12, 30, tzinfo=LONDON)
    [text] = told(house, SENDER)
    assert callback.reference in text
    with house.database.session() as session:
        assert {"second", "coordinator", "broken"} <= {timer.kind for timer in timer_store.waiting(session, callback.reference)}
    assert seat(house, anna).post(f"/desk/requests/{request.reference}/promise-call").status_code == 409
    move_to(house, "2026-11-25T12:31")
    run_timers(house, LINE)
    with house.database.session() as session:
        assert "promise_broken" in [entry.code for entry in house.entries.of(session, callback.reference)]


def test_what_the_desk_knows_of_number_and_wishes_goes_along_sealed(house, anna):
    request = book_at_desk(house, "sign_up", "borsetshire", "pl", CAREFUL, Wish(weekday=2), "toddler_pack", True, anna)
    callback = promise_call(house, LINE, request.reference, anna)
    assert callback.careful
    with house.database.session() as session:
        assert house.requests.contact_of(session, callback.reference) == CAREFUL
        stored = house.requests.get(session, callback.reference)
    assert (stored.wish, stored.interpreter) == (Wish(weekday=2), True)
    assert CAREFUL.phone not in json.dumps(everything(house))


@pytest.mark.parametrize("contact", [None, ANY_TIME])
def test_a_sign_up_of_the_desk_that_one_from_the_chat_was_merged_into_is_promised_in_the_chat(house, anna, contact):
    typed = book_at_desk(house, "sign_up", "borsetshire", "pl", contact, Wish(), "toddler_pack", False, anna)
    merge(house, typed.reference, signs_up(house).reference, anna)
    callback = promise_call(house, LINE, typed.reference, anna)
    assert callback.sender == SENDER
    with house.database.session() as session:
        assert house.requests.latest_of(session, SENDER).reference == callback.reference
        assert house.requests.contact_of(session, callback.reference) == (contact or Contact("chat"))


def test_nobody_is_promised_a_call_that_cannot_be_made_or_two(house, anna):
    nowhere = book_at_desk(house, "sign_up", "borsetshire", "pl", None, Wish(), "toddler_pack", False, anna)
    with pytest.raises(NotAllowed, match="Nothing is known"):
        promise_call(house, LINE, nowhere.reference, anna)
    waits = book(house, SENDER, "borsetshire", "pl", Contact("chat"), Wish(), "find_food_help", False)
    request = signs_up(house)
    with pytest.raises(NotAllowed, match=waits.reference):
        promise_call(house, LINE, request.reference, anna)


def test_of_two_who_promise_at_once_one_is_told_and_the_family_is_promised_one_call(house, anna, omar):
    for number in range(4):
        request = book_at_desk(house, "sign_up", "borsetshire", "pl", ANY_TIME, Wish(), f"pack {number}", False, anna)
        together = Barrier(2)

        def press(who, reference=request.reference, together=together):
            together.wait(5)
            try:
                return promise_call(house, LINE, reference, who).reference
            except NotAllowed:
                return None

        with ThreadPoolExecutor(2) as pool:
            made = [reference for reference in pool.map(press, (anna, omar)) if reference]
        assert made == [the_call_of(house, request).reference]
        with house.database.session() as session:
            assert len(house.requests.open_requests(session)) == number + 1


def test_a_sign_up_that_was_read_before_somebody_promised_is_not_promised_again(house, anna):
    request = book_at_desk(house, "sign_up", "borsetshire", "pl", ANY_TIME, Wish(), "toddler_pack", False, anna)
    read_before = now_is(house, request)
    promise_call(house, LINE, request.reference, anna)
    with house.database.session() as session:
        assert not marks_store.begin_promise(session, read_before)


@pytest.mark.parametrize(("kind", "offer", "outcome"), [("sign_up", "toddler_pack", "done"), ("volunteer", "volunteering", "introduced")])
def test_a_sign_up_is_not_closed_over_the_wish_for_a_call(house, kind, offer, outcome):
    connector = member(house, "Omar", "connector")
    request = signs_up(house, kind=kind, offer=offer)
    with pytest.raises(NotAllowed, match="wants a call"):
        work.close(house, request.reference, connector, outcome)
    work.log_call(house, request.reference, connector, "reached")
    assert work.close(house, request.reference, connector, outcome).state == "closed"
