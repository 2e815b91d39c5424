from datetime import timedelta

from sqlalchemy import text

from bot.callbacks.model import Contact, Request, Wish
from bot.callbacks.store import RequestStore
from tests.conftest import TUESDAY


def a_request(reference="ABC234", kind="callback", sender="s" * 32, **more):
    return Request(reference, kind, sender, "southend", "pl", TUESDAY, **more)


def test_contact_details_are_sealed_and_opening_them_is_recorded(database, sealer):
    store = RequestStore(sealer)
    contact = Contact("phone", "+447400123456", "safe_any_time", True, "Anna")
    with database.session() as session:
        store.add(session, a_request(contact=contact, wish=Wish(3, "morning"), promised_by=TUESDAY))
    with database.session() as session:
        stored = str(session.execute(text("SELECT * FROM request")).all())
        assert "447400123456" not in stored
        assert "Anna" not in stored
        assert store.open_requests(session)[0].contact is None
        opened = store.open_contact(session, "ABC234", "Joanna", TUESDAY)
        assert opened
        assert opened.contact == contact
        assert opened.wish == Wish(3, "morning")
        assert session.execute(text("SELECT opened_by FROM request_opened")).scalar() == "Joanna"


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
        assert store.forget(session, "s" * 32) == 1
        assert store.latest_of(session, "s" * 32) is None
        assert store.latest_of(session, "s" * 32, "danger")
        assert store.latest_of(session, "o" * 32)


def test_old_things_go_and_open_ones_stay(database, sealer):
    store = RequestStore(sealer)
    with database.session() as session:
        for reference in ("OPEN22", "SHUT22"):
            store.add(session, a_request(reference))
        store.set_state(session, "SHUT22", "closed", TUESDAY - timedelta(days=31))
        store.add(session, a_request("CASE22", kind="danger"))
    with database.session() as session:
        assert store.purge(session, TUESDAY - timedelta(days=30), TUESDAY - timedelta(days=365)) == 1
        assert store.purge(session, TUESDAY - timedelta(days=30), TUESDAY + timedelta(days=1)) == 1
        assert [r.reference for r in store.open_requests(session)] == ["OPEN22"]
