"""What has ended stays ended, unless the parent says that no call came; then somebody who is there has it, or nobody yet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.callbacks import timer_store
from bot.callbacks.rules import CALL_RESULTS, NotAllowed
from bot.flows import work_on_request as work
from bot.flows.ask_about_call import open_question, put_waiting
from bot.flows.book_callback import withdraw
from bot.flows.go_away import give_back
from bot.flows.merge_requests import merge
from bot.staff import store as staff_store
from tests.desk.running import CAREFUL, a_callback
from tests.unit.desk_flows.test_ask_about_call import answer, asked_after_a_call
from tests.unit.desk_flows.test_promises import codes, notices, now_is, wants_mail


@pytest.mark.parametrize("result", sorted(CALL_RESULTS))
def test_a_call_written_down_from_an_old_page_opens_no_closed_request(house, anna, result):
    request = a_callback(house)
    work.log_call(house, request.reference, anna, "reached")
    closed = work.close(house, request.reference, anna, "helped")
    with pytest.raises(NotAllowed, match="closed in the meantime"):
        work.log_call(house, request.reference, anna, result, "rang again")
    assert now_is(house, request) == closed
    assert codes(house, request)[-1] == result
    with house.database.session() as session:
        assert [timer.kind for timer in timer_store.waiting(session, request.reference)] == ["check"]


@pytest.mark.parametrize("result", sorted(CALL_RESULTS))
def test_a_call_is_not_written_down_for_a_request_that_was_merged_but_for_the_one_that_stayed(house, anna, result):
    keep, fold = a_callback(house), a_callback(house, "t" * 32)
    merge(house, keep.reference, fold.reference, anna)
    with pytest.raises(NotAllowed, match=f"merged into {keep.reference}"):
        work.log_call(house, fold.reference, anna, result)
    stands = now_is(house, fold)
    assert (stands.state, stands.tray, stands.merged_into) == ("closed", "done", keep.reference)
    assert codes(house, fold) == []


def test_what_a_missed_call_opens_again_is_for_the_team_when_who_had_it_has_left(house, anna, omar, carla):
    omar = wants_mail(house, omar)
    request = asked_after_a_call(house, anna)
    work.close(house, request.reference, anna, "helped")
    with house.database.session() as session:
        left = replace(anna, active=False)
        staff_store.change_member(session, left)
        give_back(house, session, left, carla)
    answer(house, request, "2")
    assert now_is(house, request).claimed_by == ""
    assert notices(house, "missed") == [omar.id]
    assert work.claim(house, request.reference, omar).claimed_by == omar.id


@pytest.mark.parametrize("said", ["1", "2", "3"])
def test_an_answer_about_a_call_of_a_withdrawn_request_promises_nothing(house, anna, said):
    request = asked_after_a_call(house, anna, "en")
    withdraw(house, request.sender)
    replies = answer(house, request, said, "en").replies
    assert [reply.text for reply in replies] == [house.catalogue.text("utter_call_thanks", "en", {})]
    assert open_question(house, request.sender) is None
    assert now_is(house, request).state == "withdrawn"


def test_who_must_be_contacted_with_care_is_not_asked_about_a_call_after_withdrawing(house, anna):
    request = asked_after_a_call(house, anna, contact=CAREFUL)
    withdraw(house, request.sender)
    assert put_waiting(house, request.sender, open_question(house, request.sender), "pl") is None
    assert open_question(house, request.sender) is None
