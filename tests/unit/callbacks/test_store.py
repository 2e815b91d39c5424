from datetime import date, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from bot.callbacks.model import Contact, Request, Wish
from bot.callbacks.rules import NotAllowed
from bot.callbacks.store import RequestStore
from tests.conftest import TUESDAY


def a_request(reference="ABC234", kind="callback", sender="s" * 32, **more):
    return Request(reference, kind, sender, "southend", "pl", TUESDAY, **more)


def test_contact_details_are_sealed(database, sealer):
    store = RequestStore(sealer)
    contact = Contact("phone", "+447400123456", "safe_any_time", True, "Anna")
    with database.session() as session:
        store.add(session, a_request(contact=contact, wish=Wish(3, "morning", date(2026, 12, 15)), promised_by=TUESDAY))
    with database.session() as session:
        stored = str(session.execute(text("SELECT * FROM request")).all())
        assert "447400123456" not in stored
        assert "Anna" not in stored
        assert store.open_requests(session)[0].contact is None
        read = store.get_sealed(session, "ABC234")
        assert "Anna" not in read.sealed
        opened = store.unseal(read.request, read.sealed)
        assert opened.contact == contact
        assert opened.wish == Wish(3, "morning", date(2026, 12, 15))
        assert read.chats == ["s" * 32]


def test_what_is_due_first_stands_on_top(database, sealer):
    store = RequestStore(sealer)
    with database.session() as session:
        store.add(session, a_request("LATER2", promised_by=TUESDAY + timedelta(days=2)))
        store.add(session, a_request("NONE22"))
        store.add(session, a_request("SOON22", promised_by=TUESDAY + timedelta(hours=2)))
    with database.session() as session:
        assert [r.reference for r in store.open_requests(session)] == ["SOON22", "LATER2", "NONE22"]


def test_forgetting_leaves_only_the_danger_case(database, sealer):
    store = RequestStore(sealer)
    with database.session() as session:
        store.add(session, a_request("ONE222"))
        store.add(session, a_request("TWO222", kind="danger"))
        store.add(session, a_request("OTHER2", sender="o" * 32))
    with database.session() as session:
        assert store.forget(session, "s" * 32) == ["ONE222"]
        assert store.latest_of(session, "s" * 32) is None
        assert store.latest_of(session, "s" * 32, "danger")
        assert store.latest_of(session, "o" * 32)


def test_old_things_go_and_open_ones_stay(database, sealer):
    store = RequestStore(sealer)
    with database.session() as session:
        for reference in ("OPEN22", "SHUT22"):
            store.add(session, a_request(reference))
        store.change(session, store.get(session, "SHUT22"), "withdrawn", TUESDAY - timedelta(days=31))
        store.add(session, a_request("CASE22", kind="danger"))
    with database.session() as session:
        month, year = TUESDAY - timedelta(days=30), TUESDAY - timedelta(days=365)
        assert [r.reference for r in store.due_to_go(session, {"callback": month, "danger": year})] == ["SHUT22"]
        assert [r.reference for r in store.due_to_go(session, {"callback": month, "danger": TUESDAY + timedelta(days=1)})] == [
            "SHUT22",
            "CASE22",
        ]
        assert store.delete(session, ["SHUT22", "CASE22"]) == 2
        assert [r.reference for r in store.open_requests(session)] == ["OPEN22"]


def test_times_keep_their_order_in_the_night_the_clocks_go_back(each_database, sealer):
    store = RequestStore(sealer)
    utc = timezone.utc
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=utc), datetime(2026, 10, 25, 1, 15, tzinfo=utc)
    with each_database.session() as session:
        # On London's wall clock these are 01:30 and 01:15: the later one looks earlier.
        store.add(session, a_request("LATER2", promised_by=second))
        store.add(session, a_request("FIRST2", promised_by=first))
    with each_database.session() as session:
        assert [r.reference for r in store.open_requests(session)] == ["FIRST2", "LATER2"]
        assert [r.promised_by.astimezone(utc) for r in store.open_requests(session)] == [first, second]


def test_of_two_who_act_at_once_one_wins(each_database, sealer):
    store = RequestStore(sealer)
    with each_database.session() as session:
        store.add(session, a_request())
        seen = store.get(session, "ABC234")
    with each_database.session() as session:
        store.change(session, seen, "claimed", TUESDAY, claimed_by="anna")
    with pytest.raises(NotAllowed), each_database.session() as session:
        store.change(session, seen, "claimed", TUESDAY, claimed_by="omar")
    with each_database.session() as session:
        assert store.get(session, "ABC234").claimed_by == "anna"


def test_doubles_are_found_by_chat_and_by_number_and_never_through_an_empty_one(each_database, sealer):
    store = RequestStore(sealer)
    with each_database.session() as session:
        store.add(session, a_request("ONE222", contact=Contact("phone", "+447400123456")))
        store.add(session, a_request("TWO222", sender="o" * 32, contact=Contact("phone", "+447400123456")))
        store.add(session, a_request("CHAT22", contact=Contact("chat")))
        store.add(session, a_request("OTHER2", sender="p" * 32, contact=Contact("chat")))
        store.add(session, a_request("CASE22", kind="danger"))
        assert {r.reference for r in store.doubles_of(session, store.get(session, "ONE222"))} == {"TWO222", "CHAT22"}
        assert store.doubles_of(session, store.get(session, "OTHER2")) == []
        assert [r.reference for r in store.by_phone_or_name(session, "+447400123456", "")] == ["ONE222", "TWO222"]
