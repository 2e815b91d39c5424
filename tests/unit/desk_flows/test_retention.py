"""The retention table of the product, a test for each row: the day before it is all there, the day after it is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.callbacks import entry_store
from bot.callbacks.model import Referral
from bot.callbacks.rules import AFTER_A_TALK, AFTER_A_TRY, KINDS
from bot.delivery import address_store, conversations
from bot.delivery import store as delivery
from bot.flows import keep_data
from bot.flows import work_on_request as work
from bot.flows.answer_danger import record_danger
from bot.flows.book_callback import leave, withdraw
from bot.insight import store as insight
from bot.privacy import store as privacy_store
from bot.staff import record_store
from tests.desk.running import a_callback, member, move_to
from tests.unit.desk_flows.test_keep_data import everything

SENDER = "5e4d" * 8


def at_days(house, days, minutes=0):
    """So long after the beginning, Tuesday 24 November 2026 at ten; all figures of the table are whole days."""
    begun = house.clock.now().replace(year=2026, month=11, day=24, hour=10, minute=0)
    move_to(house, (begun + timedelta(days=days, minutes=minutes)).strftime("%Y-%m-%dT%H:%M"))
    keep_data.purge(house)


def said(house):
    with house.database.session() as session:
        return len(delivery.turns_after(session, SENDER, 0, 10))


def test_messages_go_after_a_fortnight(house):
    with house.database.session() as session:
        delivery.add_turn(session, SENDER, "hello", [], house.clock.now())
        conversations.write(session, SENDER, "[]", house.clock.now())
        privacy_store.keep_number(session, "TOKEN234", SENDER, house.sealer.seal("07700900123"), house.clock.now())
    at_days(house, 14, -5)
    assert said(house) == 1
    at_days(house, 14, 5)
    assert said(house) == 0
    assert all(SENDER not in rows for rows in everything(house).values())


def test_messages_of_a_callback_stay_until_thirty_days_after_it_ended(house):
    a_callback(house, SENDER)
    with house.database.session() as session:
        delivery.add_turn(session, SENDER, "hello", [], house.clock.now())
    at_days(house, 40)
    assert said(house) == 1
    withdraw(house, SENDER)
    at_days(house, 70, -5)
    assert said(house) == 1
    at_days(house, 70, 5)
    assert said(house) == 0


@pytest.mark.parametrize("kind", [kind for kind, rules in KINDS.items() if "safeguarding_lead" not in rules.roles])
def test_a_request_with_contact_wishes_and_notes_goes_thirty_days_after_it_ended(house, anna, kind):
    editor = member(house, "Eve", "connector", "coordinator", "editor")
    request = a_callback(house, SENDER) if kind == "callback" else leave(house, kind, SENDER, "borsetshire", "pl", "words")
    work.add_note(house, request.reference, editor, "a note")
    at_days(house, 100)
    with house.database.session() as session:
        assert house.requests.get(session, request.reference), "what is not dealt with does not go"
    outcomes = [o for o in KINDS[kind].outcomes if o not in AFTER_A_TALK | AFTER_A_TRY]
    work.close(house, request.reference, editor, outcomes[0])
    at_days(house, 130, -5)
    assert request.reference in everything(house)["request_entry"]
    at_days(house, 130, 5)
    left = everything(house)
    for table in ("request", "request_entry", "timer"):
        assert request.reference not in left[table], table


def test_a_danger_case_stays_a_year_closed_or_not(house):
    record_danger(house, SENDER, "borsetshire", "pl", "crisis_medical")
    at_days(house, 365, -5)
    assert "crisis_medical" in everything(house)["request"]
    at_days(house, 365, 5)
    assert "crisis_medical" not in everything(house)["request"]


def test_audit_exports_and_referrals_stay_a_year_also_without_their_request(house, anna):
    request = a_callback(house, SENDER)
    now = house.clock.now()
    with house.database.session() as session:
        entry_store.add_referral(session, Referral(request.reference, "vitamins", "", "", "borsetshire", "pl", "other", now, anna.id))
        record_store.audit(session, now, anna.id, "queue")
        record_store.add_export(session, "EXPORT2345", now, anna.id, "requests", [request.reference])
    withdraw(house, SENDER)
    at_days(house, 365, -5)
    left = everything(house)
    assert "vitamins" in left["referral"]
    assert request.reference not in left["referral"], "the figures do not say whose it was"
    assert "queue" in left["audit"]
    assert "EXPORT2345" in left["export_made"]
    at_days(house, 365, 5)
    left = everything(house)
    assert (left["referral"], left["audit"], left["export_made"]) == ("[]", "[]", "[]")


@pytest.mark.parametrize("kind", ["idea", "wrong_answer"])
def test_ideas_and_wrong_answers_stay_until_dealt_with_and_never_say_whose_they_are(house, kind):
    request = leave(house, kind, "-", "borsetshire", "en", "swings please")
    at_days(house, 400)
    assert "swings please" in everything(house)["request"]
    work.close(house, request.reference, member(house, "Eve", "editor", "coordinator"), next(iter(KINDS[kind].outcomes)))
    at_days(house, 430, 5)
    assert "swings please" not in everything(house)["request"]


def test_counts_and_receipts_hold_nobody_and_stay(house):
    a_callback(house, SENDER)
    receipt = keep_data.erase(house, SENDER)
    with house.database.session() as session:
        insight.count(session, house.clock.today(), "requests", "borsetshire", "pl", "other")
    at_days(house, 3000)
    left = everything(house)
    assert receipt in left["erasure"]
    assert "borsetshire" in left["figure"]


def test_the_way_to_a_parent_stays_as_long_as_something_that_needs_it(house):
    leave(house, "volunteer", SENDER, "borsetshire", "pl", "volunteering")
    with house.database.session() as session:
        address_store.heard_from(session, SENDER, "telegram", house.sealer.seal("1"), house.clock.now())
        address_store.heard_from(session, "f" * 32, "telegram", house.sealer.seal("2"), house.clock.now())
    at_days(house, 20)
    with house.database.session() as session:
        assert address_store.address_of(session, SENDER)
        assert address_store.address_of(session, "f" * 32) is None
