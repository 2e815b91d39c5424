"""A person in the chat, and messages that nobody has just asked for; without Rasa."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.base import clock
from bot.base.clock import LONDON, StoppedClock
from bot.base.text import isolate
from bot.callbacks.model import Contact, Wish
from bot.delivery import address_store, outbox_store
from bot.delivery import store as turn_store
from bot.delivery.model import Arrived
from bot.flows.ask_about_call import ask_parent
from bot.flows.book_callback import book, leave
from bot.flows.forget_parent import stop_messages
from bot.flows.message_parent import end_silences, hand_back, message_parent, reach
from bot.flows.reach_parent import ChatLine
from bot.flows.send_unasked import send_whats_on
from bot.flows.take_in import seen_in, take_in
from tests.conftest import TUESDAY

_numbers = itertools.count(1)


@pytest.fixture
def anna(house):
    def make(channel="telegram", language="pl", heard_at=TUESDAY):
        sender = f"{next(_numbers):032d}"
        with house.database.session() as session:
            address_store.heard_from(session, sender, channel, "" if channel == "web" else house.sealer.seal("1"), heard_at)
            address_store.speaks(session, sender, language, "borsetshire")
        return sender

    return make


def waiting(house, sender):
    found = []
    with house.database.session() as session:
        while due := outbox_store.next_for(session, sender):
            outbox_store.claim(session, due.outbox_id)
            outbox_store.sent(session, due.outbox_id, TUESDAY, None)
            found.append(due)
    return found


def test_the_first_message_is_announced_in_the_parents_language_and_prolongs_the_silence(house, anna):
    sender = anna()
    found = message_parent(house, sender, "Dzień dobry", "Maria", "pl")
    assert (found.state, found.channel, found.person) == ("open", "telegram", "Maria")
    assert found.person_until == TUESDAY + timedelta(minutes=30)
    notice, words = waiting(house, sender)
    assert "człowiek" in notice.message.text
    assert (words.purpose, words.message.text) == ("person", "Maria: Dzień dobry")
    message_parent(house, sender, "Jak się masz?", "Maria", "pl")
    assert [due.purpose for due in waiting(house, sender)] == ["person"]


def test_handing_back_is_said_once(house, anna):
    sender = anna()
    message_parent(house, sender, "hello", "Maria")
    waiting(house, sender)
    assert hand_back(house, sender)
    [back] = waiting(house, sender)
    assert "Maria" in back.message.text
    assert not hand_back(house, sender)
    assert reach(house, sender).person is None


def test_a_person_who_is_silent_too_long_has_left(house, anna, monkeypatch):
    sender = anna()
    message_parent(house, sender, "hello", "Maria")
    waiting(house, sender)
    assert end_silences(later(house, minutes=31)) >= 1
    assert len(waiting(house, sender)) == 1
    assert end_silences(later(house, minutes=31)) == 0


def later(house, **after):
    return replace(house, clock=replace(house.clock, at=TUESDAY + timedelta(**after)))


def held(house, sender):
    """Everything that waits goes behind a template, as outside WhatsApp's window."""
    with house.database.session() as session:
        while due := outbox_store.next_for(session, sender):
            outbox_store.sent(session, due.outbox_id, TUESDAY, None, "held")


def writes(house, sender_address):
    arrived = Arrived("whatsapp", f"w{next(_numbers)}", sender_address, "text", house.clock.now(), "yes?")
    return take_in(house, arrived, seen_in(house, arrived), lambda replies: [])


def test_while_a_persons_words_wait_behind_a_template_nobody_is_said_to_have_left(house, anna):
    first = writes(house, "447700900123")
    maria = later(house, hours=25)
    assert message_parent(maria, first.sender, "Hello", "Maria").state == "template_first"
    held(house, first.sender)
    end_silences(later(house, hours=25, minutes=31))
    assert waiting(house, first.sender) == []
    back = later(house, hours=27)
    writes(back, "447700900123")
    assert reach(back, first.sender).person_until == TUESDAY + timedelta(hours=27, minutes=30)
    assert [due.purpose for due in waiting(house, first.sender)] == ["notice", "person"]
    end_silences(later(house, hours=27, minutes=31))
    assert [due.purpose for due in waiting(house, first.sender)] == ["notice"]


def test_handing_back_while_the_window_is_closed_sends_no_template_for_that_alone(house, anna):
    sender = anna("whatsapp", "en", TUESDAY - timedelta(hours=23, minutes=50))
    message_parent(house, sender, "Hello", "Maria")
    waiting(house, sender)
    closed = later(house, minutes=15)
    assert hand_back(closed, sender)
    assert not hand_back(closed, sender)
    assert waiting(house, sender) == []
    assert reach(closed, sender).person is None


def test_a_person_who_hands_back_before_their_words_arrived_has_left_after_them(house, anna):
    sender = anna("whatsapp", "en", TUESDAY - timedelta(hours=25))
    message_parent(house, sender, "Hello", "Maria")
    held(house, sender)
    assert hand_back(house, sender)
    with house.database.session() as session:
        outbox_store.release_held(session, sender)
    assert [due.purpose for due in waiting(house, sender)] == ["notice", "person", "notice"]


@pytest.mark.parametrize(
    ("channel", "language", "hours", "state"),
    [
        ("telegram", "pl", 100, "open"), ("whatsapp", "pl", 23, "open"), ("whatsapp", "pl", 25, "template_first"),
        ("whatsapp", "ckb", 25, "window_closed"), ("web", "ckb", 100, "open"),
    ],
)  # fmt: skip
def test_a_closed_window_is_known_before_anything_is_written(house, anna, channel, language, hours, state):
    sender = anna(channel, language, TUESDAY - timedelta(hours=hours))
    assert reach(house, sender).state == state
    assert message_parent(house, sender, "hello", "Maria").state == state
    if state == "window_closed":
        assert waiting(house, sender) == []
        assert reach(house, sender).person is None


def test_who_cannot_be_reached(house, anna):
    sender = anna()
    with house.database.session() as session:
        address_store.set_unreachable(session, sender, "blocked")
    assert message_parent(house, sender, "hello", "Maria").state == "unreachable"
    assert message_parent(house, "f" * 32, "hello", "Maria").state == "no_address"


def test_on_the_web_the_message_stands_in_the_history(house, anna):
    sender = anna("web", "en")
    message_parent(house, sender, "hello", "Maria")
    with house.database.session() as session:
        turns = turn_store.turns_after(session, sender, 0)
    assert [turn["replies"][-1].get("who") for turn in turns] == [None, "Maria"]
    assert waiting(house, sender) == []


def test_long_messages_of_a_person_are_cut_not_refused(house, anna):
    sender = anna()
    message_parent(house, sender, "word " * 1000, "Maria")
    _, *parts = waiting(house, sender)
    assert len(parts) > 4
    assert all(len(part.message.text) <= 1000 for part in parts)


def test_whats_on_goes_to_subscribers_in_their_language_once_a_week_until_stop(house, anna):
    sender, other = anna(language="pl"), anna()
    leave(house, "subscribe", sender, "borsetshire", "pl", None)
    send_whats_on(house)
    news = waiting(house, sender)
    assert {due.purpose for due in news} == {"whats_on"}
    assert "najbliższych dniach" in news[0].message.text
    assert [choice.title for choice in news[-1].message.choices][-1]
    assert waiting(house, other) == []
    send_whats_on(house)
    assert waiting(house, sender) == []
    stop_messages(house, sender, "borsetshire", "pl")
    assert reach(house, sender).stopped
    assert send_whats_on(replace(house, clock=replace(house.clock, at=TUESDAY + timedelta(days=8)))).get("queued", 0) == 0


def test_whats_on_stands_in_the_chat_on_the_web_once_a_week_too(house, anna):
    sender = anna("web", "en")
    leave(house, "subscribe", sender, "borsetshire", "en", None)
    for _ in range(2):
        send_whats_on(house)
    with house.database.session() as session:
        assert len(turn_store.turns_after(session, sender, 0)) == 1
    assert waiting(house, sender) == []
    send_whats_on(later(house, days=7))
    with house.database.session() as session:
        assert len(turn_store.turns_after(session, sender, 0)) == 2


def test_who_subscribes_after_a_stop_takes_it_back(house, anna):
    sender = anna()
    stop_messages(house, sender, "borsetshire", "en")
    leave(house, "subscribe", sender, "borsetshire", "en", None)
    assert not reach(house, sender).stopped


def test_the_question_after_a_call_waits_for_the_morning_and_stop_counts(house, anna):
    sender = anna()
    night = replace(house, clock=replace(house.clock, at=TUESDAY.replace(hour=21)))
    request = book(night, sender, "borsetshire", "pl", Contact("chat"), Wish(), None, None)
    ask_parent(night, ChatLine(), request.reference)
    [due] = waiting(house, sender)
    assert (due.not_before.day, due.not_before.hour) == (TUESDAY.day + 1, 9)
    assert due.message.text == house.catalogue.reply("utter_call_got", "pl", house.facts("pl"), reference=isolate(request.reference)).text
    stop_messages(house, sender, "borsetshire", "en")
    ask_parent(house, ChatLine(), request.reference)
    assert waiting(house, sender) == []


@pytest.mark.parametrize(("day", "hours", "state"), [((2027, 3, 27), 23.5, "open"), ((2026, 10, 24), 24.5, "window_closed")])
def test_the_desk_counts_whatsapps_24_hours_rightly_when_the_clocks_change(house, anna, day, hours, state):
    heard = datetime(*day, 12, tzinfo=LONDON)
    sender = anna("whatsapp", "ckb", heard)
    assert reach(replace(house, clock=StoppedClock(clock.later(heard, timedelta(hours=hours)))), sender).state == state


def test_in_summer_too_whatsapps_day_begins_when_the_parent_wrote(house):
    at = datetime(2026, 7, 14, 8, 59, 30, tzinfo=timezone.utc)
    july = StoppedClock(at.astimezone(LONDON) + timedelta(seconds=30))
    summer = replace(house, clock=july)
    arrived = Arrived("whatsapp", "july", "447700900777", "text", at, "hello")
    taken = take_in(summer, arrived, seen_in(summer, arrived), lambda _replies: [])
    with house.database.session() as session:
        address_store.speaks(session, taken.sender, "ckb", None)  # has no template
    assert reach(summer, taken.sender).window_closes_at == at + timedelta(hours=24)
    july.advance(timedelta(hours=23, minutes=59))
    assert reach(summer, taken.sender).state == "open"
    july.advance(timedelta(minutes=1))
    assert reach(summer, taken.sender).state == "window_closed"
