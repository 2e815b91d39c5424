"""A message on its way into the inbox: danger, numbers, edits, deletions, people who change their address."""

import itertools
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from bot.base.errors import StoreUnavailable
from bot.delivery import address_store, inbox_store, outbox_store
from bot.delivery import store as turn_store
from bot.delivery.model import Arrived, Outgoing
from bot.flows.take_in import STILL_TYPING, seen_in, take_in
from tests.conftest import TUESDAY

_numbers = itertools.count(1)


def render(replies):
    return [Outgoing(reply.text, reply.language, reply.direction) for reply in replies]


@pytest.fixture
def arrive(house):
    """Takes a text of a new parent in; further ones of the same parent with `of=`."""

    def take(words="hello", of=None, **more):
        number = next(_numbers)
        arrived = Arrived("telegram", f"m{number}", f"chat{number}", "text", TUESDAY, words, order=number)
        if of:
            arrived = replace(arrived, address=of.address)
        arrived = replace(arrived, **more)
        return arrived, take_in(house, arrived, seen_in(house, arrived), render)

    return take


def stored(house, sender):
    with house.database.session() as session:
        rows = session.execute(text("SELECT state, body FROM inbox WHERE sender = :s ORDER BY id"), {"s": sender}).all()
        return [tuple(row) for row in rows]


def test_danger_is_answered_with_the_message_and_before_it(house, arrive):
    _, taken = arrive("i want to kill myself")
    assert taken.danger_queued
    with house.database.session() as session:
        due = outbox_store.next_for(session, taken.sender)
    assert due.purpose == "danger"
    assert "116 123" in due.message.text


@pytest.mark.parametrize("command", ["start", "help", "language", "stop", "forget"])
@pytest.mark.parametrize("word", ["suicide", "samobójstwo", "خودکشی"])
def test_danger_behind_a_menu_command_is_answered_in_place_of_the_command(house, arrive, command, word):
    _, taken = arrive(f"/{command} {word}", kind="command", command=command, choose_language=word if command == "language" else None)
    assert taken.danger_queued
    body = json.loads(stored(house, taken.sender)[0][1])
    assert (body["command"], body["choose_language"]) == (None, None)
    assert word in body["text"]


def test_a_menu_command_without_danger_stands_for_itself_and_its_argument_is_not_kept(house, arrive):
    _, taken = arrive("/language pl", kind="command", command="language", choose_language="pl")
    _, other = arrive("/help 07400123456", kind="command", command="help")
    assert not taken.danger_queued
    bodies = [json.loads(stored(house, one.sender)[0][1]) for one in (taken, other)]
    assert [(body["command"], body["choose_language"], body["text"]) for body in bodies] == [("language", "pl", ""), ("help", None, "")]


@pytest.mark.parametrize(
    ("so_far", "words", "language"),
    [
        (None, "chcę umrzeć", "pl"),
        ("pl", "i want to die", "pl"),
        ("en", "chcę umrzeć", "pl"),
        ("ur-Latn", "میں مرنا چاہتی ہوں", "ur-Latn"),
        (None, "بدي موت ما بدي عيش", "ar"),
    ],
)
def test_danger_is_answered_in_the_chats_language_or_in_the_one_just_written(house, arrive, so_far, words, language):
    first, taken = arrive()
    if so_far:
        with house.database.session() as session:
            address_store.speaks(session, taken.sender, so_far, None)
    _, taken = arrive(words, of=first)
    with house.database.session() as session:
        assert outbox_store.next_for(session, taken.sender).message.language == language


def test_numbers_are_gone_before_anything_is_stored(house, arrive):
    _, taken = arrive("my NI is JG103759A, card 5325 1234 5678 9012, call 07400 123456")
    [(_, body)] = stored(house, taken.sender)
    assert all(secret not in body for secret in ("JG103759A", "5325", "07400"))
    assert "[phone-" in body
    with house.database.session() as session:
        assert "07400" not in str(session.execute(text("SELECT * FROM sealed_number")).all())


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("my card is 5355 2200 1234 5678", ["sorry", "5355 2200", "1234-5678"]),
        ("sort code 20–45–67", ["12345678"]),
        ("QQ123456C", ["123456"]),
    ],
)
def test_the_rest_of_a_refused_number_is_not_stored_either(house, arrive, first, then):
    of, taken = arrive(first)
    for words in then:
        arrive(words, of=of)
    assert not any(c.isdigit() for _, body in stored(house, taken.sender) for c in json.loads(body)["text"])
    with house.database.session() as session:
        assert not session.execute(text("SELECT * FROM sealed_number WHERE sender = :s"), {"s": taken.sender}).all()


def test_another_parents_refused_number_changes_nothing(house, arrive):
    arrive("sort code 20-45-67")
    _, taken = arrive("12345678")
    assert json.loads(stored(house, taken.sender)[0][1])["text"] == "12345678"


def test_long_after_a_refused_number_figures_are_figures(house, arrive):
    of, taken = arrive("sort code 20-45-67")
    with house.database.session() as session:
        session.execute(text("UPDATE inbox SET received_at = :at"), {"at": house.clock.now() - STILL_TYPING - timedelta(minutes=1)})
    arrive("12345678", of=of)
    assert json.loads(stored(house, taken.sender)[1][1])["text"] == "12345678"


def test_neither_address_nor_message_id_stands_in_the_database(house, arrive):
    arrived, taken = arrive(address="447700900999", message_id="wamid.HBgMNDQ3NzAwOTAwOTk5")
    with house.database.session() as session:
        for table in ("inbox", "address", "outbox"):
            found = str(session.execute(text(f"SELECT * FROM {table}")).all())
            assert arrived.address not in found
            assert arrived.message_id not in found
        assert house.sealer.open(address_store.address_of(session, taken.sender).sealed) == "447700900999"


def test_a_pin_becomes_the_first_half_of_a_postcode(house, arrive):
    _, taken = arrive("", kind="place", place=(51.8168123, -0.8124123))
    [(_, body)] = stored(house, taken.sender)
    assert "HP" in body
    assert "51.8" not in body


def test_a_pin_in_the_sea_is_no_place(house, arrive):
    _, taken = arrive("", kind="place", place=(45.0, -30.0))
    assert '"text": "?"' in stored(house, taken.sender)[0][1]


@pytest.mark.parametrize(
    ("area", "kept"), [("borsetshire", '"area": "borsetshire"'), ("x" * 100, '"area": null'), ("a\0b", '"area": null')]
)
def test_only_an_area_of_this_installation_goes_further(house, arrive, area, kept):
    _, taken = arrive(area=area)
    assert kept in stored(house, taken.sender)[0][1]


def test_an_edit_of_a_message_that_waits_replaces_its_words(house, arrive):
    first, taken = arrive("where is the food bank")
    _, edit = arrive("how much is healthy start", of=first, corrects=first.message_id, order=first.order)
    assert edit.ticket is None
    states = stored(house, taken.sender)
    assert [state for state, _ in states] == ["waiting", "merged"]
    assert "healthy start" in states[0][1]


@pytest.mark.parametrize("has_order", [True, False])
def test_an_edit_of_the_latest_answered_message_is_a_new_one_again_and_again(house, arrive, has_order):
    """WhatsApp gives messages no numbers."""
    first, _ = arrive("where is the food bank", **({} if has_order else {"order": 0}))
    for _ in range(3):
        with house.database.session() as session:
            for ticket in inbox_store.waiting(session):
                inbox_store.finish(session, ticket.inbox_id, TUESDAY)
        _, edit = arrive("better words", of=first, corrects=first.message_id, order=first.order)
        assert edit.ticket is not None


@pytest.mark.parametrize("order", [77, 0])
def test_an_edit_of_an_older_message_is_left_alone_unless_there_is_danger_in_it(house, arrive, order):
    first, taken = arrive("one", order=order)
    arrive("two", of=first, order=order and order + 1)
    with house.database.session() as session:
        for ticket in inbox_store.waiting(session):
            inbox_store.finish(session, ticket.inbox_id, TUESDAY)
    for words in ("one, edited", "one, edited again"):
        _, edit = arrive(words, of=first, corrects=first.message_id, order=order)
        assert edit.ticket is None
    assert stored(house, taken.sender)[-1][0] == "ignored"
    _, danger = arrive("i want to die", of=first, corrects=first.message_id, order=order)
    assert danger.ticket is not None


@pytest.mark.parametrize("words_come", [0, 1, 4])
def test_pictures_sent_together_are_answered_once_and_words_below_one_are_never_lost(house, arrive, words_come):
    first, taken = arrive("hello")
    for at in range(5):
        if at == words_come:
            _, below = arrive("i want to die", of=first, answers_for="album")
            assert below.danger_queued
        else:
            arrive("", of=first, kind="not_text", message_id="album")
    assert [json.loads(body)["text"] for state, body in stored(house, taken.sender) if state == "waiting"] == ["hello", "i want to die"]


def test_pictures_without_words_are_answered_once(house, arrive):
    first, taken = arrive("", kind="not_text", message_id="pictures")
    assert [arrive("", of=first, kind="not_text", message_id="pictures")[1].ticket for _ in range(4)] == [None] * 4
    assert len(stored(house, taken.sender)) == 1


def test_a_deleted_message_is_neither_answered_nor_kept(house, arrive):
    first, taken = arrive("my secret words")
    _, deletion = arrive("", of=first, kind="withdrawn", withdraws=first.message_id)
    assert stored(house, taken.sender)[0] == ("withdrawn", "{}")
    with house.database.session() as session:
        waiting = inbox_store.read(session, deletion.ticket.inbox_id)
    assert waiting.body == {"kind": "withdrawn", "withdraws": [taken.inbox_id]}


@pytest.mark.parametrize("is_answered", [True, False])
def test_of_a_deleted_message_the_words_that_replaced_it_go_too(house, arrive, is_answered):
    first, taken = arrive("my secret words")
    numbers = [taken.inbox_id]
    for words in ("my other secret", "my third secret"):
        if is_answered:
            with house.database.session() as session:
                inbox_store.finish(session, numbers[-1], TUESDAY)
        numbers.append(arrive(words, of=first, corrects=first.message_id, order=first.order)[1].inbox_id)
    with house.database.session() as session:
        turn_store.add_turn(session, taken.sender, "my third secret", [], TUESDAY, numbers[-1])
    _, deletion = arrive("", of=first, kind="withdrawn", withdraws=first.message_id)
    assert "secret" not in str(stored(house, taken.sender))
    with house.database.session() as session:
        assert turn_store.turn_of(session, numbers[-1])["said"] == ""
        assert inbox_store.read(session, deletion.ticket.inbox_id).body["withdraws"] == numbers


def test_a_message_that_its_edit_has_overtaken_is_not_answered_after_it_unless_there_is_danger_in_it(house, arrive):
    for words, is_answered in (("07400 123456", False), ("i want to kill myself", True)):
        first = Arrived("whatsapp", f"late {words}", f"4477009001{len(words)}", "text", TUESDAY, words)
        _, edit = arrive("better words", of=first, channel="whatsapp", corrects=first.message_id, order=0)
        assert edit.ticket is not None
        for _ in range(2):
            taken = take_in(house, first, seen_in(house, first), render)
            assert (taken.ticket is not None, taken.danger_queued) == (is_answered, is_answered)
            is_answered = False


def test_a_message_that_its_deletion_has_overtaken_is_neither_answered_nor_kept(house, arrive):
    first = Arrived("telegram", "overtaken", "chat-overtaken", "text", TUESDAY, "my secret words")
    arrive("", of=first, kind="withdrawn", withdraws=first.message_id)
    taken = take_in(house, first, seen_in(house, first), render)
    assert taken.ticket is None
    assert stored(house, taken.sender) == [("withdrawn", "{}")]


def test_when_storing_fails_nothing_is_half_stored(house, arrive, monkeypatch):
    def fail(*_arguments, **_more):
        raise StoreUnavailable("OperationalError")

    monkeypatch.setattr(outbox_store, "add", fail)
    before = len(stored(house, "%"))
    with pytest.raises(StoreUnavailable):
        arrive("i want to kill myself", address="fails")
    assert stored(house, house.sealer.pseudonym("telegram", "fails")) == []
    assert len(stored(house, "%")) == before


def test_a_reply_that_went_out_while_nothing_could_be_stored_is_not_queued_again(house):
    arrived = Arrived("telegram", "again", "chat-again", "text", TUESDAY, "i want to kill myself")
    taken = take_in(house, arrived, seen_in(house, arrived), render, danger_said=True)
    assert not taken.danger_queued
    assert '"danger_said": true' in stored(house, taken.sender)[0][1]


def queued(house, arrive, *messages):
    """The words and presses of one parent who sends them in this order, as their queue has them."""
    first, names = None, {}
    for kind, seconds, order, words in messages:
        more = {"kind": kind, "sent_at": TUESDAY + timedelta(seconds=seconds), "order": order, "is_at_least": kind == "press"}
        more |= {"press": words} if kind == "press" else {}
        arrived, taken = arrive("" if kind == "press" else words, of=first, **more)
        first = first or arrived
        names[taken.inbox_id] = words
    with house.database.session() as session:
        return [names[ticket.inbox_id] for ticket in sorted(t for t in inbox_store.waiting(session) if t.sender == taken.sender)]


@pytest.mark.parametrize("apart_s", [0, 5])
def test_a_press_comes_before_what_was_written_after_it(house, arrive, apart_s):
    messages = ("press", 0, 20, "By phone"), ("text", apart_s, 21, "07400 123456")
    assert queued(house, arrive, *messages) == ["By phone", "07400 123456"]


def test_a_press_of_an_older_button_comes_behind_what_was_written_before_it(house, arrive):
    messages = ("text", 60, 25, "hello"), ("press", 0, 20, "Menu"), ("press", 0, 20, "Polski"), ("text", 61, 27, "dzień dobry")
    assert queued(house, arrive, *messages) == ["hello", "Menu", "Polski", "dzień dobry"]


def test_messages_keep_their_order_in_the_night_the_clocks_go_back(house, arrive):
    """01:59 and, two minutes later, 01:01."""
    first, one = arrive("one", sent_at=datetime(2026, 10, 25, 0, 59, tzinfo=timezone.utc), order=0)
    _, two = arrive("two", of=first, sent_at=datetime(2026, 10, 25, 1, 1, tzinfo=timezone.utc), order=0)
    assert one.ticket < two.ticket
    with house.database.session() as session:
        in_order = sorted(ticket for ticket in inbox_store.waiting(session) if ticket.sender == one.sender)
        assert inbox_store.last_waiting(session, one.sender).inbox_id == two.inbox_id
    assert [ticket.inbox_id for ticket in in_order] == [one.inbox_id, two.inbox_id]


def test_a_press_between_a_message_and_its_edit_counts_as_a_later_message(house, arrive):
    first, _ = arrive("one", order=25)
    arrive("", of=first, kind="press", press="Menu", order=20, is_at_least=True)
    with house.database.session() as session:
        for ticket in inbox_store.waiting(session):
            inbox_store.finish(session, ticket.inbox_id, TUESDAY)
    assert arrive("one, edited", of=first, corrects=first.message_id, order=25)[1].ticket is None


def test_a_press_that_is_typed_is_looked_at_like_words(house):
    arrived = Arrived("web", "p1", "token-p1", "press", TUESDAY, press="i want to kill myself, 07400 123456")
    seen = seen_in(house, arrived)
    assert seen.danger
    assert "07400" not in seen.text
    assert seen_in(house, Arrived("web", "p2", "t", "press", TUESDAY, press="abcdefghij234")).text == ""


@pytest.mark.parametrize(
    ("sent_at", "heard_at"),
    [
        (TUESDAY - timedelta(hours=30), TUESDAY - timedelta(hours=30)), (TUESDAY + timedelta(hours=1), TUESDAY),
        (TUESDAY - timedelta(days=2000), TUESDAY),
    ],
)  # fmt: skip
def test_a_parent_was_heard_from_when_they_wrote_not_when_it_came(house, arrive, sent_at, heard_at):
    first, taken = arrive(sent_at=sent_at)
    arrive(of=first, sent_at=TUESDAY - timedelta(days=3))
    with house.database.session() as session:
        assert address_store.address_of(session, taken.sender).last_inbound_at == heard_at


def test_in_danger_with_another_user_id_behind_a_known_number_there_is_an_address_for_the_reply(house, arrive):
    arrive(channel="whatsapp", address="GB.111", known_as="447700900002")
    _, taken = arrive("i want to kill myself", channel="whatsapp", address="GB.222", known_as="447700900002")
    assert taken.danger_queued
    with house.database.session() as session:
        assert house.sealer.open(address_store.address_of(session, taken.sender).sealed) == "GB.222"
