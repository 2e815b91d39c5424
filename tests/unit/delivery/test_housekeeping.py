"""What is old goes; what an open callback needs stays."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.base.settings import load_settings
from bot.callbacks.entry_store import EntryStore
from bot.callbacks.model import Request
from bot.callbacks.store import RequestStore
from bot.delivery import address_store, inbox_store, outbox_store
from bot.delivery import store as turn_store
from bot.delivery.model import Outgoing, Ticket
from bot.flows.keep_data import purge
from tests.conftest import TUESDAY

ANNA = "a" * 32


@pytest.fixture
def settings():
    from bot.base.sealing import new_key

    later = TUESDAY + timedelta(days=15)
    return load_settings({"KINLINE_KEY": new_key(), "KINLINE_CLOCK_STOPPED_AT": later.isoformat()})


def purge_all(settings, database, sealer):
    """The rooms that the job goes through, without the content that it does not need."""
    rooms = SimpleNamespace(
        settings=settings, clock=settings.clock(), database=database, requests=RequestStore(sealer), entries=EntryStore(sealer)
    )
    return purge(rooms)


def fill(database):
    with database.session() as session:
        inbox_store.add(session, "telegram", "k", Ticket(ANNA, 0, TUESDAY), {"text": "x"}, TUESDAY)
        outbox_store.add(session, ANNA, "telegram", "reply", [Outgoing("x", "en", "ltr")], TUESDAY)
        turn_store.add_turn(session, ANNA, "x", [], TUESDAY)
        address_store.heard_from(session, ANNA, "telegram", "sealed", TUESDAY)


def left(database):
    with database.session() as session:
        kept = [turn_store.turns_after(session, ANNA, 0), outbox_store.next_for(session, ANNA), inbox_store.waiting(session)]
        return [bool(one) for one in (*kept, address_store.address_of(session, ANNA))]


def test_after_two_weeks_messages_and_addresses_are_gone(database, settings, sealer):
    fill(database)
    purge_all(settings, database, sealer)
    assert left(database) == [False, False, False, False]


@pytest.mark.parametrize(
    ("kind", "closed_days_ago", "wanted"),
    [
        ("callback", None, [True, True, True, True]),
        ("callback", 5, [True, True, True, True]),
        ("subscribe", None, [False, False, False, True]),
        ("idea", None, [False, False, False, False]),
    ],
)
def test_what_belongs_to_a_callback_stays_and_subscribers_can_be_reached(database, settings, sealer, kind, closed_days_ago, wanted):
    fill(database)
    store = RequestStore(sealer)
    with database.session() as session:
        store.add(session, Request("ABC234", kind, ANNA, "southend", "en", TUESDAY))
        if closed_days_ago:
            closed_at = settings.clock().now() - timedelta(days=closed_days_ago)
            store.change(session, store.get(session, "ABC234"), "closed", closed_at)
    purge_all(settings, database, sealer)
    assert left(database) == wanted
