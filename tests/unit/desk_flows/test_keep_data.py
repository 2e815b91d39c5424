"""What goes when, what is handed over, and that erasure reaches everything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import inspect, text

from bot.delivery import address_store, awaited, conversations
from bot.delivery import store as delivery
from bot.flows import demonstration, keep_data
from bot.flows import work_on_request as work
from bot.flows.answer_danger import record_danger
from bot.flows.book_callback import leave, withdraw
from bot.flows.forget_parent import forget_parent
from bot.flows.safeguard import raise_concern
from bot.privacy import store as privacy_store
from bot.staff import record_store
from tests.desk.running import a_callback, move_to
from tests.unit.desk_flows.test_promises import notices, wants_mail

SENDER = "5e4d" * 8


def everything(house):
    """All rows of all tables as one text."""
    with house.database.session() as session:
        tables = inspect(session.get_bind()).get_table_names()
        return {t: str(session.execute(text(f'SELECT * FROM "{t}"')).all()) for t in tables}


def a_full_life(house, anna):
    request = a_callback(house, SENDER)
    work.claim(house, request.reference, anna)
    work.log_call(house, request.reference, anna, "reached", "Spoke with her")
    work.refer(house, request.reference, anna, "healthy_start")
    with house.database.session() as session:
        conversations.write(session, SENDER, "[]", house.clock.now())
        delivery.add_turn(session, SENDER, "hello", [], house.clock.now())
        privacy_store.keep_number(session, "TOKEN234", SENDER, house.sealer.seal("07700900123"), house.clock.now())
        record_store.add_export(session, "EXPORT2345", house.clock.now(), anna.id, "requests", [request.reference])
    return request


def test_erasure_reaches_every_table_and_leaves_a_receipt(house, anna):
    anna = wants_mail(house, anna)
    request = a_full_life(house, anna)
    assert any(SENDER in rows for rows in everything(house).values())
    receipt = keep_data.erase(house, SENDER)
    left = everything(house)
    for table, rows in left.items():
        assert SENDER not in rows, table
        if table != "audit":  # who looked at which reference stays for a year and says nothing about whom
            assert request.reference not in rows, table
    assert receipt in left["erasure"]
    assert notices(house, "erased") == [anna.id]
    with house.database.session() as session:
        assert record_store.exports(session)[0][5] == 1


def test_two_people_of_one_file_are_erased_in_the_same_second(house, anna):
    requests = [a_callback(house, sender) for sender in (SENDER, "b2" * 16)]
    with house.database.session() as session:
        record_store.add_export(session, "EXPORT2345", house.clock.now(), anna.id, "requests", [r.reference for r in requests])
    for request in requests:
        keep_data.erase(house, request.sender)
    with house.database.session() as session:
        assert record_store.exports(session)[0][5] == 2
    left = everything(house)["export_row"]
    assert not any(request.reference in left for request in requests)


def test_a_danger_case_stays_and_says_nothing_but_kind_and_time(house, anna):
    record_danger(house, SENDER, "borsetshire", "pl", "crisis_domestic_abuse")
    a_full_life(house, anna)
    forget_parent(house, SENDER)
    with house.database.session() as session:
        left = house.requests.of_sender(session, SENDER)
    assert [(r.kind, r.about, r.contact) for r in left] == [("danger", "crisis_domestic_abuse", None)]


def test_a_copy_holds_what_the_parent_and_the_team_wrote_and_no_safeguarding(house, anna):
    request = a_full_life(house, anna)
    raise_concern(house, request.reference, anna, "bruises")
    copy = keep_data.copy_of(house, SENDER)
    assert copy["requests"][0]["contact"]["ask_for"] == "Ola"
    assert "Spoke with her" in [line["text"] for line in copy["history"]]
    assert copy["messages"] == [{"said": "hello", "replies": []}]
    assert copy["referrals"][0]["kind"] == "healthy_start"
    assert "bruises" not in str(copy)


def test_a_copy_says_where_the_parent_is_reached_what_was_typed_and_what_they_wait_for(house, anna):
    request = a_full_life(house, anna)
    with house.database.session() as session:
        address_store.heard_from(session, SENDER, "telegram", house.sealer.seal("4711"), house.clock.now())
        awaited.wait_for(session, request.reference, SENDER, house.clock.now())
    copy = keep_data.copy_of(house, SENDER)
    assert [(one["channel"], one["address"]) for one in copy["reached_at"]] == [("telegram", "4711")]
    assert copy["numbers_typed"] == ["07700900123"]
    assert copy["waits_to_hear_about"] == [request.reference]


def test_the_preview_names_what_the_next_run_deletes_and_the_run_deletes_just_that(house, anna):
    gone, stays = a_callback(house, "g" * 32), a_callback(house, "h" * 32)
    withdraw(house, gone.sender)
    move_to(house, "2026-12-23T10:00")
    assert keep_data.preview(house) == {}
    assert keep_data.preview(house, timedelta(days=7)) == {"Callback": [gone.reference]}
    move_to(house, "2026-12-25T10:00")
    assert keep_data.preview(house) == {"Callback": [gone.reference]}
    assert keep_data.purge(house)["requests"] == 1
    assert keep_data.purge(house)["requests"] == 0
    with house.database.session() as session:
        assert house.requests.get(session, gone.reference) is None
        assert house.requests.get(session, stays.reference)


def test_a_run_that_was_cut_off_is_finished_by_the_next(house, anna, monkeypatch):
    for number in range(7):
        request = a_callback(house, f"{number:032d}")
        withdraw(house, request.sender)
    move_to(house, "2027-01-05T10:00")
    monkeypatch.setattr(keep_data, "_BATCH", 2)
    real, calls = keep_data._purge_requests, []

    def cut_off(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("the power went")
        return real(*arguments)

    monkeypatch.setattr(keep_data, "_purge_requests", cut_off)
    with pytest.raises(RuntimeError):
        keep_data.purge(house)
    monkeypatch.setattr(keep_data, "_purge_requests", real)
    assert keep_data.purge(house)["requests"] == 3
    assert "asked" not in everything(house)["request_entry"]


def test_safeguarding_audit_and_referrals_go_after_a_year(house, anna):
    a_full_life(house, anna)
    record_danger(house, "d" * 32, "borsetshire", "pl", "crisis_medical")
    with house.database.session() as session:
        record_store.audit(session, house.clock.now(), anna.id, "queue")
    move_to(house, "2027-11-23T10:00")
    keep_data.purge(house)
    assert "crisis_medical" in everything(house)["request"]
    move_to(house, "2027-11-25T10:00")
    gone = keep_data.purge(house)
    assert (gone["audit"], gone["referrals"]) == (1, 1)
    assert "crisis_medical" not in everything(house)["request"]


def test_demonstration_requests_count_in_no_figure_and_go_without_a_trace(house, anna):
    before = {table: rows for table, rows in everything(house).items() if table != "sqlite_sequence"}
    assert demonstration.load(house) == 10
    assert demonstration.load(house) == 0
    with house.database.session() as session:
        some = house.requests.demo_references(session)[0]
    work.log_call(house, some, anna, "no_answer")
    assert demonstration.remove(house) == 10
    after = {table: rows for table, rows in everything(house).items() if table != "sqlite_sequence"}
    assert {t for t in after if after[t] != before[t]} <= {"staff_member"}


def test_anonymous_words_are_nobodys_to_erase(house):
    idea = leave(house, "idea", "-", "borsetshire", "en", "a group on Saturdays")
    keep_data.erase_request(house, idea.reference)
    assert "Saturdays" not in everything(house)["request"]
    assert date(2026, 11, 24).isoformat() in everything(house)["erasure"] or "2026, 11, 24" in everything(house)["erasure"]
