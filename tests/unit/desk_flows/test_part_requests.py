"""A merge that joined two people is undone, and nothing of either is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.callbacks import entry_store, timer_store
from bot.callbacks.rules import NotAllowed
from bot.flows import keep_data
from bot.flows import work_on_request as work
from bot.flows.merge_requests import merge
from bot.flows.part_requests import part
from tests.desk.running import ANY_TIME, CAREFUL, a_callback, move_to


def whole(house, reference):
    """A request with everything that belongs to it."""
    with house.database.session() as session:
        request = house.requests.get(session, reference)
        return (
            replace(request, contact=house.requests.contact_of(session, reference)),
            [(e.kind, e.code, e.text, e.by) for e in house.entries.of(session, reference)],
            [(r.kind, r.service_id) for r in entry_store.referrals_of(session, [reference])],
            {(t.kind, t.due_at) for t in timer_store.waiting(session, reference)},
        )


def two(house, anna, omar):
    one = a_callback(house, "1" * 32, contact=ANY_TIME)
    move_to(house, "2026-11-24T10:20")
    other = a_callback(house, "2" * 32, contact=CAREFUL, language="ur")
    work.claim(house, other.reference, omar)
    work.log_call(house, other.reference, omar, "no_answer", "rang twice")
    work.refer(house, other.reference, omar, "vitamins")
    move_to(house, "2026-11-24T10:40")
    return one.reference, other.reference


def test_both_stand_afterwards_as_they_stood_before(house, anna, omar):
    keep, fold = two(house, anna, omar)
    before = {reference: whole(house, reference) for reference in (keep, fold)}
    merge(house, keep, fold, anna)
    assert whole(house, keep)[0].careful
    part(house, keep, fold, anna)
    for reference in (keep, fold):
        request, history, referrals, timers = whole(house, reference)
        assert request == before[reference][0]
        assert history[: len(before[reference][1])] == before[reference][1]
        assert referrals == before[reference][2]
        assert {kind for kind, _at in timers} == {kind for kind, _at in before[reference][3]}
    assert whole(house, fold)[3] == before[fold][3]
    assert ("state", "parted", keep, anna.id) in whole(house, fold)[1]
    assert ("state", "parted_from", fold, anna.id) in whole(house, keep)[1]


def test_what_was_done_since_stays_with_the_request_that_stayed(house, anna, omar):
    keep, fold = two(house, anna, omar)
    merge(house, keep, fold, omar)
    work.log_call(house, keep, omar, "reached", "spoke at last")
    with house.database.session() as session:
        house.requests.set_contact(session, keep, replace(ANY_TIME, phone="+447700900999"))
    part(house, keep, fold, omar)
    request, history, _referrals, _timers = whole(house, keep)
    assert (request.state, request.attempts, request.contact.phone) == ("reached", 1, "+447700900999")
    assert ("call", "reached", "spoke at last", omar.id) in history
    assert ("call", "no_answer", "rang twice", omar.id) not in history
    assert whole(house, fold)[0].contact == CAREFUL


def test_a_time_that_passed_in_the_meantime_counts_at_once(house, anna):
    keep, fold = a_callback(house, "1" * 32).reference, a_callback(house, "2" * 32).reference
    merge(house, keep, fold, anna)
    work.log_call(house, keep, anna, "no_answer")
    move_to(house, "2026-11-26T10:00")
    part(house, keep, fold, anna)
    with house.database.session() as session:
        due = {timer.kind for timer in timer_store.take_due(session, house.clock.now()) if timer.reference == fold}
    assert "broken" in due


def test_parting_twice_or_what_was_never_merged_is_refused(house, anna, omar):
    keep, fold = two(house, anna, omar)
    with pytest.raises(NotAllowed, match="was not merged"):
        part(house, keep, fold, anna)
    merge(house, keep, fold, anna)
    part(house, keep, fold, anna)
    with pytest.raises(NotAllowed, match="was not merged"):
        part(house, keep, fold, anna)
    merge(house, keep, fold, anna)
    assert part(house, keep, fold, anna).state == "trying"


def test_merges_of_merges_are_undone_from_the_last(house, anna):
    first, second, third = (a_callback(house, f"{n}" * 32).reference for n in range(1, 4))
    work.add_note(house, first, anna, "of the first")
    merge(house, second, first, anna)
    merge(house, third, second, anna)
    with pytest.raises(NotAllowed, match="Part those two first"):
        part(house, second, first, anna)
    part(house, third, second, anna)
    assert ("note", "note", "of the first", anna.id) in whole(house, second)[1]
    part(house, second, first, anna)
    assert ("note", "note", "of the first", anna.id) in whole(house, first)[1]
    assert ("note", "note", "of the first", anna.id) not in whole(house, second)[1]


def test_what_is_kept_for_it_is_not_shown_and_goes_with_the_request(house, anna, omar):
    keep, fold = two(house, anna, omar)
    merge(house, keep, fold, anna)
    assert all("merged_contact" not in line["text"] for line in keep_data.copy_of(house, "1" * 32)["history"])
    keep_data.erase(house, "1" * 32)
    with house.database.session() as session:
        assert house.entries.aside(session, keep, fold) == ""


def test_somebody_elses_request_is_not_parted(house, anna, omar):
    keep, fold = a_callback(house, "1" * 32).reference, a_callback(house, "2" * 32).reference
    work.claim(house, keep, anna)
    merge(house, keep, fold, anna)
    with pytest.raises(NotAllowed, match="Somebody else has this request"):
        part(house, keep, fold, omar)
