"""Clearing a chat takes the words out of the database, not from the screen alone."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.base.db import open_database
from bot.delivery import conversations, inbox_store
from bot.delivery import store as turns
from bot.delivery.model import Arrived
from bot.flows.start_afresh import clear_chat
from bot.flows.take_in import seen_in, take_in
from tests.conftest import TUESDAY

WORDS = "my husband beats me and my unusual word is {}"


@pytest.fixture
def rooms(house, migrated_file, tmp_path):
    """The rooms over a database file of their own."""
    (tmp_path / "kinline.db").write_bytes(migrated_file.read_bytes())
    database = open_database(f"sqlite:///{tmp_path}/kinline.db")
    yield replace(house, database=database)
    database.close()


def write(rooms, address, word, number=1):
    arrived = Arrived("web", f"{address}:{number}", address, "text", TUESDAY, WORDS.format(word))
    return arrived, take_in(rooms, arrived, seen_in(rooms, arrived), None)


def answer(rooms, taken, word):
    """What a turn leaves behind."""
    with rooms.database.session() as session:
        inbox_store.finish(session, taken.inbox_id, TUESDAY)
        turns.add_turn(session, taken.sender, WORDS.format(word), [{"text": "call 999", "lang": "en"}], TUESDAY, taken.inbox_id)
        conversations.write(session, taken.sender, WORDS.format(word), TUESDAY)


def on_the_disk(folder):
    return b"".join(path.read_bytes() for path in folder.glob("kinline.db*"))


def test_no_word_of_a_cleared_chat_is_left_on_the_disk(rooms, tmp_path):
    arrived, taken = write(rooms, "token-of-anna", "Quixotryzz")
    answer(rooms, taken, "Quixotryzz")
    assert b"Quixotryzz" in on_the_disk(tmp_path)
    assert b"beats me" in on_the_disk(tmp_path)
    clear_chat(rooms, taken.sender)
    assert b"Quixotryzz" not in on_the_disk(tmp_path)
    assert b"beats me" not in on_the_disk(tmp_path)
    with rooms.database.session() as session:
        kept = session.execute(text("SELECT sender, state, body FROM inbox")).all()
    assert [tuple(row) for row in kept] == [(taken.sender, "answered", "{}")]
    assert take_in(rooms, arrived, seen_in(rooms, arrived), None).ticket is None, "delivered again it is known"


def test_what_still_waits_is_answered_and_other_chats_stay(rooms, tmp_path):
    _, taken = write(rooms, "token-of-anna", "Quixotryzz")
    answer(rooms, taken, "Quixotryzz")
    _, waiting = write(rooms, "token-of-anna", "Wuthering", number=2)
    _, of_ben = write(rooms, "token-of-ben", "Zanzibar")
    answer(rooms, of_ben, "Zanzibar")
    clear_chat(rooms, taken.sender)
    with rooms.database.session() as session:
        assert "Wuthering" in inbox_store.read(session, waiting.inbox_id).body["text"]
        assert len(turns.turns_after(session, of_ben.sender, 0)) == 1
        bodies = list(session.execute(text("SELECT body FROM inbox ORDER BY id")).scalars())
    assert ["Zanzibar" in body for body in bodies] == [False, False, True]
