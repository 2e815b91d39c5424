"""Inbox, outbox and addresses on a real PostgreSQL, with the tables that the migrations make."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.base.db import open_database
from bot.base.sealing import new_key
from bot.base.settings import load_settings
from bot.delivery import address_store, inbox_store, outbox_store
from bot.delivery import store as turn_store
from bot.delivery.model import Outgoing, Ticket
from tests.conftest import TUESDAY

ANNA, BEN = "a" * 32, "b" * 32


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    import pgserver

    from bot.serve.first_run import upgrade_database

    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    settings = load_settings({"KINLINE_KEY": new_key(), "DATABASE_URL": server.get_uri()})
    upgrade_database(settings)
    database = open_database(settings.database_url)
    yield database
    database.close()
    server.cleanup()


def test_a_message_is_taken_in_once_answered_once_and_kept_in_order(postgres):
    with postgres.session() as session:
        first = inbox_store.add(session, "telegram", "k1", Ticket(ANNA, 0, TUESDAY, 7), {"text": "سلام"}, TUESDAY)
        assert inbox_store.add(session, "telegram", "k1", Ticket(ANNA, 0, TUESDAY, 7), {"text": "x"}, TUESDAY) is None
    with postgres.session() as session:
        [ticket] = [t for t in inbox_store.waiting(session) if t.sender == ANNA]
        assert (ticket.inbox_id, ticket.sent_at, ticket.order) == (first.inbox_id, TUESDAY, 7)
        assert inbox_store.read(session, first.inbox_id).body["text"] == "سلام"
        inbox_store.count_attempt(session, first.inbox_id)
        assert inbox_store.finish(session, first.inbox_id, TUESDAY)
        assert not inbox_store.finish(session, first.inbox_id, TUESDAY)


def test_a_reply_is_claimed_once_and_uncertain_after_a_kill(postgres):
    with postgres.session() as session:
        outbox_store.add(session, BEN, "telegram", "reply", [Outgoing("hello", "en", "ltr")], TUESDAY)
        outbox_store.add(session, BEN, "telegram", "danger", [Outgoing("999", "en", "ltr")], TUESDAY)
    with postgres.session() as session:
        assert BEN in outbox_store.senders_waiting(session, TUESDAY)
        first = outbox_store.next_for(session, BEN)
        assert first.message.text == "999"
        assert outbox_store.claim(session, first.outbox_id)
        assert not outbox_store.claim(session, first.outbox_id)
        outbox_store.sent(session, first.outbox_id, TUESDAY, "key")
        assert outbox_store.report(session, "delivered", TUESDAY, "key", None, "") == BEN
        second = outbox_store.next_for(session, BEN)
        outbox_store.claim(session, second.outbox_id)
    with postgres.session() as session:
        assert outbox_store.after_restart(session, TUESDAY) == 1
        assert outbox_store.uncertain_of(session, BEN) == [second.outbox_id]
        assert outbox_store.counts(session)["uncertain"] == 1


def test_addresses_presences_and_turns(postgres):
    with postgres.session() as session:
        address_store.heard_from(session, ANNA, "whatsapp", "sealed", TUESDAY, ["c" * 32])
        address_store.heard_from(session, ANNA, "whatsapp", "sealed again", TUESDAY)
        address_store.speaks(session, ANNA, "ur", "southend")
        assert address_store.who(session, "c" * 32, None) == ANNA
        address = address_store.address_of(session, ANNA)
        assert (address.sealed, address.language, address.area, address.last_inbound_at) == ("sealed again", "ur", "southend", TUESDAY)
        assert address_store.begin_presence(session, ANNA, "Maria", TUESDAY, TUESDAY + timedelta(minutes=30))
        assert not address_store.begin_presence(session, ANNA, "Maria", TUESDAY, TUESDAY + timedelta(minutes=60))
        assert address_store.presences_over(session, TUESDAY) == []
        assert address_store.end_presence(session, ANNA)
        number = turn_store.add_turn(session, ANNA, "سلام", [{"text": "hello"}], TUESDAY, 4711)
        assert turn_store.turn_of(session, 4711)["turn"] == number
        turn_store.unsay(session, 4711)
        assert turn_store.turn_of(session, 4711)["said"] == ""


def test_old_rows_go_and_those_of_a_callback_stay(postgres):
    later = TUESDAY + timedelta(days=15)
    with postgres.session() as session:
        inbox_store.add(session, "telegram", "k9", Ticket(ANNA, 0, TUESDAY), {}, TUESDAY)
        assert inbox_store.purge_inbox(session, later, [ANNA]) == 0
        assert inbox_store.purge_inbox(session, later) >= 1
        assert outbox_store.purge_outbox(session, later) >= 2
        assert address_store.purge_addresses(session, later, [ANNA]) == 0
        assert address_store.purge_addresses(session, later) == 2
