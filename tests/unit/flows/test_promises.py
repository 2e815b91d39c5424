"""A callback is a promise: claims, calls, escalation by the clock, honest words when it was not kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.base.clock import LONDON
from bot.callbacks import timer_store
from bot.callbacks.model import Contact, Wish
from bot.callbacks.rules import NotAllowed
from bot.delivery.store import turns_after
from bot.flows import work_on_request as work
from bot.flows.book_callback import book, open_callback, withdraw
from bot.flows.go_away import go_away
from bot.flows.keep_promises import run_timers
from bot.flows.reach_parent import ChatLine
from bot.flows.suggest_connector import suggest
from bot.insight import store as insight
from bot.staff import record_store
from bot.staff import store as staff_store
from bot.staff.model import Notify
from tests.desk.running import ANY_TIME, CAREFUL, a_callback, member, move_to

LINE = ChatLine()


def now_is(house, request):
    with house.database.session() as session:
        return house.requests.get(session, request.reference)


def codes(house, request):
    with house.database.session() as session:
        return [entry.code for entry in house.entries.of(session, request.reference)]


def counted(house, measure):
    with house.database.session() as session:
        return sum(f.amount for f in insight.figures(session, date(2026, 1, 1), date(2027, 12, 31)) if f.measure == measure)


def told(house, sender):
    with house.database.session() as session:
        return [reply["text"] for turn in turns_after(session, sender, 0) for reply in turn["replies"]]


def notices(house, kind):
    with house.database.session() as session:
        return [row.staff_id for row in session.execute(text("SELECT staff_id FROM notice WHERE kind = :kind"), {"kind": kind})]


def wants_mail(house, who):
    changed = replace(who, notify=Notify(email=True, quiet_from=who.notify.quiet_to, quiet_to=who.notify.quiet_to))
    with house.database.session() as session:
        staff_store.change_member(session, changed)
    return changed


def test_one_of_two_who_claim_wins_and_the_other_is_told_who_has_it(house, anna, omar):
    request = a_callback(house)
    work.claim(house, request.reference, anna)
    with pytest.raises(NotAllowed, match="Anna has claimed"):
        work.claim(house, request.reference, omar)
    assert work.claim(house, request.reference, anna).claimed_by == anna.id
    assert codes(house, request).count("claimed") == 1


def test_a_claim_without_a_call_goes_back_and_one_that_was_extended_does_not_yet(house, anna):
    request = a_callback(house)
    work.claim(house, request.reference, anna)
    work.extend(house, request.reference, anna)
    move_to(house, "2026-11-24T14:31")  # four open hours, with lunch between
    run_timers(house, LINE)
    assert now_is(house, request).state == "claimed"
    move_to(house, "2026-11-25T10:31")
    run_timers(house, LINE)
    assert now_is(house, request).state == "new"
    assert now_is(house, request).claimed_by == ""


def test_escalation_comes_before_the_promise_breaks_and_stops_with_the_first_try(house, anna, omar, carla):
    for who in (anna, omar, carla):
        wants_mail(house, who)
    request = a_callback(house)
    assert request.promised_by == datetime(2026, 11, 25, 12, 30, tzinfo=LONDON)
    move_to(house, "2026-11-25T11:31")
    run_timers(house, LINE)
    assert [c for c in codes(house, request) if c.startswith("escalated")] == ["escalated_second", "escalated_coordinator"]
    assert notices(house, "second") == [anna.id]  # speaks Polish
    assert notices(house, "escalated") == [carla.id]
    work.log_call(house, request.reference, anna, "no_answer")
    move_to(house, "2026-11-25T13:00")
    run_timers(house, LINE)
    assert "promise_broken" not in codes(house, request)
    assert counted(house, "promises_kept") == 1
    assert counted(house, "promises_broken") == 0


def test_a_broken_promise_is_told_to_the_parent_with_a_new_time_and_counted_once(house, carla):
    wants_mail(house, carla)
    request = a_callback(house)
    move_to(house, "2026-11-25T12:31")
    run_timers(house, LINE)
    run_timers(house, LINE)
    assert codes(house, request).count("promise_broken") == 1
    assert counted(house, "promises_broken") == 1
    assert now_is(house, request).promised_by == datetime(2026, 11, 26, 12, 30, tzinfo=LONDON)
    assert len(told(house, request.sender)) == 1
    assert request.reference in told(house, request.sender)[0]
    assert notices(house, "broken") == [carla.id]


def test_a_parent_who_must_be_contacted_with_care_is_never_written_to_unasked(house, anna):
    request = a_callback(house, contact=CAREFUL)
    move_to(house, "2026-11-25T12:31")
    run_timers(house, LINE)
    work.log_call(house, request.reference, anna, "reached")
    move_to(house, "2026-11-25T15:00")
    run_timers(house, LINE)
    assert told(house, request.sender) == []


def test_timers_survive_a_restart_and_fire_once_whoever_looks_first(house, database_url):
    from tests.desk.running import open_database

    request = a_callback(house)
    other = replace(house, database=open_database(database_url))
    move_to(house, "2026-11-25T12:31")
    with house.database.session() as session:
        first = timer_store.take_due(session, house.clock.now())
    with other.database.session() as session:
        assert timer_store.take_due(session, house.clock.now()) == []
    assert {timer.kind for timer in first} == {"second", "coordinator", "broken"}
    # The process that took them dies: they are given again after a while, and then done for good.
    move_to(house, "2026-11-25T12:37")
    run_timers(other, LINE)
    run_timers(house, LINE)
    assert codes(house, request).count("promise_broken") == 1
    other.database.close()


def test_a_call_that_was_missed_is_tried_again_and_three_tries_go_to_the_coordinator(house, anna, carla):
    wants_mail(house, anna)
    wants_mail(house, carla)
    request = a_callback(house)
    for at in ("2026-11-24T10:10", "2026-11-24T13:00", "2026-11-24T15:30"):
        move_to(house, at)
        changed = work.log_call(house, request.reference, anna, "no_answer")
    assert changed.state == "trying"
    assert changed.due_at == datetime(2026, 11, 25, 9, 30, tzinfo=LONDON)
    assert "many_attempts" in codes(house, request)
    assert notices(house, "attempts") == [carla.id]
    move_to(house, "2026-11-25T09:31")
    run_timers(house, LINE)
    assert notices(house, "retry") == [anna.id]
    move_to(house, "2026-11-25T11:31")
    run_timers(house, LINE)
    assert notices(house, "retry_late") == [carla.id]


def test_a_request_withdrawn_while_it_is_being_called(house, anna):
    request = a_callback(house)
    work.claim(house, request.reference, anna)
    withdraw(house, request.sender)
    with pytest.raises(NotAllowed, match="do not ring again"):
        work.log_call(house, request.reference, anna, "reached", "We spoke before I saw it")
    assert now_is(house, request).state == "withdrawn"
    assert codes(house, request)[-1] == "reached"  # nothing is lost
    with pytest.raises(NotAllowed):
        work.claim(house, request.reference, anna)


def test_a_parent_who_asks_again_keeps_their_connector(house, anna):
    wants_mail(house, anna)
    first = a_callback(house)
    work.claim(house, first.reference, anna)
    second = a_callback(house, contact=CAREFUL)
    assert now_is(house, first).state == "withdrawn"
    assert (now_is(house, second).state, now_is(house, second).claimed_by) == ("claimed", anna.id)
    assert now_is(house, second).careful
    assert notices(house, "changed") == [anna.id]


def test_a_voicemail_against_the_wish_stands_in_the_way(house, anna, carla):
    wants_mail(house, carla)
    request = a_callback(house, contact=CAREFUL)
    with pytest.raises(NotAllowed, match="no voicemail"):
        work.log_call(house, request.reference, anna, "voicemail")
    assert now_is(house, request).attempts == 0
    work.log_call(house, request.reference, anna, "voicemail", voicemail_anyway=True)
    assert "voicemail_against_wish" in codes(house, request)
    assert notices(house, "attempts") == [carla.id]


def test_sickness_gives_everything_back_that_falls_due_while_away(house, anna, omar, carla):
    soon, later = a_callback(house), a_callback(house, sender="t" * 32)
    for request in (soon, later):
        work.claim(house, request.reference, anna)
    assert go_away(house, anna.id, date(2026, 11, 24), date(2026, 11, 26), "sick", carla) == 2
    assert now_is(house, soon).state == "new"
    with house.database.session() as session:
        assert suggest(house, session, now_is(house, soon))[0].member == omar


def test_promised_times_follow_the_connectors_own_calendars(house):
    works = {"thu": [["09:00", "12:30"], ["13:00", "17:00"]]}
    member(house, "Part", "connector", works=works)
    assert a_callback(house).promised_by == datetime(2026, 11, 26, 17, 0, tzinfo=LONDON)
    assert a_callback(house, "u" * 32, wish=Wish(part_of_day="morning")).promised_by == datetime(2026, 11, 26, 12, 0, tzinfo=LONDON)


def test_over_christmas_the_promise_and_its_guards_fall_on_days_when_somebody_is_there(house, anna):
    move_to(house, "2026-12-24T15:00")  # Thursday; then two bank holidays, a weekend, and Monday's substitute day
    request = a_callback(house)
    assert request.promised_by.date() == date(2026, 12, 29)
    with house.database.session() as session:
        days = {timer.due_at.date() for timer in timer_store.waiting(session, request.reference)}
    assert days <= {date(2026, 12, 24), date(2026, 12, 29)}


def test_the_night_on_which_the_clocks_change_breaks_no_promise(house, anna):
    move_to(house, "2027-03-26T16:00")  # Friday before summer time
    request = a_callback(house)
    assert request.promised_by == datetime(2027, 3, 30, 17, 0, tzinfo=LONDON)  # Easter Monday is between
    move_to(house, "2027-03-30T16:59")
    run_timers(house, LINE)
    assert "promise_broken" not in codes(house, request)
    move_to(house, "2027-03-30T17:00")
    run_timers(house, LINE)
    assert "promise_broken" in codes(house, request)


def test_suggestions_go_by_language_then_a_fair_share(house, anna, omar):
    polish, english = a_callback(house), a_callback(house, "e" * 32, language="en")
    with house.database.session() as session:
        assert suggest(house, session, polish)[0].member == anna
        first = suggest(house, session, english)[0].member
    work.claim(house, english.reference, first)
    another = a_callback(house, "f" * 32, language="en")
    with house.database.session() as session:
        assert suggest(house, session, another)[0].member != first


@pytest.mark.parametrize("at", ["2026-11-24T09:59", "2027-12-01T10:00"])
def test_the_next_contact_lies_in_the_future_and_not_years_away(house, anna, at):
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "reached")
    with pytest.raises(work.BadInput):
        work.follow_up(house, request.reference, anna, datetime.fromisoformat(at).replace(tzinfo=LONDON))


def test_a_long_note_is_refused_whole_and_nothing_changes(house, anna):
    request = a_callback(house)
    with pytest.raises(work.BadInput, match="too long"):
        work.log_call(house, request.reference, anna, "reached", "x" * 1_000_000)
    assert now_is(house, request).attempts == 0


def test_notes_names_and_numbers_are_nowhere_readable(house, anna):
    request = a_callback(house)
    work.claim(house, request.reference, anna)
    work.add_note(house, request.reference, anna, "Ola is expecting twins")
    work.log_call(house, request.reference, anna, "reached", "Rang Ola on 07700 900123")
    with house.database.session() as session:
        for table in ("request", "request_entry", "timer", "notice", "figure", "audit"):
            stored = str(session.execute(text(f"SELECT * FROM {table}")).all())
            for secret in ("Ola", "twins", "900123", "447700"):
                assert secret not in stored, table


def test_an_open_callback_is_found_after_it_was_merged_into_another(house, anna):
    from bot.flows.merge_requests import merge

    one = a_callback(house, "a" * 32)
    two = a_callback(house, "b" * 32)
    merge(house, one.reference, two.reference, anna)
    assert open_callback(house, "b" * 32).reference == one.reference


def test_a_merge_keeps_the_earlier_promise_the_safer_wishes_and_both_histories(house, anna, omar):
    from bot.flows.merge_requests import merge, plan

    old = a_callback(house, "a" * 32, contact=replace(ANY_TIME, ask_for="Ola"))
    work.claim(house, old.reference, anna)
    work.add_note(house, old.reference, anna, "first note")
    move_to(house, "2026-11-24T15:00")
    new = a_callback(house, "b" * 32, contact=replace(CAREFUL, phone=ANY_TIME.phone, ask_for=None))
    work.claim(house, new.reference, omar)
    warnings = " ".join(plan(house, old.reference, new.reference, "anna").warnings)
    assert "wishes differ" in warnings
    assert "Two connectors" in warnings
    merged = merge(house, old.reference, new.reference, anna)
    assert merged.promised_by == old.promised_by
    assert merged.claimed_by == anna.id
    with house.database.session() as session:
        contact = house.requests.contact_of(session, old.reference)
        texts = [e.text for e in house.entries.of(session, old.reference)]
        assert house.requests.get(session, new.reference).merged_into == old.reference
        assert record_store is not None
    assert contact == Contact("phone", ANY_TIME.phone, CAREFUL.safe_to_call, False, "Ola", None)
    assert "first note" in texts
    assert now_is(house, old).careful


def test_no_two_open_promises_of_one_parent(house):
    a_callback(house)
    a_callback(house)
    with house.database.session() as session:
        assert len(house.requests.open_requests(session)) == 1


def test_booking_is_guarded_by_timers_at_once(house):
    request = book(house, "s" * 32, "borsetshire", "en", ANY_TIME, Wish(), None, None)
    with house.database.session() as session:
        waiting = timer_store.waiting(session, request.reference)
    assert [timer.kind for timer in waiting] == ["second", "coordinator", "broken"]
    assert all(house.clock.now() < timer.due_at <= request.promised_by + timedelta(seconds=1) for timer in waiting)
