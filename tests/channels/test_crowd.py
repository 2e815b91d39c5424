"""Fifteen hundred different senders at once, at the real service."""

from __future__ import annotations

import sqlite3
import time

import pytest

from tests.channels.conftest import channel_environment
from tests.channels.fakes import FakeGraph, FakeTelegram
from tests.channels.wire import TelegramParent, WebParent, WhatsAppParent
from tests.running import running_service
from tests.waiting import until

pytestmark = pytest.mark.rasa

SENDERS, IN_A_POST = 1_500, 20
DANGER_S = 20.0
"""At most; behind all of their turns it would be more than a minute."""


class Fakes:
    """Providers of this service alone: what it still sends when the test is over disturbs nobody."""

    def __init__(self):
        self.telegram, self.whatsapp = FakeTelegram(), FakeGraph()


@pytest.fixture
def crowded(tmp_path):
    fakes = Fakes()
    with running_service(tmp_path, **channel_environment(fakes.telegram.address, fakes.whatsapp.address)) as service:
        yield service, fakes
    fakes.telegram.close()
    fakes.whatsapp.close()


def states(service):
    with sqlite3.connect(f"file:{service['folder']}/kinline.db?mode=ro", uri=True, timeout=30) as database:
        return dict(database.execute("SELECT state, count(*) FROM inbox WHERE channel = 'whatsapp' GROUP BY state"))


def test_a_crowd_at_once_is_taken_in_whole_and_danger_does_not_wait_for_it(crowded):
    service, fakes = crowded
    crowd, anna, web = WhatsAppParent(service, fakes), TelegramParent(service, fakes), WebParent(service, fakes)
    for start in range(0, SENDERS, IN_A_POST):
        messages = [
            crowd.message("text", text={"body": "hello"}) | {"from": f"4498{number:08d}", "id": f"wamid.crowd{number}"}
            for number in range(start, start + IN_A_POST)
        ]
        # A provider comes again with what was not taken; what was taken is never lost.
        while crowd.post(*messages).status_code != 200:
            time.sleep(0.2)
    found = states(service)
    assert sum(found.values()) == SENDERS
    assert found["waiting"] > SENDERS / 2, "they were not at once"
    for parent in (anna, web):
        begun = time.monotonic()
        if parent is web:
            assert "116 123" in web.says("i want to kill myself")
        else:
            anna.send_text("i want to kill myself")
            until(lambda: any("116 123" in bubble.text for bubble in anna.arrived()), DANGER_S)
        assert time.monotonic() - begun < DANGER_S, parent.channel
    answered = states(service).get("answered", 0)
    time.sleep(5)
    found = states(service)
    assert found["answered"] > answered
    assert set(found) == {"answered", "waiting"}
    assert sum(found.values()) == SENDERS
    went_out = [(call.body["to"], str(call.body)) for call in fakes.whatsapp.messages()]
    assert len(went_out) == len(set(went_out))
    assert went_out
