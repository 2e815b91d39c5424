"""Inbox, queues and outbox of a whole process, with a stand-in for the assistant in place of Rasa."""

import asyncio
import itertools
import time
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.base.db import open_database
from bot.base.errors import Overloaded, SendRefused, SendUncertain, StoreUnavailable, TryLater
from bot.delivery.model import Arrived, Outgoing, Pace
from bot.flows.exchange import Outbound
from bot.flows.start_afresh import clear_chat
from bot.replies.model import Reply
from bot.serve import answering, post_office, unstored_danger
from bot.serve.post_office import PostOffice
from tests.conftest import TUESDAY
from tests.unit.channels.conftest import house  # noqa: F401 - the rooms, opened once
from tests.waiting import until

_numbers = itertools.count(1)


class Assistant:
    """Repeats what it hears."""

    def __init__(self, rooms):
        self.rooms, self.heard, self.unsaid, self.fail_with, self.confirm = rooms, [], [], None, None

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

    def unsay(self, session, sender, message_id):
        self.unsaid.append((sender, message_id))


class Port:
    name, pace, window_hours, always_numbered = "telegram", Pace(10_000, 10_000, 0.001), None, False

    def __init__(self):
        self.sent, self.shown, self.problems = [], [], []

    def render(self, replies, button_ids=()):
        return [Outgoing(reply.text, reply.language, reply.direction) for reply in replies]

    def outside_window(self, purpose, language):
        return None

    async def send(self, address, message, reference):
        if self.problems:
            raise self.problems.pop(0)
        self.sent.append((address, message.text))
        return f"id{len(self.sent)}"

    async def noticed(self, arrived):
        self.shown.append(arrived.message_id)

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


def test_a_turn_that_fails_each_time_ends_with_an_apology_and_the_next_message_is_answered(rooms, begin, monkeypatch):
    monkeypatch.setattr(answering, "STORE_PAUSE_S", 0.01)
    office = begin()
    assistant = office._answering._assistant
    answer = assistant.answer

    async def fail_on_one(inbound, finish):
        if inbound.seen.text == "one":
            raise KeyError("odd")
        return await answer(inbound, finish)

    assistant.answer = fail_on_one
    office.accept(message("one", chat=77))
    office.accept(message("two", chat=77))
    until(lambda: states(rooms, "outbox") == {"sent": 2}, 10)
    first, second = [words for _, words in office.ports["telegram"].sent]
    assert "something went wrong" in first
    assert second == "You said two"


def test_not_even_an_apology_that_fails_keeps_the_next_message_waiting(rooms, begin, monkeypatch):
    monkeypatch.setattr(answering, "STORE_PAUSE_S", 0.01)
    office = begin()
    store = office._answering._store

    def fail_on_one(session, waiting, *others):
        if waiting.body["text"] == "one":
            raise ValueError("odd")
        return store(session, waiting, *others)

    office._answering._store = fail_on_one
    office.accept(message("one", chat=78))
    office.accept(message("two", chat=78))
    until(lambda: states(rooms, "outbox") == {"sent": 1}, 10)
    assert [words for _, words in office.ports["telegram"].sent] == ["You said two"]
    assert states(rooms, "inbox") == {"waiting": 1, "answered": 1}


def test_a_figure_that_is_no_number_is_answered_like_words_where_choices_are_numbers(rooms, begin):
    office = begin()
    office.ports["telegram"].always_numbered = True
    for words in ("hello", "²", "more"):
        office.accept(message(words, chat=79))
    until(lambda: states(rooms, "outbox") == {"sent": 3}, 10)
    assert [words for _, words in office.ports["telegram"].sent] == ["You said hello", "You said ²", "You said more"]


async def test_the_page_waits_for_its_turn_and_gets_the_same_one_for_the_same_message(begin):
    office = begin()
    arrived = Arrived("web", "own-id", "t" * 43, "text", TUESDAY, "hello")
    first = await office.accept_and_wait(arrived)
    second = await office.accept_and_wait(arrived)
    assert first.turn == second.turn > 0
    assert first.replies[0]["text"] == "You said hello"


async def test_the_page_that_never_heard_of_an_erasure_is_told_when_it_asks_again(begin, rooms):
    office = begin()
    arrived = Arrived("web", "own-id-2", "u" * 43, "text", TUESDAY, "delete everything", language="pl")
    first = await office.accept_and_wait(arrived)
    clear_chat(rooms, rooms.sealer.pseudonym("web", arrived.address))
    second = await office.accept_and_wait(arrived)
    assert (first.forgotten, second.forgotten) == (False, True)
    assert (second.turn, second.language, second.said, second.replies) == (0, "pl", "", [])


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


@pytest.fixture
def away(monkeypatch):
    """The database takes nothing in until the test says so."""
    take_in = post_office.take_in

    def fail(*_arguments):
        raise StoreUnavailable("OperationalError")

    monkeypatch.setattr(post_office, "take_in", fail)
    monkeypatch.setattr(unstored_danger, "FIRST_PAUSE_S", 0.01)
    return lambda: monkeypatch.setattr(post_office, "take_in", take_in)


def deliver(office, one, times=1):
    for _ in range(times):
        with pytest.raises(StoreUnavailable):
            office.accept(one)
        time.sleep(0.05)


def danger_sent(office):
    return [words for _, words in office.ports["telegram"].sent if "116 123" in words]


def test_danger_that_the_provider_cannot_take_yet_is_tried_again_while_nothing_can_be_stored(begin, rooms, away):
    office = begin()
    office.ports["telegram"].problems = [TryLater("no_connection"), TryLater("429", 0.01), TryLater("no_connection")]
    one = message("i want to kill myself")
    deliver(office, one)
    until(lambda: len(danger_sent(office)) == 2, 5)
    away()
    office.accept(one)
    until(lambda: states(rooms, "outbox") == {"sent": 1})
    assert len(danger_sent(office)) == 2


def test_no_further_try_begins_while_the_message_is_being_stored(begin, rooms, away, monkeypatch):
    office = begin()
    one = message("i want to kill myself")
    office.ports["telegram"].problems = [TryLater("no_connection", 0.5)]
    deliver(office, one)
    away()
    take_in = post_office.take_in

    def slow(*arguments):
        time.sleep(1.0)
        return take_in(*arguments)

    monkeypatch.setattr(post_office, "take_in", slow)
    office.accept(one)
    until(lambda: states(rooms, "outbox") == {"sent": 3})
    assert len(danger_sent(office)) == 2


@pytest.mark.parametrize("problem", [TryLater("no_connection", 60.0), SendRefused("bad_request"), RuntimeError("what")])
def test_danger_that_never_went_out_comes_with_the_message_when_it_can_be_stored(begin, rooms, away, problem):
    office = begin()
    one = message("i want to kill myself")
    for _ in range(3):
        office.ports["telegram"].problems = [problem]
        deliver(office, one)
    assert danger_sent(office) == []
    office.ports["telegram"].problems = []
    away()
    office.accept(one)
    until(lambda: len(danger_sent(office)) == 2)


def test_danger_that_may_have_gone_out_is_not_said_again(begin, rooms, away):
    office = begin()
    office.ports["telegram"].problems = [SendUncertain("no_answer"), SendUncertain("no_answer")]
    one = message("i want to kill myself")
    deliver(office, one, 3)
    away()
    office.accept(one)
    until(lambda: states(rooms, "outbox") == {"sent": 1})
    assert danger_sent(office) == []


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


@pytest.mark.parametrize("is_here", [True, False])
def test_who_wrote_in_the_chat_hears_of_an_answer_whether_or_not_the_assistant_is_back(begin, rooms, is_here):
    from bot.callbacks import marks_store
    from bot.callbacks.model import Contact, Wish
    from bot.flows.book_callback import book
    from bot.flows.message_parent import message_parent

    office = begin()
    first = message("hello", chat=56)
    sender = rooms.sealer.pseudonym("telegram", first.address)
    request = book(rooms, sender, "borsetshire", "en", Contact("chat"), Wish(), None, None)

    def answer():
        with rooms.database.session() as session:
            return rooms.requests.get(session, request.reference).answer

    office.accept(first)
    until(lambda: states(rooms, "inbox") == {"answered": 1})
    assert answer() == ""
    if is_here:
        message_parent(rooms, sender, "When may I ring?", "Maria")
    with rooms.database.session() as session:
        marks_store.set_answer(session, request.reference, "awaited")
    office.accept(message("at four", chat=56))
    until(lambda: states(rooms, "inbox").get("for_person" if is_here else "answered") == (1 if is_here else 2))
    assert answer() == "unread"


@pytest.fixture
def with_maria(begin, rooms):
    """A chat in which Maria answers: the office, and a message of the parent's."""
    from bot.flows.message_parent import message_parent

    office = begin()
    first = message("hello")
    office.accept(first)
    until(lambda: states(rooms, "outbox") == {"sent": 1})
    message_parent(rooms, rooms.sealer.pseudonym("telegram", first.address), "I am here", "Maria")
    until(lambda: states(rooms, "outbox") == {"sent": 3})
    office.ports["telegram"].sent.clear()
    office.ports["telegram"].shown.clear()
    return office, replace(first, order=first.order + 1)


def test_a_voice_message_to_a_person_is_answered_kindly_and_seen_by_them(with_maria, rooms):
    office, again = with_maria
    office.accept(replace(again, message_id="voice", kind="not_text", text=""))
    until(lambda: states(rooms, "outbox") == {"sent": 4})
    assert "cannot open" in office.ports["telegram"].sent[0][1]
    with rooms.database.session() as session:
        said = session.execute(text("SELECT said, replies FROM turn ORDER BY id DESC LIMIT 1")).one()
    assert "voice message" in said.said
    assert "cannot open" in said.replies


def test_the_assistant_does_not_seem_to_type_while_a_person_answers(with_maria, rooms):
    office, again = with_maria
    office.accept(replace(again, message_id="words"))
    office.accept(replace(again, message_id="press", kind="press", text="", press="abcdefghij234"))
    until(lambda: states(rooms, "inbox") == {"answered": 2, "for_person": 1})
    assert office.ports["telegram"].shown == ["press"]


def test_a_deleted_message_leaves_the_conversations_memory_too(begin, rooms):
    office = begin()
    first = message("my secret")
    office.accept(first)
    until(lambda: states(rooms, "outbox") == {"sent": 1})
    office.accept(replace(first, message_id="deletion", kind="withdrawn", text="", withdraws=first.message_id))
    until(lambda: states(rooms, "inbox") == {"answered": 2})
    with rooms.database.session() as session:
        number = session.execute(text("SELECT min(id) FROM inbox")).scalar_one()
    assert [message_id for _, message_id in office._answering._assistant.unsaid] == [str(number)]
    assert len(office.ports["telegram"].sent) == 1
    assert office.ports["telegram"].shown == [first.message_id]


@pytest.mark.parametrize("words", ["new words", "i want to kill myself"])
def test_an_edit_that_comes_while_its_message_is_being_answered_is_answered(begin, rooms, words):
    office = begin()
    assistant = office._answering._assistant
    first, answer = message("old words", chat=91), assistant.answer

    async def edited_meanwhile(inbound, finish):
        if inbound.seen.text == "old words":
            await asyncio.to_thread(office.accept, replace(first, message_id="edit", text=words, corrects=first.message_id))
        return await answer(inbound, finish)

    assistant.answer = edited_meanwhile
    office.accept(first)
    until(lambda: states(rooms, "inbox") == {"answered": 1, "merged": 1})
    until(lambda: ("chat91", f"You said {words}") in office.ports["telegram"].sent)
    assert ("chat91", "You said old words") not in office.ports["telegram"].sent
    assert len(danger_sent(office)) == (2 if "kill" in words else 0)


def test_a_person_gets_the_words_as_they_were_edited(with_maria, rooms, monkeypatch):
    office, again = with_maria
    old = replace(again, message_id="old", text="ring at two")
    edits, read = [replace(old, message_id="edit", text="ring at four", corrects="old")], answering.from_body

    def edited_meanwhile(body):
        if edits:
            office.accept(edits.pop())
        return read(body)

    monkeypatch.setattr(answering, "from_body", edited_meanwhile)
    office.accept(old)
    until(lambda: states(rooms, "inbox").get("for_person") == 1)
    with rooms.database.session() as session:
        assert session.execute(text("SELECT said FROM turn ORDER BY id DESC LIMIT 1")).scalar_one() == "ring at four"


def test_who_asks_again_for_what_has_gone_out_is_told_so(begin, rooms):
    office = begin()
    first = message("hello")
    office.accept(first)
    until(lambda: states(rooms, "outbox") == {"sent": 1})
    office.accept(replace(first, message_id="again", kind="press", text="", press="Send it again"))
    until(lambda: states(rooms, "outbox") == {"sent": 2})
    assert "has gone out" in office.ports["telegram"].sent[1][1]
