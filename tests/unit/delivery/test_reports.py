"""The outbox and what the provider reports of a message: before our own call has ended, and long after."""

from datetime import timedelta

import pytest

from bot.base.errors import SendUncertain, TryLater
from bot.delivery import address_store, outbox_store
from bot.delivery.model import About, Outgoing
from bot.delivery.reference import read_reference
from tests.conftest import TUESDAY
from tests.unit.delivery.conftest import ANNA, BEN, put, rows, settle


def reports(outbox, *statuses):
    """The provider's reports about a message, which come while our call of it still hangs."""

    def tell(reference):
        with outbox._database.session() as session:
            about = read_reference(session, outbox._sealer, reference)
            for status in statuses:
                outbox_store.report(session, status, TUESDAY, "their id", about, "code_131026")

    return tell


@pytest.mark.parametrize("problem", [SendUncertain("no_answer"), TryLater("status_500"), RuntimeError("what")])
@pytest.mark.parametrize("purpose", ["reply", "danger"])
async def test_what_is_reported_while_the_call_hangs_has_gone_out_once(outbox, database, carrier, problem, purpose):
    carrier.problems, carrier.meanwhile = [problem], reports(outbox, "sent", "delivered")
    put(database, purpose=purpose)
    await settle(outbox)
    assert (carrier.tried, rows(database)) == (1, [("sent", "")])


async def test_what_is_reported_as_failed_while_the_call_hangs_is_not_asked_about(outbox, database, carrier):
    carrier.problems, carrier.meanwhile = [SendUncertain("no_answer")], reports(outbox, "failed")
    put(database)
    await settle(outbox)
    assert rows(database) == [("dead", "code_131026")]


@pytest.mark.parametrize("problem", [SendUncertain("no_answer"), TryLater("status_500")])
@pytest.mark.parametrize("writes", [True, False])
async def test_a_template_that_is_reported_while_its_call_hangs_asks_once_and_the_message_waits(
    outbox, database, carrier, clock, problem, writes
):
    carrier.window_hours, carrier.template = 24.0, Outgoing("", "en", "ltr", template="message_waiting", template_language="en_GB")
    clock.advance(timedelta(hours=25))
    tell = reports(outbox, "sent", "read")

    def meanwhile(reference):
        tell(reference)
        carrier.meanwhile = None
        if writes:
            with database.session() as session:
                address_store.heard_from(session, ANNA, "telegram", outbox._sealer.seal("11"), clock.now())

    carrier.problems, carrier.meanwhile = [problem], meanwhile
    put(database, "Maria: hello", "person")
    await settle(outbox)
    assert rows(database)[0][0] == ("sent" if writes else "held")
    assert (carrier.tried, carrier.sent) == ((2, [("11", "Maria: hello")]) if writes else (1, []))


async def test_the_receipt_of_an_erasure_that_was_reported_while_its_call_hangs_takes_the_address_with_it(outbox, database, carrier):
    carrier.problems, carrier.meanwhile = [TryLater("status_500")], reports(outbox, "sent")
    put(database, "receipt", last_word=True)
    await settle(outbox)
    assert carrier.tried == 1
    with database.session() as session:
        assert address_store.address_of(session, ANNA) is None


async def test_what_waits_behind_a_template_that_has_failed_is_dead_and_the_next_message_asks_anew(outbox, database, carrier, clock):
    carrier.window_hours, carrier.template = 24.0, Outgoing("", "en", "ltr", template="message_waiting", template_language="en_GB")
    clock.advance(timedelta(hours=25))
    for words in ("Maria is here", "Maria: hello"):
        put(database, words, "person")
    put(database, "to somebody else", "person", sender=BEN)
    await settle(outbox)
    key = outbox._sealer.pseudonym("telegram message", "id1")
    for _ in range(2):
        with database.session() as session:
            assert outbox_store.report(session, "failed", clock.now(), key, About(1, is_template=True), "code_131049") == ANNA
        assert rows(database)[:3] == [("dead", "code_131049"), ("dead", "code_131049"), ("held", "")]
    put(database, "Maria: still there?", "person")
    await settle(outbox)
    assert carrier.sent.count(("11", "message_waiting")) == 2
    assert [state for state, _ in rows(database)] == ["dead", "dead", "held", "held"]
