"""The retention table of the product, a test for each row: the day before it is all there, the day after it is gone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Date, DateTime, event

from bot.base.db import Instant, metadata
from bot.base.errors import SettingsError
from bot.base.settings import ROOT, load_settings
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
from bot.staff import store as staff_store
from tests.desk.running import a_callback, member, move_to
from tests.unit.desk_flows.test_keep_data import everything

SENDER = "5e4d" * 8
UNTIL_DEALT_WITH = ("idea", "wrong_answer")


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
def test_a_request_with_contact_wishes_and_notes_goes_as_the_table_says(house, anna, kind):
    editor = member(house, "Eve", "connector", "coordinator", "editor")
    request = a_callback(house, SENDER) if kind == "callback" else leave(house, kind, SENDER, "borsetshire", "pl", "words")
    work.add_note(house, request.reference, editor, "a note")
    at_days(house, 100)
    with house.database.session() as session:
        assert house.requests.get(session, request.reference), "what is not dealt with does not go"
    outcomes = [o for o in KINDS[kind].outcomes if o not in AFTER_A_TALK | AFTER_A_TRY]
    work.close(house, request.reference, editor, outcomes[0])
    days = 0 if kind in UNTIL_DEALT_WITH else 30
    if days:
        at_days(house, 100 + days, -5)
        assert request.reference in everything(house)["request_entry"]
    at_days(house, 100 + days, 5)
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


@pytest.mark.parametrize("kind", UNTIL_DEALT_WITH)
def test_ideas_and_wrong_answers_stay_until_dealt_with_and_never_say_whose_they_are(house, kind):
    request = leave(house, kind, "-", "borsetshire", "en", "swings please")
    at_days(house, 400)
    assert "swings please" in everything(house)["request"]
    work.close(house, request.reference, member(house, "Eve", "editor", "coordinator"), next(iter(KINDS[kind].outcomes)))
    at_days(house, 400, 5)
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


def test_each_kind_of_request_has_a_time_of_its_own_and_none_is_longer_than_the_table(house, anna):
    assert set(house.settings.request_kept_days) == set(KINDS)
    shorter = load_settings({"KINLINE_KEY": "k", "KINLINE_CALLBACK_KEPT_DAYS": "5", "KINLINE_CONCERN_KEPT_DAYS": "90"})
    assert (shorter.request_kept_days["callback"], shorter.request_kept_days["sign_up"]) == (5, 30)
    assert (shorter.request_kept_days["concern"], shorter.request_kept_days["danger"]) == (90, 365)
    assert load_settings({"KINLINE_KEY": "k", "KINLINE_CLOSED_KEPT_DAYS": "10"}).request_kept_days["callback"] == 10
    with pytest.raises(SettingsError, match="KINLINE_IDEA_KEPT_DAYS"):
        load_settings({"KINLINE_KEY": "k", "KINLINE_IDEA_KEPT_DAYS": "31"})
    house = replace(house, settings=replace(house.settings, request_kept_days=shorter.request_kept_days))
    call, pack = a_callback(house, SENDER), leave(house, "sign_up", SENDER, "borsetshire", "pl", "toddler_pack")
    work.close(house, call.reference, anna, "no_longer_needed")
    work.close(house, pack.reference, anna, "declined")
    at_days(house, 5, -5)
    assert keep_data.preview(house, timedelta(hours=1)) == {"Callback": [call.reference]}
    at_days(house, 5, 5)
    left = everything(house)["request"]
    assert call.reference not in left
    assert pack.reference in left


def test_reports_of_missed_dangers_absences_and_the_accounts_of_who_left_go(house, anna):
    left_long_ago = member(house, "Left", "connector", active=False)
    with house.database.session() as session:
        record_store.add_missed(session, house.clock.now(), anna.id, "pl", "crisis_medical", "words that name nobody")
        staff_store.add_absence(session, anna.id, date(2026, 11, 23), date(2026, 11, 24), "sick")
        record_store.audit(session, house.clock.now(), left_long_ago.id, "queue")
    at_days(house, 30)
    assert "sick" in everything(house)["staff_absence"]
    at_days(house, 31)
    assert everything(house)["staff_absence"] == "[]"
    at_days(house, 365, -5)
    left = everything(house)
    assert "words that name nobody" in left["missed_danger"]
    assert left_long_ago.id in left["staff_member"], "the audit still names them"
    at_days(house, 365, 5)
    left = everything(house)
    assert left["missed_danger"] == "[]"
    assert left_long_ago.id not in left["staff_member"]
    assert anna.id in left["staff_member"]


_NOBODYS = "of the directory: services, feeds and days, nothing of a parent"
NOT_PURGED = {
    "presence": "goes when the connector leaves the chat or the silence is over, which is looked at every half minute",
    "translation": "texts of the directory, made ahead",
    "figure": "counts without people",
    "erasure": "a random code and the date: proof of an erasure",
    "saved_reply": "texts of the team, deleted by hand",
    "service_correction": "holds until the source says something else",
    "service_origin": _NOBODYS, "directory_feed": _NOBODYS, "service_calendar": _NOBODYS, "service": _NOBODYS, "service_entry": _NOBODYS, "service_cancellation": _NOBODYS,
}  # fmt: skip


def test_every_table_is_in_a_job_or_is_said_to_need_none(house):
    asked = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    keep_data.purge(house)
    emptied = {found.group(1) for statement in asked if (found := re.match(r"DELETE FROM (\w+)", statement))}
    timed = {t.name for t in metadata.sorted_tables if any(isinstance(c.type, (Instant, DateTime, Date)) for c in t.columns)}
    theirs = timed | {t.name for t in metadata.sorted_tables if "sender" in t.columns or "staff_id" in t.columns}
    assert theirs - emptied - set(NOT_PURGED) == set(), "put it into a job of bot/flows/keep_data.py"
    assert set(NOT_PURGED) - emptied == set(NOT_PURGED) <= {t.name for t in metadata.sorted_tables}
    documented = (ROOT / "docs" / "data-protection.md").read_text()
    assert {table for table in emptied if f"`{table}`" not in documented} == set()


CHAT = {"en": "this chat", "pl": "czat", "ur": "چیٹ", "ur-Latn": "chat", "ar": "المحادثة", "ro": "conversați", "ckb": "گفتوگۆ"}


@pytest.mark.parametrize("code", CHAT)
def test_parents_are_told_that_a_chat_stays_with_its_request(code: str) -> None:
    text = (ROOT / "content" / code / "privacy.md").read_text(encoding="utf-8").split("---")[2]
    of_the_request = text.strip().split("\n\n")[0].split("{fact:retention_messages}")[1]
    assert "{fact:retention_closed}" in of_the_request
    assert CHAT[code] in of_the_request
