"""Notifications over a real SMTP server and a server with Telegram's wire format; nothing of a parent in them, nothing lost."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller

from bot.base.clock import LONDON
from bot.base.settings import Smtp
from bot.desk.notices import send_due
from bot.flows.answer_danger import record_danger
from bot.flows.notify_staff import is_quiet, send_at
from bot.staff import record_store
from bot.staff import store as staff_store
from bot.staff.model import Notify
from tests.desk.running import CAREFUL, a_callback, member, move_to
from tests.running import free_port


class Mailbox:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):
        self.mails.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@pytest.fixture
def mailbox():
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def telegram():
    got = []

    class Bot(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
            body = b'{"ok": true, "result": {"message_id": 1}}'
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Bot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()


def with_mail(house, port):
    smtp = Smtp("127.0.0.1", port, "", "", "desk@example.org", "none")
    return replace(house, settings=replace(house.settings, smtp=smtp, desk_address="https://desk.example.org"))


def states(house):
    from sqlalchemy import select

    with house.database.session() as session:
        return [r.state for r in session.execute(select(record_store.notice_table.c.state))]


ALWAYS = {"quiet_from": time(0), "quiet_to": time(0)}


async def test_a_mail_says_that_there_is_work_and_nothing_about_whom(house, mailbox):
    house = with_mail(house, mailbox.port)
    member(house, "Anna", "connector", notify=Notify(email=True, **ALWAYS))
    request = a_callback(house, contact=CAREFUL, about="my own words about hunger")
    assert await send_due(house) == 1
    ((to, mail),) = mailbox.mails
    assert to == ["anna@example.org"]
    assert f"https://desk.example.org/desk/requests/{request.reference}" in mail
    for secret in ("Sana", "900456", "hunger", request.sender, "Polish", "pl\n"):
        assert secret not in mail
    assert await send_due(house) == 0
    assert states(house) == ["sent"]


async def test_with_the_mail_server_down_nothing_is_lost(house, mailbox):
    down = with_mail(house, free_port())
    member(down, "Anna", "connector", notify=Notify(email=True, **ALWAYS))
    a_callback(down)
    assert await send_due(down) == 0
    assert states(down) == ["waiting"]
    up = with_mail(down, mailbox.port)
    assert await send_due(up) == 0  # not yet: two minutes later
    up.clock.advance(timedelta(minutes=3))
    assert await send_due(up) == 1
    assert len(mailbox.mails) == 1


async def test_telegram_carries_the_same_words_to_the_chat(house, telegram):
    address, got = telegram
    settings = replace(house.settings, staff_telegram_token="123:abc", telegram_api_url=address)
    house = replace(house, settings=settings)
    member(house, "Anna", "connector", notify=Notify(telegram="4711", **ALWAYS))
    a_callback(house, contact=CAREFUL)
    assert await send_due(house) == 1
    path, body = got[0]
    assert path == "/bot123:abc/sendMessage"
    assert body["chat_id"] == 4711
    assert "A new request is waiting" in body["text"]
    assert "Sana" not in body["text"]


async def test_once_a_day_is_one_message(house, mailbox):
    house = with_mail(house, mailbox.port)
    member(house, "Anna", "connector", notify=Notify(email=True, at_once=False, digest_at=time(9)))
    for number in range(3):
        a_callback(house, f"{number:032d}")
    assert await send_due(house) == 0
    move_to(house, "2026-11-25T09:00")
    assert await send_due(house) == 3
    assert len(mailbox.mails) == 1
    assert "A new request is waiting (3)" in mailbox.mails[0][1]


async def test_quiet_hours_hold_back_everything_but_safeguarding(house, mailbox):
    house = with_mail(house, mailbox.port)
    who = member(house, "Lead", "connector", "safeguarding_lead", notify=Notify(email=True))
    move_to(house, "2026-11-24T21:00")
    a_callback(house)
    record_danger(house, "d" * 32, "borsetshire", "en", "crisis_medical")
    assert await send_due(house) == 1
    assert "safeguarding flag" in mailbox.mails[0][1]
    assert "medical" not in mailbox.mails[0][1]
    move_to(house, "2026-11-25T08:00")
    assert await send_due(house) == 1
    with house.database.session() as session:
        assert staff_store.member(session, who.id)


@pytest.mark.parametrize(
    ("first", "last", "at", "quiet"),
    [(19, 8, 20, True), (19, 8, 7, True), (19, 8, 8, False), (19, 8, 12, False), (12, 14, 13, True), (12, 14, 14, False), (9, 9, 9, False)],
)
def test_quiet_hours_may_run_over_midnight(first, last, at, quiet):
    notify = Notify(email=True, quiet_from=time(first), quiet_to=time(last))
    moment = datetime(2026, 11, 24, at, 0, tzinfo=LONDON)
    assert is_quiet(notify, moment) is quiet
    assert (send_at(notify, "new", moment) > moment) is quiet
    assert send_at(notify, "safeguarding", moment) == moment
