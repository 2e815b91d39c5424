"""Payloads, and a bare web server for a channel without Rasa behind it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from types import SimpleNamespace

import pytest
from sanic import Sanic

from bot.base.db import open_database
from bot.base.sealing import new_key
from bot.base.settings import load_settings
from tests.conftest import ROOT


def payload(channel, name):
    return json.loads((ROOT / "tests" / "channels" / "payloads" / channel / f"{name}.json").read_text())


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    from bot.flows.house import open_house
    from bot.serve.first_run import upgrade_database

    folder = tmp_path_factory.mktemp("house")
    environment = {"KINLINE_KEY": new_key(), "DATABASE_URL": f"sqlite:///{folder}/k.db", "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00"}
    settings = load_settings(environment)
    upgrade_database(settings)
    return open_house(settings, open_database(settings.database_url))


class Served:
    """A channel's routes on a loopback port, in a thread; what it takes in is collected."""

    def __init__(self, port):
        self.port, self.taken, self.fail_with = port, [], None
        self.loop = asyncio.new_event_loop()
        Sanic.test_mode = True
        app = Sanic(f"served{id(self)}", configure_logging=False)
        app.config.REQUEST_MAX_SIZE = 1_000_000
        port.add_to(app, self.accept, self.run)
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        begun = threading.Event()

        def serve():
            asyncio.set_event_loop(self.loop)
            self.loop.run_until_complete(port.open())
            server = self.loop.run_until_complete(app.create_server(sock=listener, return_asyncio_server=True, access_log=False))
            self.loop.run_until_complete(server.startup())
            self.loop.run_until_complete(server.after_start())
            begun.set()
            self.loop.run_forever()

        self.thread = threading.Thread(target=serve, daemon=True)
        self.thread.start()
        assert begun.wait(20)

    def accept(self, arrived):
        if self.fail_with:
            raise self.fail_with
        self.taken.append(arrived)

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def close(self):
        self.run(self.port.close()).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)


@pytest.fixture
def serve():
    opened = []

    def open_port(port):
        opened.append(Served(port))
        return opened[-1]

    yield open_port
    for one in opened:
        one.close()


@pytest.fixture
def fakes():
    from tests.channels.fakes import FakeGraph, FakeTelegram, FakeTwilio

    made = SimpleNamespace(telegram=FakeTelegram(), graph=FakeGraph(), twilio=FakeTwilio())
    yield made
    for one in (made.telegram, made.graph, made.twilio):
        one.close()
