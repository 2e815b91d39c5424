"""The desk on a loopback port in this process, so that its clock can be moved; and a team that signs in."""

from __future__ import annotations

import re
import socket
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

import httpx
import pyotp
import uvicorn

from bot.base.clock import LONDON, StoppedClock
from bot.base.db import open_database
from bot.base.sealing import Sealer, fingerprint, new_key, new_reference, new_token
from bot.base.settings import load_settings
from bot.callbacks.entry_store import EntryStore
from bot.callbacks.model import Contact, Request, Wish
from bot.callbacks.store import RequestStore
from bot.desk.app import make_app
from bot.desk.browser import COOKIE
from bot.desk.web import Guard
from bot.flows.book_callback import book
from bot.flows.house import House, open_house
from bot.flows.reach_parent import ChatLine
from bot.staff import session_store
from bot.staff import store as staff_store
from bot.staff.credentials import hash_password
from bot.staff.model import Member

PASSWORD = "horse lamp river 7"
ANY_TIME = Contact("phone", "+447700900123", "safe_any_time", True, "Ola")
CAREFUL = Contact("phone", "+447700900456", "only when he is at work", False, "Sana")


@cache
def _content() -> House:
    """Content is read once a run: it is the same for every test, and reading it takes seconds."""
    settings = load_settings({"KINLINE_KEY": new_key(), "DATABASE_URL": "sqlite://"})
    database = open_database("sqlite://")
    database.create_tables()
    return open_house(settings, database)


def house_on(url: str, at: str = "2026-11-24T10:00", *, services: bool = False, **environment: str) -> House:
    """Rooms on a database, with a clock that stands still until it is moved.

    Args:
        services: whether the directory is written to this database too; without it, it is read from another one.
    """
    content = _content()
    settings = load_settings({"KINLINE_KEY": new_key(), "DATABASE_URL": url, "KINLINE_CLOCK_STOPPED_AT": at, **environment})
    if services:
        return open_house(settings, open_database(url))
    sealer = Sealer(settings.key)
    return replace(
        content, settings=settings, clock=settings.clock(), database=open_database(url), sealer=sealer, requests=RequestStore(sealer),
        entries=EntryStore(sealer),
    )  # fmt: skip


def move_to(house: House, at: str) -> None:
    """Set the clock, in London time."""
    assert isinstance(house.clock, StoppedClock)
    house.clock.at = datetime.fromisoformat(at).replace(tzinfo=LONDON)


def member(house: House, name: str, *roles: str, languages: tuple[str, ...] = (), areas: tuple[str, ...] = (), **more: Any) -> Member:
    """An account."""
    made = Member(new_reference(8), f"{name.lower()}@example.org", name, frozenset(roles), areas, languages, **more)
    with house.database.session() as session:
        staff_store.add_member(session, made, _password_hash(), house.clock.now())
    return made


@cache
def _password_hash() -> str:
    # Hashing is slow on purpose.
    return hash_password(PASSWORD)


def a_callback(
    house: House,
    sender: str = "s" * 32,
    contact: Contact = ANY_TIME,
    language: str = "pl",
    about: str = "find_food_help",
    wish: Wish | None = None,
) -> Request:
    """A parent asks for a call, as the chat does it."""
    return book(house, sender, "borsetshire", language, contact, wish or Wish(), about, False)


def address(guard: Guard, values: dict[str, str]) -> str:
    """The address of a page or change, with the request, case or person that is in `values`."""
    known = {**values, "reference": values["case"]} if "/safeguarding/" in guard.path else values
    return re.sub(r"{(\w+)}", lambda part: known[part.group(1)], guard.path)


@dataclass
class Seat:
    """A browser without a screen, in which somebody is signed in."""

    client: httpx.Client
    house: House
    member: Member | None
    csrf: str = ""
    seen: list[str] = field(default_factory=list)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, **more)

    def post(self, path: str, **fields: Any) -> httpx.Response:
        return self.client.post(path, data={"csrf": self.csrf, **fields})


def seat(house: House, who: Member | None, stage: str = "full", app: Any = None) -> Seat:
    """Signed in without going through the pages, which have tests of their own."""
    from starlette.testclient import TestClient

    client = TestClient(
        app or make_app(house, with_jobs=False), base_url="http://127.0.0.1", follow_redirects=False, raise_server_exceptions=False
    )
    if who is None:
        return Seat(client, house, None)
    token, csrf = new_token(), new_token()
    with house.database.session() as session:
        session_store.begin(session, fingerprint(token.encode()), who.id, stage, csrf, house.clock.now())
    client.cookies.set(COOKIE, token, domain="127.0.0.1", path="/desk")
    return Seat(client, house, who, csrf)


def sign_in_by_hand(client: httpx.Client, house: House, login: str, password: str = PASSWORD) -> str:
    """Through the pages, second factor included; returns the secret."""
    answer = client.post("/desk/sign-in", data={"login": login, "password": password})
    page = client.get(answer.headers["location"]).text
    secret = re.search(r'class="secret">.*?</span>([A-Z0-9 ]+)<', page).group(1).replace(" ", "")
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    client.post("/desk/second-factor/set-up", data={**fields, "code": pyotp.TOTP(secret).at(house.clock.now())})
    return secret


class RunningDesk:
    """uvicorn on a free port, in a thread."""

    def __init__(self, house: House) -> None:
        self.house, self.line = house, ChatLine()
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(make_app(house, with_jobs=False), log_level="error", access_log=False, ws="none"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)

    def __enter__(self) -> RunningDesk:
        self._thread.start()
        for _ in range(200):
            if self._server.started:
                return self
            time.sleep(0.02)
        raise RuntimeError("the desk did not start")

    def __exit__(self, *_error: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
