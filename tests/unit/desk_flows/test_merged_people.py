"""After a merge each parent still reaches what they asked for, and the work goes on from whichever request is further on."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.base.clock import LONDON
from bot.callbacks import marks_store, timer_store
from bot.callbacks.model import Contact, Wish
from bot.callbacks.rules import NotAllowed
from bot.delivery import store as delivery
from bot.flows import keep_data, merge_requests
from bot.flows import work_on_request as work
from bot.flows.ask_about_call import answer_question, open_question
from bot.flows.book_callback import book_at_desk, open_callback, withdraw
from bot.flows.forget_parent import forget_parent
from bot.flows.keep_promises import run_timers
from bot.flows.merge_requests import merge
from bot.flows.part_requests import part
from bot.flows.reach_parent import ChatLine
from tests.desk.running import ANY_TIME, a_callback, member, move_to, seat
from tests.unit.desk_flows.test_keep_data import everything
from tests.unit.desk_flows.test_promises import codes, notices, now_is, told, wants_mail

LINE = ChatLine()
A, B = "a1" * 16, "b2" * 16
MARIA = Contact("phone", "+447700900777", "only at noon", False, "Maria")


def typed(house, anna):
    return book_at_desk(house, "callback", "borsetshire", "pl", ANY_TIME, Wish(), "x", False, anna)


def timers(house, request):
    with house.database.session() as session:
        return {timer.kind: timer.due_at for timer in timer_store.waiting(session, request.reference)}


def open_references(house):
    with house.database.session() as session:
        return {request.reference for request in house.requests.open_requests(session)}


@pytest.fixture(params=["typed at the desk", "of another chat"])
def kept(request, house, anna):
    return typed(house, anna) if request.param == "typed at the desk" else a_callback(house, A)


def test_forget_me_reaches_the_request_that_stayed(house, anna, kept):
    folded = a_callback(house, B, contact=MARIA)
    work.claim(house, folded.reference, anna)
    work.add_note(house, folded.reference, anna, "Maria is pregnant")
    merge(house, kept.reference, folded.reference, anna)
    forget_parent(house, B)
    for table, rows in everything(house).items():
        assert B not in rows, table
        if table != "audit":
            assert folded.reference not in rows, table
            assert kept.reference not in rows, table


def test_forget_me_goes_on_to_reach_it_when_the_folded_one_has_gone(house, anna, kept):
    folded = a_callback(house, B, contact=MARIA)
    merge(house, kept.reference, folded.reference, anna)
    with house.database.session() as session:
        delivery.add_turn(session, B, "hello", [], house.clock.now())
    move_to(house, "2027-01-20T10:00")
    keep_data.purge(house)
    assert folded.reference not in everything(house)["request"]
    with house.database.session() as session:
        assert delivery.turns_after(session, B, 0), "messages stay as long as the callback"
    forget_parent(house, B)
    assert kept.reference not in everything(house)["request"]


def test_the_reference_of_the_folded_one_still_leads_to_the_one_that_stayed(house, anna):
    keep, fold = a_callback(house, A), a_callback(house, B)
    merge(house, keep.reference, fold.reference, anna)
    move_to(house, "2027-01-05T10:00")
    keep_data.purge(house)
    assert now_is(house, fold) is None
    desk = seat(house, member(house, "Ada", "administrator", "connector"))
    assert keep.reference in desk.get(f"/desk/search?q={fold.reference.lower()}").text
    assert keep.reference in desk.get(f"/desk/data?reference={fold.reference}").text
    desk.post("/desk/data/erase", of=fold.reference, word="FORGET")
    assert now_is(house, keep) is None


def test_a_request_of_the_desk_is_forgotten_with_what_was_merged_into_it(house, anna):
    kept, folded = typed(house, anna), typed(house, anna)
    merge(house, kept.reference, folded.reference, anna)
    keep_data.erase_request(house, kept.reference)
    assert not {kept.reference, folded.reference} & open_references(house)
    assert folded.reference not in everything(house)["request"]


def test_a_copy_holds_the_request_that_stayed_and_its_history(house, anna, kept):
    folded = a_callback(house, B, contact=MARIA)
    merge(house, kept.reference, folded.reference, anna)
    work.add_note(house, kept.reference, anna, "Maria is pregnant")
    copy = keep_data.copy_of(house, B)
    assert {request["reference"] for request in copy["requests"]} == {kept.reference, folded.reference}
    assert "Maria is pregnant" in [line["text"] for line in copy["history"]]


def test_a_parent_withdraws_the_request_that_stayed(house, anna, kept):
    anna = wants_mail(house, anna)
    folded = a_callback(house, B)
    merge(house, kept.reference, folded.reference, anna)
    work.claim(house, kept.reference, anna)
    assert open_callback(house, B).reference == kept.reference
    assert withdraw(house, B).reference == kept.reference
    assert now_is(house, kept).state == "withdrawn"
    assert notices(house, "withdrawn") == [anna.id]
    assert timers(house, kept) == {}


def test_a_change_takes_the_place_of_the_request_that_stayed_for_everybody(house, anna, kept):
    folded = a_callback(house, B)
    merge(house, kept.reference, folded.reference, anna)
    work.claim(house, kept.reference, anna)
    changed = a_callback(house, B, contact=MARIA)
    assert open_references(house) == {changed.reference}
    assert now_is(house, changed).claimed_by == anna.id
    assert {"broken", "claim_ends"} <= set(timers(house, changed))
    with house.database.session() as session:
        assert house.requests.contact_of(session, changed.reference) == MARIA
    for sender in {kept.sender, B} - {"-"}:
        assert open_callback(house, sender).reference == changed.reference


def test_a_wrong_merge_is_parted_also_after_a_change(house, anna):
    one, other = a_callback(house, A), a_callback(house, B)
    merge(house, one.reference, other.reference, anna)
    changed = a_callback(house, B, contact=MARIA)
    part(house, changed.reference, one.reference, anna)
    part(house, one.reference, other.reference, anna)
    assert open_callback(house, A).reference == one.reference
    assert now_is(house, one).state == "new"
    assert {"second", "coordinator", "broken"} <= set(timers(house, one)) & set(timers(house, changed))
    forget_parent(house, B)
    assert open_references(house) == {one.reference}


def test_a_wrong_merge_is_parted_after_a_withdrawal_and_only_who_withdrew_is_not_rung(house, anna):
    one, other = a_callback(house, A, contact=ANY_TIME), a_callback(house, B, contact=MARIA)
    merge(house, one.reference, other.reference, anna)
    withdraw(house, B)
    part(house, one.reference, other.reference, anna)
    assert open_references(house) == {one.reference}
    assert now_is(house, other).state == "withdrawn"
    assert "withdrawn" in codes(house, other)
    assert "withdrawn" not in codes(house, one)
    assert {"second", "coordinator", "broken"} == set(timers(house, one))
    with house.database.session() as session:
        assert house.requests.contact_of(session, one.reference) == ANY_TIME


def test_after_a_parting_each_has_their_own_again(house, anna):
    one, other = a_callback(house, A), a_callback(house, B)
    merge(house, one.reference, other.reference, anna)
    part(house, one.reference, other.reference, anna)
    assert open_callback(house, B).reference == other.reference
    forget_parent(house, B)
    assert open_references(house) == {one.reference}
    assert keep_data.copy_of(house, A)["requests"][0]["reference"] == one.reference


def test_what_went_through_two_merges_is_reached_too(house, anna):
    first, second, third = a_callback(house, "c3" * 16), a_callback(house, A), typed(house, anna)
    merge(house, second.reference, first.reference, anna)
    merge(house, third.reference, second.reference, anna)
    assert open_callback(house, first.sender).reference == third.reference
    part(house, third.reference, second.reference, anna)
    assert open_callback(house, first.sender).reference == second.reference
    assert open_callback(house, A).reference == second.reference


def test_the_state_and_the_retry_of_the_one_that_is_further_on_go_on(house, anna, omar, carla):
    carla = wants_mail(house, carla)
    one, other = a_callback(house, A), a_callback(house, B)
    work.claim(house, other.reference, omar)
    work.log_call(house, other.reference, omar, "no_answer")
    before = timers(house, other)
    merge(house, one.reference, other.reference, anna)
    merged = now_is(house, one)
    assert (merged.state, merged.claimed_by, merged.attempts) == ("trying", omar.id, 1)
    assert timers(house, one) == before
    assert merged.due_at == before["retry"]
    move_to(house, "2026-11-25T13:00")
    run_timers(house, LINE)
    assert notices(house, "retry_late") == [carla.id]


@pytest.mark.parametrize("escalated_first", [True, False])
def test_what_is_escalated_or_waits_to_be_read_stays_so_and_a_parting_gives_it_back(house, anna, escalated_first):
    one, other = a_callback(house, A), a_callback(house, B)
    late, quiet = (one, other) if escalated_first else (other, one)
    with house.database.session() as session:
        marks_store.escalate(session, late.reference, "coordinator")
        marks_store.escalate(session, quiet.reference, "second")
        marks_store.set_answer(session, quiet.reference, "unread")
        marks_store.set_answer(session, late.reference, "awaited")
    merge(house, one.reference, other.reference, anna)
    merged = now_is(house, one)
    assert (merged.escalated, merged.answer) == ("coordinator", "unread")
    part(house, one.reference, other.reference, anna)
    assert (now_is(house, late).escalated, now_is(house, late).answer) == ("coordinator", "awaited")
    assert (now_is(house, quiet).escalated, now_is(house, quiet).answer) == ("second", "unread")


def test_the_next_contact_that_was_agreed_keeps_its_date(house, anna, omar):
    one, other = a_callback(house, A), a_callback(house, B)
    work.log_call(house, other.reference, omar, "reached")
    at = datetime(2026, 12, 1, 10, tzinfo=LONDON)
    work.follow_up(house, other.reference, omar, at)
    merge(house, one.reference, other.reference, anna)
    merged = now_is(house, one)
    assert (merged.state, merged.due_at) == ("follow_up", at)
    assert timers(house, one)["follow_up"] == at
    assert "broken" not in timers(house, one)
    part(house, one.reference, other.reference, anna)
    assert (now_is(house, one).state, now_is(house, other).state, now_is(house, other).due_at) == ("new", "follow_up", at)
    assert {"second", "coordinator", "broken"} == set(timers(house, one))


def test_who_asks_anew_after_the_talk_is_owed_another_one(house, anna, omar):
    one = a_callback(house, A)
    work.log_call(house, one.reference, omar, "reached")
    move_to(house, "2026-11-24T11:00")
    other = a_callback(house, B)
    merge(house, one.reference, other.reference, anna)
    merged = now_is(house, one)
    assert (merged.state, merged.claimed_by, merged.promised_by, merged.first_tried_at) == ("claimed", omar.id, other.promised_by, None)
    assert {"second", "coordinator", "broken", "claim_ends", "check"} == set(timers(house, one))


def test_a_missed_call_said_after_the_merge_counts_for_the_request_that_stayed(house, anna):
    other = a_callback(house, B)
    work.log_call(house, other.reference, anna, "reached")
    move_to(house, "2026-11-24T12:01")
    run_timers(house, LINE)
    one = a_callback(house, A)
    merge(house, one.reference, other.reference, anna)
    answer_question(house, B, open_question(house, B), "2", "en", pressed=False)
    assert now_is(house, other).state == "closed"
    assert "missed" in codes(house, one)
    assert open_references(house) == {one.reference}
    assert open_question(house, B).name == "why"
    assert answer_question(house, B, open_question(house, B), "2", "en", pressed=False).replies


def test_the_question_about_a_call_is_put_where_the_parent_writes(house, anna, kept):
    folded = a_callback(house, B)
    with house.database.session() as session:
        delivery.add_turn(session, B, "hello", [], house.clock.now())
    merge(house, kept.reference, folded.reference, anna)
    work.log_call(house, kept.reference, anna, "reached")
    move_to(house, "2026-11-24T12:01")
    run_timers(house, LINE)
    assert len(told(house, B)) == 1
    assert answer_question(house, B, open_question(house, B), "1", "en", pressed=False)
    assert open_question(house, B).name == "how"


def test_a_request_that_is_withdrawn_while_somebody_merges_it_is_not_merged(house, anna, monkeypatch):
    one, other = a_callback(house, A), a_callback(house, B)
    planned = merge_requests.plan(house, one.reference, other.reference)
    withdraw(house, A)
    monkeypatch.setattr(merge_requests, "plan", lambda *_: planned)
    with pytest.raises(NotAllowed, match=f"{one.reference} has ended"):
        merge(house, one.reference, other.reference, anna)
