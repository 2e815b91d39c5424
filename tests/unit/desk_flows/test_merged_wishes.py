"""A merge loses nothing of what was promised, wished or signed up for, and says beforehand what will stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.callbacks.model import Contact, Wish
from bot.callbacks.rules import NotAllowed
from bot.flows import work_on_request as work
from bot.flows.book_callback import book, leave
from bot.flows.merge_requests import merge, plan
from bot.flows.part_requests import part
from tests.desk.running import ANY_TIME, a_callback, move_to, seat
from tests.unit.desk_flows.test_promises import now_is

A, B = "a1" * 16, "b2" * 16
ANY, MORNING, TUESDAY = Wish(), Wish(None, "morning"), Wish(1, "morning")


def two_callbacks(house, first=ANY, second=TUESDAY):
    older = book(house, A, "borsetshire", "ur", ANY_TIME, first, "find_food_help", False)
    move_to(house, "2026-11-24T11:00")
    newer = book(house, B, "borsetshire", "ur", ANY_TIME, second, "find_childcare", True)
    return older, newer


@pytest.mark.parametrize("newer_stays", [False, True])
@pytest.mark.parametrize(("first", "second", "holds"), [(ANY, TUESDAY, TUESDAY), (MORNING, ANY, MORNING), (MORNING, TUESDAY, TUESDAY)])
def test_the_newer_wish_the_interpreter_and_both_subjects_stay(house, anna, newer_stays, first, second, holds):
    older, newer = two_callbacks(house, first, second)
    keep, fold = (newer, older) if newer_stays else (older, newer)
    planned = plan(house, keep.reference, fold.reference)
    merge(house, keep.reference, fold.reference, anna)
    merged = now_is(house, keep)
    assert (merged.wish, merged.interpreter) == (planned.wish, planned.interpreter) == (holds, True)
    assert (merged.about, merged.details["also_about"]) == (keep.about, fold.about)


def test_the_page_says_what_will_stand_and_the_request_what_it_is_about(house, anna):
    older, newer = two_callbacks(house, MORNING, TUESDAY)
    sitting = seat(house, anna)
    page = sitting.get(f"/desk/requests/{older.reference}/merge/{newer.reference}").text
    for words in ("wished times differ", "needs an interpreter", "about different things", "Tuesday morning"):
        assert words in page
    assert sitting.post(f"/desk/requests/{older.reference}/merge/{newer.reference}").status_code == 303
    assert "Also about" in sitting.get(f"/desk/requests/{older.reference}").text


def test_what_went_through_two_merges_still_says_it_all(house, anna):
    older, newer = two_callbacks(house)
    third = a_callback(house, "c3" * 16, language="ur", about="healthy_start_apply")
    merge(house, newer.reference, third.reference, anna)
    merge(house, older.reference, newer.reference, anna)
    assert now_is(house, older).details["also_about"].split("\n") == ["find_childcare", "healthy_start_apply"]


@pytest.mark.parametrize("rung_since", [False, True])
def test_a_parting_gives_each_its_own_again(house, anna, rung_since):
    older, newer = two_callbacks(house)
    before = [now_is(house, request) for request in (older, newer)]
    merge(house, older.reference, newer.reference, anna)
    if rung_since:
        work.log_call(house, older.reference, anna, "no_answer")
    part(house, older.reference, newer.reference, anna)
    for stood in before:
        again = now_is(house, stood)
        assert (again.wish, again.interpreter, again.details) == (stood.wish, stood.interpreter, stood.details)


def test_a_call_and_a_sign_up_of_one_person_are_two_things_to_do(house, anna):
    call = a_callback(house, A, language="en")
    pack = leave(house, "sign_up", A, "borsetshire", "en", "toddler_pack")
    other_pack = leave(house, "sign_up", B, "borsetshire", "en", "new_parent_pack")
    sitting = seat(house, anna)
    for keep, fold in ((call, pack), (pack, call), (pack, other_pack)):
        with pytest.raises(NotAllowed, match="stay apart"):
            plan(house, keep.reference, fold.reference)
        with pytest.raises(NotAllowed, match="stay apart"):
            merge(house, keep.reference, fold.reference, anna)
        for answer in (
            sitting.get(f"/desk/requests/{keep.reference}/merge/{fold.reference}"),
            sitting.post(f"/desk/requests/{keep.reference}/merge/{fold.reference}"),
        ):
            assert answer.status_code == 409
    page = sitting.get(f"/desk/requests/{call.reference}").text
    assert f'href="/desk/requests/{pack.reference}"' in page
    assert "Another thing to do: both stay" in page
    assert "/merge/" not in page
    assert now_is(house, call).promised_by is not None
    assert now_is(house, pack).state == "new"


def test_two_sign_ups_for_one_pack_keep_the_wish_for_a_call(house, anna):
    one = leave(house, "sign_up", A, "borsetshire", "en", "toddler_pack", call_back_wanted="no", child_age_months="8")
    other = leave(house, "sign_up", B, "borsetshire", "en", "toddler_pack", call_back_wanted="yes", child_age_months="20")
    assert "ages of the children differ" in " ".join(plan(house, one.reference, other.reference).warnings)
    merge(house, one.reference, other.reference, anna)
    assert now_is(house, one).wants_call
    assert now_is(house, one).details["child_age_months"] == "8"


def test_doubles_by_number_are_merged_as_before(house, anna):
    older = a_callback(house, A, contact=Contact("phone", ANY_TIME.phone, "safe_any_time", None, "Ola"))
    newer = a_callback(house, B, contact=replace(ANY_TIME, ask_for=None))
    merge(house, older.reference, newer.reference, anna)
    assert now_is(house, newer).merged_into == older.reference
    assert now_is(house, older).details == {}
