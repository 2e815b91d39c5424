"""A parent answers a connector in the chat: told once without a word of theirs, marked in the queue until the page is opened."""

from __future__ import annotations

import pytest

from bot.callbacks.model import Wish
from bot.delivery import address_store
from bot.delivery import store as delivery
from bot.flows.book_callback import book_at_desk
from bot.flows.hear_parent import parent_has_written
from bot.flows.merge_requests import merge
from bot.flows.notify_staff import message
from bot.staff import record_store
from bot.staff.model import Notify
from tests.desk.running import ANY_TIME, a_callback, member, move_to, seat

MARK = "The parent has written"
SENDER = "5e4d" * 8


@pytest.fixture
def anna(house):
    return member(house, "Anna", "connector", notify=Notify(email=True))


def says(house, words="Yes, at four"):
    with house.database.session() as session:
        delivery.add_turn(session, SENDER, words, [], house.clock.now())
        parent_has_written(house, session, SENDER)


def notices(house):
    with house.database.session() as session:
        return [n for n in record_store.notices_to_send(session, house.clock.now()) if n.kind == "written"]


def written_to(house, anna, reference):
    with house.database.session() as session:
        address_store.heard_from(session, SENDER, "web", "", house.clock.now())
    sitting = seat(house, anna)
    sitting.post(f"/desk/requests/{reference}/claim")
    assert sitting.post(f"/desk/requests/{reference}/message", words="May I ring at four?").status_code == 303
    return sitting


def test_the_connector_is_told_once_and_the_queue_shows_it_until_the_page_is_opened(house, anna):
    request = a_callback(house, SENDER, language="en")
    says(house, "before anybody wrote")
    assert notices(house) == []
    sitting = written_to(house, anna, request.reference)
    assert MARK not in sitting.get("/desk/queue").text
    says(house)
    says(house, "Or at five")
    [notice] = notices(house)
    assert (notice.staff_id, notice.reference) == (anna.id, request.reference)
    subject, text = message(house, [notice])
    assert "A parent has answered in the chat" in subject
    assert "four" not in text
    assert MARK in sitting.get("/desk/queue").text
    assert "Yes, at four" in sitting.get(f"/desk/requests/{request.reference}").text
    assert MARK not in sitting.get("/desk/queue").text
    says(house, "Hello?")
    assert MARK in sitting.get("/desk/queue").text
    assert len(notices(house)) == 2


def test_an_answer_that_comes_when_the_assistant_is_back_is_told_too_but_only_that_one(house, anna):
    request = a_callback(house, SENDER, language="en")
    sitting = written_to(house, anna, request.reference)
    move_to(house, "2026-11-24T13:00")
    says(house)
    sitting = seat(house, anna)
    assert MARK in sitting.get("/desk/queue").text
    sitting.get(f"/desk/requests/{request.reference}")
    says(house, "where is the food bank")
    assert MARK not in sitting.get("/desk/queue").text
    assert len(notices(house)) == 1


def test_somebody_elses_look_does_not_take_the_mark_away(house, anna):
    request = a_callback(house, SENDER, language="en")
    sitting = written_to(house, anna, request.reference)
    says(house)
    seat(house, member(house, "Lee", "safeguarding_lead")).post(f"/desk/requests/{request.reference}/contact")
    assert MARK in sitting.get("/desk/queue").text


def test_an_answer_is_told_for_the_request_that_stayed_after_a_merge(house, anna):
    keep = book_at_desk(house, "callback", "borsetshire", "en", ANY_TIME, Wish(), "x", False, anna)
    fold = a_callback(house, SENDER, language="en")
    written_to(house, anna, fold.reference)
    merge(house, keep.reference, fold.reference, anna)
    says(house)
    assert [notice.reference for notice in notices(house)] == [keep.reference]
