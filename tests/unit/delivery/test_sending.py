"""The outbox against a provider that misbehaves in every way."""

import asyncio
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from bot.base.clock import LONDON, later
from bot.base.errors import ParentUnreachable, SendRefused, SendUncertain, TryLater, WindowClosed
from bot.delivery import address_store, inbox_store, outbox_store, sending
from bot.delivery.model import Outgoing, Ticket
from tests.conftest import TUESDAY
from tests.unit.delivery.conftest import ANNA, BEN, put, rows, settle


async def test_messages_go_out_once_and_in_order(outbox, database, carrier):
    for number in range(5):
        put(database, f"m{number}")
    put(database, "other", sender=BEN)
    await settle(outbox)
    assert [words for address, words in carrier.sent if address == "11"] == [f"m{n}" for n in range(5)]
    assert ("22", "other") in carrier.sent
    await settle(outbox)
    assert carrier.tried == 6


@pytest.mark.parametrize("problem", [TryLater("429", 0.001), TryLater("no_connection"), TryLater("status_500")])
async def test_what_has_not_gone_out_is_tried_again_and_keeps_its_place(outbox, database, carrier, problem):
    carrier.problems = [problem, problem]
    put(database, "first")
    put(database, "second")
    await settle(outbox)
    assert [words for _, words in carrier.sent] == ["first", "second"]
    assert carrier.tried == 4


async def test_an_uncertain_message_is_not_sent_again_but_listed(outbox, database, carrier):
    carrier.problems = [SendUncertain("no_answer")]
    put(database, "first")
    put(database, "second")
    await settle(outbox)
    assert [words for _, words in carrier.sent] == ["second"]
    assert rows(database) == [("uncertain", "no_answer"), ("sent", "")]


async def test_an_unexpected_error_on_the_way_counts_as_uncertain(outbox, database, carrier):
    carrier.problems = [RuntimeError("what")]
    put(database)
    await settle(outbox)
    assert rows(database) == [("uncertain", "RuntimeError")]


async def test_an_uncertain_danger_reply_is_sent_again_but_not_for_ever(outbox, database, carrier):
    carrier.problems = [SendUncertain("no_answer")]
    put(database, "999", "danger")
    await settle(outbox)
    assert carrier.sent == [("11", "999")]
    carrier.problems = [SendUncertain("no_answer")] * 20
    put(database, "999", "danger")
    await settle(outbox)
    assert rows(database)[1][0] == "uncertain"
    assert carrier.tried == 2 + 1 + sending.MOST_DANGER_RESENDS


async def test_a_message_that_is_refused_is_dead_and_the_next_one_goes(outbox, database, carrier):
    carrier.problems = [SendRefused("bad_request")]
    put(database, "first")
    put(database, "second")
    await settle(outbox)
    assert rows(database) == [("dead", "bad_request"), ("sent", "")]


async def test_a_provider_that_never_answers_leaves_a_dead_letter(outbox, database, carrier):
    carrier.problems = [TryLater("status_500")] * 500
    put(database)
    await settle(outbox)
    assert rows(database) == [("dead", "status_500")]
    assert carrier.tried == sending.MOST_ATTEMPTS


async def test_a_blocked_parent_is_noticed(outbox, database, carrier):
    carrier.problems = [ParentUnreachable("blocked")]
    put(database)
    await settle(outbox)
    with database.session() as session:
        assert address_store.address_of(session, ANNA).unreachable == "blocked"
    assert rows(database) == [("dead", "blocked")]


async def test_without_an_address_there_is_a_dead_letter_and_no_endless_loop(outbox, database):
    put(database, sender="c" * 32)
    await settle(outbox)
    assert rows(database) == [("dead", "no_address")]


async def test_stop_is_looked_at_again_when_an_unasked_message_goes(outbox, database, carrier):
    put(database, "news", "whats_on")
    put(database, "reply")
    with database.session() as session:
        address_store.set_stopped(session, ANNA, TUESDAY)
    await settle(outbox)
    assert [words for _, words in carrier.sent] == ["reply"]


@pytest.mark.parametrize("is_stop", [True, False])
async def test_what_nobody_asked_for_waits_until_the_parents_own_message_is_answered(outbox, database, carrier, is_stop):
    put(database, "news", "whats_on")
    with database.session() as session:
        [news] = session.execute(text("SELECT id FROM outbox")).scalars()
        outbox_store.sent(session, news, TUESDAY, None, "held")
        said = inbox_store.add(session, "telegram", "k", Ticket(ANNA, 0, TUESDAY), {"text": "STOP"}, TUESDAY)
        outbox_store.release_held(session, ANNA)
    put(database, "reply")
    await settle(outbox)
    assert [words for _, words in carrier.sent] == ["reply"]
    with database.session() as session:
        if is_stop:
            outbox_store.cancel_proactive(session, ANNA, TUESDAY)
        inbox_store.finish(session, said.inbox_id, TUESDAY)
    await settle(outbox)
    assert [words for _, words in carrier.sent] == ["reply"] + ["news"] * (not is_stop)


async def test_quiet_hours_put_off_what_nobody_asked_for(database, clock, sealer, carrier, outbox):
    quiet = {"until": TUESDAY + timedelta(hours=5)}
    outbox._not_quiet_before = lambda at: max(at, quiet["until"])
    put(database, "news", "whats_on")
    put(database, "reply")
    await settle(outbox)
    assert [words for _, words in carrier.sent] == ["reply"]
    clock.advance(timedelta(hours=5))
    await settle(outbox)
    assert [words for _, words in carrier.sent] == ["reply", "news"]


async def test_outside_the_window_a_template_asks_the_parent_and_the_message_waits(outbox, database, carrier, clock):
    carrier.window_hours, carrier.template = 24.0, Outgoing("", "en", "ltr", template="message_waiting", template_language="en_GB")
    clock.advance(timedelta(hours=25))
    put(database, "from a person", "person")
    await settle(outbox)
    assert carrier.sent == [("11", "message_waiting")]
    assert rows(database)[0][0] == "held"
    with database.session() as session:
        address_store.heard_from(session, ANNA, "telegram", outbox._sealer.seal("11"), clock.now())
        outbox_store.release_held(session, ANNA)
    await settle(outbox)
    assert carrier.sent[1] == ("11", "from a person")


async def test_one_template_asks_for_all_that_waits(outbox, database, carrier, clock):
    carrier.window_hours, carrier.template = 24.0, Outgoing("", "en", "ltr", template="message_waiting", template_language="en_GB")
    clock.advance(timedelta(hours=25))
    for words in ("Maria is here", "Maria: hello"):
        put(database, words, "person")
    await settle(outbox)
    clock.advance(timedelta(minutes=31))
    put(database, "Maria: still there?", "person")
    await settle(outbox)
    assert carrier.sent == [("11", "message_waiting")]
    assert [state for state, _ in rows(database)] == ["held"] * 3
    with database.session() as session:
        address_store.heard_from(session, ANNA, "telegram", outbox._sealer.seal("11"), clock.now())
        assert outbox_store.release_held(session, ANNA)
    await settle(outbox)
    assert [words for _, words in carrier.sent[1:]] == ["Maria is here", "Maria: hello", "Maria: still there?"]


async def test_a_parent_who_writes_while_the_template_is_on_its_way_is_not_kept_waiting(outbox, database, carrier, clock):
    carrier.window_hours, carrier.template = 24.0, Outgoing("", "en", "ltr", template="message_waiting", template_language="en_GB")
    clock.advance(timedelta(hours=25))
    send = carrier.send

    async def answered_at_once(*arguments):
        provider_id = await send(*arguments)
        with database.session() as session:
            address_store.heard_from(session, ANNA, "telegram", outbox._sealer.seal("11"), clock.now())
            outbox_store.release_held(session, ANNA)
        return provider_id

    carrier.send = answered_at_once
    put(database, "Maria: hello", "person")
    await settle(outbox)
    assert [words for _, words in carrier.sent] == ["message_waiting", "Maria: hello"]


async def test_a_window_that_only_the_provider_knows_to_be_closed_is_answered_with_the_template(outbox, database, carrier):
    carrier.window_hours, carrier.template = 24.0, Outgoing("", "en", "ltr", template="message_waiting", template_language="en_GB")
    carrier.problems = [WindowClosed("window_closed")]
    put(database, "hello")
    await settle(outbox)
    assert carrier.sent == [("11", "message_waiting")]
    assert [state for state, _ in rows(database)] == ["held"]


async def test_a_template_that_is_refused_as_too_late_is_dead_and_not_tried_for_ever(outbox, database, carrier, clock):
    carrier.window_hours, carrier.template = 24.0, Outgoing("", "en", "ltr", template="message_waiting", template_language="en_GB")
    clock.advance(timedelta(hours=25))
    carrier.problems = [WindowClosed("window_closed")]
    put(database, "hello")
    await settle(outbox)
    assert rows(database) == [("dead", "window_closed")]


async def test_outside_the_window_without_a_template_the_desk_is_told(outbox, database, carrier, clock):
    carrier.window_hours = 24.0
    clock.advance(timedelta(hours=25))
    put(database, "from a person", "person")
    await settle(outbox)
    assert rows(database) == [("dead", "window_closed")]


@pytest.mark.parametrize(("day", "hours", "state"), [((2027, 3, 27), 23.5, "sent"), ((2026, 10, 24), 24.5, "dead")])
async def test_whatsapps_day_has_24_hours_also_when_the_clocks_change(outbox, database, carrier, clock, sealer, day, hours, state):
    carrier.window_hours = 24.0
    heard = datetime(*day, 12, tzinfo=LONDON)
    with database.session() as session:
        address_store.heard_from(session, ANNA, "telegram", sealer.seal("11"), heard)
    clock.at = later(heard, timedelta(hours=hours))
    put(database, "from a person", "person")
    await settle(outbox)
    assert rows(database)[0][0] == state


async def test_a_retry_comes_in_its_time_in_the_night_the_clocks_go_back(outbox, database, carrier, clock, monkeypatch):
    """Half a minute after 01:59:50 it is 01:00:20 on London's clock."""
    monkeypatch.setattr(sending, "FIRST_PAUSE_S", 30.0)
    monkeypatch.setattr(sending, "LONGEST_PAUSE_S", 30.0)
    clock.at = datetime(2026, 10, 25, 0, 59, 50, tzinfo=timezone.utc)
    carrier.problems = [TryLater("status_500")]
    put(database, "999", "danger")
    outbox.wake_all()
    await until(lambda: outbox._pausing)
    await outbox.stop()
    outbox._stopped = False
    with database.session() as session:
        assert outbox_store.senders_waiting(session, clock.now()) == []
    clock.advance(timedelta(seconds=40))
    await settle(outbox)
    assert carrier.sent == [("11", "999")]


def assert_forgotten(database):
    with database.session() as session:
        assert address_store.address_of(session, ANNA) is None
        assert outbox_store.is_empty(session, ANNA)


async def test_the_receipt_of_an_erasure_takes_the_address_with_it(outbox, database, carrier):
    put(database, "receipt", last_word=True)
    await settle(outbox)
    assert carrier.sent == [("11", "receipt")]
    assert_forgotten(database)


async def test_all_of_a_receipt_goes_out_before_the_address_goes(outbox, database, carrier):
    for words in ("The assistant is back.", "Deleted. Your receipt: …"):
        put(database, words, last_word=True)
    carrier.problems = [SendUncertain("no_answer")]
    await settle(outbox)
    assert carrier.sent == [("11", "Deleted. Your receipt: …")]
    assert_forgotten(database)


async def test_who_writes_before_the_receipt_has_gone_out_is_answered(outbox, database, carrier):
    put(database, "receipt", last_word=True)
    with database.session() as session:
        inbox_store.add(session, "telegram", "k", Ticket(ANNA, 0, TUESDAY), {"text": "thanks"}, TUESDAY)
    put(database, "You are welcome")
    await settle(outbox)
    assert [words for _, words in carrier.sent] == ["receipt", "You are welcome"]
    assert rows(database) == [("sent", "")]


@pytest.mark.parametrize("more", [False, True])
async def test_a_kill_while_a_receipt_is_sent_leaves_no_address_behind(outbox, database, carrier, more):
    for words in ("receipt", "rest of it")[: 1 + more]:
        put(database, words, last_word=True)
    with database.session() as session:
        outbox_store.claim(session, outbox_store.next_for(session, ANNA).outbox_id)
    outbox.recover()
    await settle(outbox)
    assert carrier.sent == [("11", "rest of it")] * more
    assert_forgotten(database)


async def test_what_was_sent_while_the_database_was_away_is_recorded_later_and_not_sent_twice(outbox, database, carrier, monkeypatch):
    from bot.base.errors import StoreUnavailable

    monkeypatch.setattr(sending, "_STORE_PAUSE_S", 0.001)
    recorded, failing = outbox_store.sent, [3]

    def record(*arguments):
        if failing[0]:
            failing[0] -= 1
            raise StoreUnavailable("OperationalError")
        recorded(*arguments)

    monkeypatch.setattr(outbox_store, "sent", record)
    put(database)
    await settle(outbox)
    assert carrier.tried == 1
    assert rows(database) == [("sent", "")]


async def test_a_retry_comes_in_its_time_although_the_parent_is_looked_after_every_moment(outbox, database, carrier):
    """The clock of the service stands still here, and other messages wait behind the one that is to be tried again."""
    carrier.problems = [TryLater("429", 0.05)]
    put(database, "first")
    put(database, "second")
    outbox.wake_all()
    for _ in range(200):
        await asyncio.sleep(0.005)
        outbox.wake_all()
        if len(carrier.sent) == 2:
            break
    assert [words for _, words in carrier.sent] == ["first", "second"]


async def until(what):
    for _ in range(2000):
        if what():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never happened")


@pytest.fixture
def outage(outbox, database, sealer, carrier, monkeypatch):
    """Replies to three parents wait for another try when the provider is back."""

    async def begin(problem, purpose="reply"):
        monkeypatch.setattr(sending, "FIRST_PAUSE_S", 30.0)
        monkeypatch.setattr(sending, "LONGEST_PAUSE_S", 30.0)
        with database.session() as session:
            address_store.heard_from(session, "c" * 32, "telegram", sealer.seal("33"), TUESDAY)
            address_store.heard_from(session, "d" * 32, "telegram", sealer.seal("44"), TUESDAY)
        carrier.problems = [problem] * 3
        for sender in (ANNA, BEN, "c" * 32):
            put(database, "first", purpose, sender)
        outbox.wake_all()
        await until(lambda: [state for state, _ in rows(database)] == ["waiting"] * 3 and len(outbox._pausing) == 3)

    return begin


@pytest.mark.parametrize("problem", [TryLater("no_connection"), TryLater("status_500")])
@pytest.mark.parametrize(("sender", "address"), [(ANNA, "11"), ("d" * 32, "44")])
async def test_after_an_outage_a_reply_to_danger_goes_at_once(outbox, database, carrier, outage, problem, sender, address):
    await outage(problem)
    put(database, "999", "danger", sender)
    outbox.wake(sender)
    await until(lambda: carrier.sent == [(address, "999")])
    await outbox.stop()


async def test_who_cries_for_help_again_after_an_outage_gets_all_replies_to_danger_in_order(outbox, database, carrier, outage):
    await outage(TryLater("no_connection"), "danger")
    put(database, "second", "danger")
    outbox.wake(ANNA)
    await until(lambda: carrier.sent == [("11", "first"), ("11", "second")])
    await outbox.stop()


@pytest.mark.parametrize("problem", [TryLater("429", 20.0, is_too_fast=True), TryLater("429", is_too_fast=True)])
async def test_a_provider_that_finds_us_too_fast_gets_patience_even_from_danger_but_not_for_long_without_a_time(
    outbox, database, carrier, outage, problem
):
    await outage(problem)
    for sender in (ANNA, "d" * 32):
        wait_s = outbox._pacers["telegram"].wait_s(sender, asyncio.get_running_loop().time(), is_urgent=True)
        assert wait_s > 0
        assert wait_s <= (problem.after_s or sending.LONGEST_GUESS_S)
    await outbox.stop()
