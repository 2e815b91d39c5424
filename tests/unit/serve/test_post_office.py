"""Inbox, queues and outbox of a whole process, with a stand-in for the assistant in place of Rasa."""

import asyncio
import itertools
import time
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.base.db import open_database
from bot.base.errors import Overloaded, StoreUnavailable
from bot.delivery.model import Arrived, Outgoing, Pace
from bot.flows.exchange import Outbound
from bot.replies.model import Reply
from bot.serve import post_office
from bot.serve.post_office import PostOffice
from tests.conftest import TUESDAY
from tests.unit.channels.conftest import house  # noqa: F401 - the rooms, opened once

_numbers = itertools.count(1)


class Assistant:
    """Repeats what it hears."""

    def __init__(self, rooms):
        self.rooms, self.heard, self.fail_with, self.confirm = rooms, [], None, None

    async def answer(self, inbound, finish):
        await asyncio.sleep(0)
        if self.fail_with:
            raise self.fail_with
        self.heard.append((inbound.sender, inbound.seen.text))
        outbound = Outbound("en", inbound.seen.text, (Reply(f"You said {inbound.seen.text}", "en", "ltr"),), ((),))
        with self.rooms.database.session() as session:
            finish(session, outbound)
        return outbound

    def steers(self, words):
        return words == "menu"


class Port:
    name, pace, window_hours, always_numbered = "telegram", Pace(10_000, 10_000, 0.001), None, False

    def __init__(self):
        self.sent, self.refuse = [], None

    def render(self, replies, button_ids=()):
        return [Outgoing(reply.text, reply.language, reply.direction) for reply in replies]

    def outside_window(self, purpose, language):
        return None

    async def send(self, address, message, reference):
        self.sent.append((address, message.text))
        return f"id{len(self.sent)}"

    async def noticed(self, arrived):
        pass

    async def open(self):
        pass

    async def close(self):
        pass


@pytest.fixture
def rooms(house, tmp_path):  # noqa: F811
    import bot.delivery.conversations
    import bot.directory.store
    import bot.privacy.store  # noqa: F401 - their tables

    database = open_database(f"sqlite:///{tmp_path}/post.db")
    database.create_tables()
    return replace(house, database=database)


@pytest.fixture
def begin(rooms):
    begun = []

    def start():
        office = PostOffice(rooms, Assistant(rooms), {"telegram": Port()})
        office.start()
        begun.append(office)
        return office

    yield start
    for office in begun:
        office.stop()


def message(words="hello", number=None, chat=None):
    number = number or next(_numbers)
    return Arrived("telegram", f"m{number}", f"chat{chat or number}", "text", TUESDAY, words, order=number)


def until(what, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return
        time.sleep(0.02)
    raise AssertionError("never")


def states(rooms, table):
    with rooms.database.session() as session:
        return dict(session.execute(text(f"SELECT state, count(*) FROM {table} GROUP BY state")).all())


def test_each_message_is_answered_once_however_often_it_comes(begin, rooms):
    office = begin()
    one = message("where is the food bank")
    for _ in range(3):
        office.accept(one)
    until(lambda: states(rooms, "outbox") == {"sent": 1})
    assert office.ports["telegram"].sent == [(one.address, "You said where is the food bank")]


def test_of_a_postcode_only_its_first_half_is_kept_when_the_turn_is_over(begin, rooms):
    office = begin()
    office.accept(message("what is on near SS3 9AA"))
    until(lambda: states(rooms, "outbox") == {"sent": 1})
    with rooms.database.session() as session:
        (kept,) = session.execute(text("SELECT inbox.body, turn.said FROM inbox JOIN turn ON turn.inbox_id = inbox.id")).all()
    assert ["9AA" in one for one in kept] == [False, False]
    assert ["near SS3" in one for one in kept] == [True, True]
    assert office.ports["telegram"].sent[0][1] == "You said what is on near SS3 9AA"  # in its turn it is used in full


def test_a_thousand_senders_at_once_are_all_answered(begin, rooms):
    office = begin()
    for _ in range(1000):
        office.accept(message())
    until(lambda: states(rooms, "outbox") == {"sent": 1000}, 240)
    assert len({address for address, _ in office.ports["telegram"].sent}) == 1000


def test_too_many_are_asked_to_come_again_but_never_one_in_danger(begin, rooms, monkeypatch):
    office = begin()
    monkeypatch.setattr(post_office, "MOST_WAITING", 0)
    with pytest.raises(Overloaded):
        office.accept(message())
    assert states(rooms, "inbox") == {}
    office.accept(message("i want to kill myself"))
    until(lambda: any("116 123" in words for _, words in office.ports["telegram"].sent))


def test_what_was_taken_in_before_a_restart_is_answered_after_it(begin, rooms):
    office = begin()
    office._answering._assistant.fail_with = StoreUnavailable("OperationalError")
    office.accept(message("one", chat=7))
    office.accept(message("two", chat=7))
    time.sleep(0.3)
    assert states(rooms, "inbox") == {"waiting": 2}
    office.stop()
    again = PostOffice(rooms, Assistant(rooms), {"telegram": Port()})
    again.start()
    until(lambda: states(rooms, "outbox").get("sent") == 2)
    assert [words for _, words in again.ports["telegram"].sent] == ["You said one", "You said two"]
    again.stop()
    office.start = lambda: None
    office.stop = lambda: None


def test_a_message_that_brings_the_service_down_each_time_is_given_up_with_an_apology(rooms, begin):
    office = begin()
    office._answering._assistant.fail_with = StoreUnavailable("OperationalError")
    office.accept(message("poison"))
    time.sleep(0.2)
    with rooms.database.session() as session:
        session.execute(text("UPDATE inbox SET attempts = 5"))
    office._answering._assistant.fail_with = None
    until(lambda: states(rooms, "outbox") == {"sent": 1})
    assert "something went wrong" in office.ports["telegram"].sent[0][1]


async def test_the_page_waits_for_its_turn_and_gets_the_same_one_for_the_same_message(begin):
    office = begin()
    arrived = Arrived("web", "own-id", "t" * 43, "text", TUESDAY, "hello")
    first = await office.accept_and_wait(arrived)
    second = await office.accept_and_wait(arrived)
    assert first.turn == second.turn > 0
    assert first.replies[0]["text"] == "You said hello"


def test_danger_goes_out_once_when_nothing_can_be_stored(begin, rooms, monkeypatch):
    office = begin()
    take_in = post_office.take_in

    def fail(*_arguments):
        raise StoreUnavailable("OperationalError")

    monkeypatch.setattr(post_office, "take_in", fail)
    one = message("i want to kill myself")
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            office.accept(one)
    until(lambda: office.ports["telegram"].sent)
    monkeypatch.setattr(post_office, "take_in", take_in)
    office.accept(one)
    until(lambda: states(rooms, "inbox") == {"answered": 1} and states(rooms, "outbox") == {"sent": 1})
    danger = [words for _, words in office.ports["telegram"].sent if "116 123" in words]
    # In the language of the phone, and in English below it.
    assert len(danger) == len(set(danger)) == 2


def test_while_a_person_is_in_the_chat_only_commands_are_the_assistants(begin, rooms):
    from bot.flows.message_parent import message_parent

    office = begin()
    assistant = office._answering._assistant
    first = message("hello", chat=55)
    office.accept(first)
    until(lambda: states(rooms, "outbox") == {"sent": 1})
    message_parent(rooms, rooms.sealer.pseudonym("telegram", first.address), "I am here", "Maria")
    office.accept(message("thank you", chat=55))
    until(lambda: states(rooms, "inbox").get("for_person") == 1)
    office.accept(message("menu", chat=55))
    until(lambda: states(rooms, "inbox").get("answered") == 2)
    assert [words for _, words in assistant.heard] == ["hello", "menu"]
    assert not any("left this chat" in words for _, words in office.ports["telegram"].sent)
