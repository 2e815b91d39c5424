"""An outbox over a database of its own, and a provider that does what the test says."""

import asyncio

import pytest
from sqlalchemy import text

from bot.delivery import address_store, outbox_store, sending
from bot.delivery.model import Outgoing, Pace
from bot.delivery.sending import Outbox
from tests.conftest import TUESDAY

ANNA, BEN = "a" * 32, "b" * 32


class Carrier:
    name = "telegram"
    pace = Pace(1000, 1000, 0.001)
    window_hours = None

    def __init__(self):
        self.sent, self.problems, self.tried = [], [], 0
        self.template, self.meanwhile = None, None

    async def send(self, address, message, reference):
        self.tried += 1
        await asyncio.sleep(0)
        if self.meanwhile:
            self.meanwhile(reference)
        problem = self.problems.pop(0) if self.problems else None
        if problem:
            raise problem
        self.sent.append((address, message.template or message.text))
        return f"id{len(self.sent)}"

    def outside_window(self, purpose, language):
        return self.template


@pytest.fixture
def carrier():
    return Carrier()


@pytest.fixture
def outbox(database, clock, sealer, carrier, monkeypatch):
    monkeypatch.setattr(sending, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(sending, "LONGEST_PAUSE_S", 0.002)
    with database.session() as session:
        for sender, address in ((ANNA, "11"), (BEN, "22")):
            address_store.heard_from(session, sender, "telegram", sealer.seal(address), TUESDAY)
    return Outbox(database, clock, sealer, {"telegram": carrier}, lambda at: at)


def put(database, text="hello", purpose="reply", sender=ANNA, **more):
    with database.session() as session:
        outbox_store.add(session, sender, "telegram", purpose, [Outgoing(text, "en", "ltr")], TUESDAY, **more)


def rows(database):
    with database.session() as session:
        return [tuple(row) for row in session.execute(text("SELECT state, problem FROM outbox ORDER BY id")).all()]


async def settle(outbox):
    outbox.wake_all()
    for _ in range(2000):
        if not outbox._running:
            return
        await asyncio.sleep(0.001)
    raise AssertionError("still sending")
