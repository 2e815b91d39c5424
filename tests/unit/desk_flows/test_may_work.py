"""Nobody has a request that they cannot open, and nobody works on one that is for other roles or another area."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.base.errors import BadInput
from bot.callbacks import timer_store
from bot.callbacks.rules import NotAllowed
from bot.flows import work_on_request as work
from bot.flows.book_callback import book, leave
from bot.flows.merge_requests import merge
from bot.flows.part_requests import part
from bot.staff import store as staff_store
from tests.desk.running import ANY_TIME, a_callback, member, move_to, seat
from tests.unit.desk_flows.test_promises import codes, notices, now_is, wants_mail


@pytest.fixture
def adam(house):
    return member(house, "Adam", "administrator")


def another_area(house):
    return next(area for area in house.areas if area != "borsetshire")


def save(house, adam, who, **fields):
    assert seat(house, adam).post(f"/desk/accounts/{who.id}", name=who.name, active="yes", **fields).status_code == 303
    with house.database.session() as session:
        return staff_store.member(session, who.id)


def test_who_becomes_an_editor_hands_back_calls_and_keeps_ideas(house, anna, omar, adam):
    omar = wants_mail(house, omar)
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "no_answer")
    idea = leave(house, "idea", "i" * 32, "borsetshire", "en", "more swings")
    work.claim(house, idea.reference, anna)
    anna = save(house, adam, anna, roles="editor")
    now = now_is(house, request)
    assert (now.state, now.claimed_by) == ("new", "")
    assert codes(house, request)[-1] == "moved"
    assert notices(house, "moved") == [omar.id]
    assert now_is(house, idea).claimed_by == anna.id
    with house.database.session() as session:
        assert {"retry", "retry_late"} <= {timer.kind for timer in timer_store.waiting(session, request.reference)}
    assert seat(house, anna).get(f"/desk/requests/{idea.reference}").status_code == 200
    assert "other roles or areas now" in seat(house, omar).get(f"/desk/requests/{request.reference}").text


def test_who_gets_another_area_hands_back_what_lies_in_the_old_one(house, anna, adam):
    request = a_callback(house)
    work.claim(house, request.reference, anna)
    save(house, adam, anna, roles="connector", areas="borsetshire")
    assert now_is(house, request).claimed_by == anna.id
    save(house, adam, anna, roles="connector", areas=another_area(house))
    assert now_is(house, request).claimed_by == ""


def test_nothing_is_given_to_who_cannot_open_it(house, anna, carla):
    elsewhere = member(house, "Zed", "connector", areas=(another_area(house),))
    words = member(house, "Edith", "editor")
    request = a_callback(house)
    for who in (elsewhere, words):
        with pytest.raises(BadInput, match="may work on"):
            work.reassign(house, request.reference, carla, who.id)
        assert seat(house, carla).post(f"/desk/requests/{request.reference}/assign", to=who.id).status_code == 400
    assert work.reassign(house, request.reference, carla, anna.id).claimed_by == anna.id


def test_a_lead_who_edits_words_does_not_work_on_calls(house):
    lead = member(house, "Lee", "safeguarding_lead", "editor")
    request = a_callback(house)
    sitting = seat(house, lead)
    page = sitting.get(f"/desk/requests/{request.reference}").text
    assert "/claim" not in page
    assert "/close" not in page
    for path, fields in (("claim", {}), ("close", {"outcome": "no_longer_needed"}), ("hand-back", {})):
        assert sitting.post(f"/desk/requests/{request.reference}/{path}", **fields).status_code == 409
    assert now_is(house, request).state == "new"
    idea = leave(house, "idea", "i" * 32, "borsetshire", "en", "more swings")
    assert sitting.post(f"/desk/requests/{idea.reference}/claim").status_code == 303


def test_work_stops_for_who_has_lost_the_role_since_the_page_was_opened(house, anna):
    request = a_callback(house)
    work.claim(house, request.reference, anna)
    editor = replace(anna, roles=frozenset({"editor"}))
    for act in (lambda: work.log_call(house, request.reference, editor, "reached"), lambda: work.extend(house, request.reference, editor)):
        with pytest.raises(NotAllowed, match="another role"):
            act()


def test_a_changed_request_of_another_area_waits_for_everybody_there(house, anna):
    here = member(house, "Here", "connector", areas=("borsetshire",))
    first = a_callback(house)
    work.claim(house, first.reference, here)
    again = book(house, first.sender, another_area(house), "pl", ANY_TIME, first.wish, first.about, False)
    assert (again.state, again.claimed_by) == ("new", "")
    work.claim(house, again.reference, anna)
    assert a_callback(house, first.sender).claimed_by == anna.id


def test_a_parting_gives_nothing_to_who_may_not_have_it_any_more(house, anna, omar, adam):
    keep = a_callback(house, "1" * 32)
    move_to(house, "2026-11-24T10:20")
    fold = a_callback(house, "2" * 32)
    work.claim(house, fold.reference, omar)
    merge(house, keep.reference, fold.reference, anna)
    save(house, adam, omar, roles="editor")
    part(house, keep.reference, fold.reference, anna)
    assert (now_is(house, fold).state, now_is(house, fold).claimed_by) == ("new", "")
