"""What the operator reads about messages that did not surely arrive."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.delivery import outbox_store
from bot.delivery.model import Outgoing
from bot.serve.delivery_verbs import list_troubles, send_again
from tests.conftest import TUESDAY

ANNA = "a" * 32


@pytest.fixture
def house(database):
    return SimpleNamespace(database=database)


def put(database, state, problem):
    with database.session() as session:
        outbox_store.add(session, ANNA, "whatsapp", "person", [Outgoing("my secret words", "en", "ltr")], TUESDAY)
        number = outbox_store.next_for(session, ANNA).outbox_id
        outbox_store.end(session, number, TUESDAY, state, problem)
    return number


def test_an_outbox_without_trouble_says_so(house, capsys):
    assert list_troubles(house) == 0
    assert "every message has arrived or is on its way" in capsys.readouterr().out


def test_each_trouble_has_a_line_and_its_state_an_explanation(house, database, capsys):
    dead, unsure = put(database, "dead", "window_closed"), put(database, "uncertain", "no_answer")
    list_troubles(house)
    shown = capsys.readouterr().out
    assert "outbox: 1 dead, 1 uncertain" in shown
    assert [line.split()[:2] for line in shown.splitlines() if line.startswith("   ")] == [[str(unsure), "uncertain"], [str(dead), "dead"]]
    assert "24 hours over" in shown
    assert "--again NUMBER" in shown
    assert "held" not in shown


def test_nothing_of_the_parent_is_shown(house, database, capsys):
    put(database, "dead", "code_131051")
    list_troubles(house)
    shown = capsys.readouterr().out
    assert "code_131051" in shown
    assert ANNA not in shown
    assert "secret" not in shown


def test_only_a_dead_message_is_sent_again(house, database, capsys):
    dead, unsure = put(database, "dead", "gone"), put(database, "uncertain", "no_answer")
    assert send_again(house, dead) == 0
    assert send_again(house, unsure) == 1
    assert f"no dead message {unsure}" in capsys.readouterr().out
