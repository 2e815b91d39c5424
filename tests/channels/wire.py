"""A parent on each channel, through its real wire format: says and presses things, and looks at what arrives."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
import sqlite3
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import httpx
from twilio.request_validator import RequestValidator

from bot.base.text import strip_marks
from bot.channels.whatsapp_twilio import PATH as TWILIO_PATH
from tests.channels.conftest import APP_SECRET, PUBLIC_URL, TELEGRAM_SECRET, TWILIO_ACCOUNT, TWILIO_TOKEN
from tests.channels.fakes import Call

_numbers = itertools.count(7_000_000)
_CHOICE = re.compile(r"\d+\. ")


@dataclass
class Bubble:
    """What a parent sees: words, and buttons with their opaque ids."""

    text: str
    buttons: list[tuple[str, str]]


class WireParent:
    """One parent on one channel."""

    channel = ""

    def __init__(self, running: dict[str, Any], providers: Any) -> None:
        self.running, self.providers = running, providers
        self.http = httpx.Client(base_url=running["address"], timeout=60)
        self.number = next(_numbers)
        self.seen = 0
        self.last: list[Bubble] = []

    def titles(self) -> list[str]:
        return [title for bubble in self.last for title, _ in bubble.buttons]

    def texts(self) -> str:
        return "\n".join(strip_marks(bubble.text) for bubble in self.last)

    def wait(self, seconds: float = 120) -> None:
        """Until nothing waits in the inbox or the outbox."""
        database = sqlite3.connect(f"file:{self.running['folder']}/kinline.db?mode=ro", uri=True)
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                # Both are fetched: an open cursor would keep an old picture of the database.
                inbox = database.execute("SELECT count(*) FROM inbox WHERE state = 'waiting'").fetchone()[0]
                out = database.execute(
                    "SELECT count(*) FROM outbox WHERE state = 'sending' OR (state = 'waiting' AND not_before IS NULL)"
                ).fetchone()[0]
                if not inbox and not out:
                    return
                time.sleep(0.02)
        finally:
            database.close()
        raise AssertionError("not answered in time")


class MessengerParent(WireParent, ABC):
    """A parent behind a provider, who writes through its webhook and reads what was sent to it."""

    def says(self, text: str) -> str:
        return self._turn(lambda: self.send_text(text))

    def presses(self, title: str) -> str:
        found = next((b for bubble in reversed(self.last) for b in bubble.buttons if b[0] == title), None)
        assert found, f"no button {title!r}; there are {self.titles()}"
        return self._turn(lambda: self.send_press(*found))

    def _turn(self, send: Any) -> str:
        send()
        self.wait()
        self.last = self.arrived()
        return self.texts()

    @abstractmethod
    def send_text(self, text: str) -> None:
        """Write, as the provider would bring it."""

    @abstractmethod
    def send_press(self, title: str, button_id: str) -> None:
        """Press a button, as the provider would bring it."""

    @abstractmethod
    def arrived(self) -> list[Bubble]:
        """What has come since it was last asked."""


class TelegramParent(MessengerParent):
    channel = "telegram"
    updates = itertools.count(90_000_000)

    def update(self, **parts: Any) -> httpx.Response:
        body = {"update_id": next(self.updates), **parts}
        return self.http.post("/webhooks/telegram/webhook", json=body, headers={"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET})

    def message(self, number: int | None = None, **parts: Any) -> dict[str, Any]:
        who = {"id": self.number, "is_bot": False, "first_name": "Zuleika"}
        chat = {"id": self.number, "type": "private", "first_name": "Zuleika"}
        return {"message_id": number or next(self.updates), "date": int(time.time()), "from": who, "chat": chat, **parts}

    def send_text(self, text: str) -> None:
        assert self.update(message=self.message(text=text)).status_code == 200

    def send_press(self, title: str, button_id: str) -> None:
        if not button_id:
            self.send_text(title)
            return
        query = {
            "id": str(next(self.updates)),
            "from": {"id": self.number, "is_bot": False, "first_name": "Z"},
            "chat_instance": "1",
            "data": button_id,
        }
        shown = self.message(text="?", reply_markup={"inline_keyboard": [[{"text": title, "callback_data": button_id}]]})
        assert self.update(callback_query=query | {"message": shown}).status_code == 200

    def shared(self) -> list[str]:
        """What the keys of the last message share: contact, location."""
        mine = [c for c in self.providers.telegram.messages() if c.body["chat_id"] == str(self.number)]
        keys = [key for row in json.loads(mine[-1].body.get("reply_markup") or "{}").get("keyboard") or () for key in row]
        return [kind for kind in ("contact", "location") for key in keys if key.get(f"request_{kind}")]

    def arrived(self) -> list[Bubble]:
        mine = [c for c in self.providers.telegram.messages() if c.body["chat_id"] == str(self.number)]
        fresh, self.seen = mine[self.seen :], len(mine)
        bubbles = []
        for call in fresh:
            markup = json.loads(call.body.get("reply_markup") or "{}")
            buttons = [(b["text"], b["callback_data"]) for row in markup.get("inline_keyboard") or () for b in row]
            # A key in place of the phone's keyboard has no id: it writes its title.
            keys = [b for row in markup.get("keyboard") or () for b in row]
            buttons += [(key["text"], "") for key in keys if not (key.get("request_contact") or key.get("request_location"))]
            bubbles.append(Bubble(call.body["text"], buttons))
        return bubbles


class WhatsAppParent(MessengerParent):
    channel = "whatsapp"
    ids = itertools.count(1)

    def __init__(self, running: dict[str, Any], providers: Any) -> None:
        super().__init__(running, providers)
        self.rows: set[str] = set()
        """Ids of what stood in lists: pressed there, they come back in another shape than buttons."""

    def post(self, *messages: dict[str, Any]) -> httpx.Response:
        value = {
            "messaging_product": "whatsapp", "metadata": {"display_phone_number": "1", "phone_number_id": "1"},
            "contacts": [{"profile": {"name": "Zuleika"}, "wa_id": self.address}], "messages": list(messages),
        }  # fmt: skip
        return self.signed(
            {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": value, "field": "messages"}]}]}
        )

    def signed(self, body: Any) -> httpx.Response:
        raw = json.dumps(body).encode()
        signature = "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
        return self.http.post("/webhooks/whatsapp/webhook", content=raw, headers={"X-Hub-Signature-256": signature})

    @property
    def address(self) -> str:
        return f"44{self.number}000"

    def message(self, kind: str, **parts: Any) -> dict[str, Any]:
        return {
            "from": self.address,
            "id": f"wamid.in{self.number}.{next(self.ids)}",
            "timestamp": str(int(time.time())),
            "type": kind,
            **parts,
        }

    def send_text(self, text: str) -> None:
        assert self.post(self.message("text", text={"body": text})).status_code == 200

    def send_press(self, title: str, button_id: str) -> None:
        kind = "list_reply" if button_id in self.rows else "button_reply"
        reply = {"type": kind, kind: {"id": button_id, "title": title}}
        assert self.post(self.message("interactive", interactive=reply)).status_code == 200

    def arrived(self) -> list[Bubble]:
        mine = [c for c in self.providers.whatsapp.messages() if c.body.get("to") == self.address]
        fresh, self.seen = mine[self.seen :], len(mine)
        bubbles = []
        for call in fresh:
            interactive = call.body.get("interactive") or {}
            action = interactive.get("action") or {}
            buttons = [(b["reply"]["title"], b["reply"]["id"]) for b in action.get("buttons") or ()]
            rows = [(r.get("description") or r["title"], r["id"]) for s in action.get("sections") or () for r in s["rows"]]
            buttons += rows
            self.rows |= {row_id for _title, row_id in rows}
            text = interactive["body"]["text"] if interactive else call.body["text"]["body"]
            bubbles.append(Bubble(text, buttons))
        return bubbles


class TwilioParent(MessengerParent):
    """WhatsApp through Twilio: choices arrive as numbers in the text, and are answered with one."""

    channel = "twilio"
    ids = itertools.count(1)

    @property
    def address(self) -> str:
        return f"44{self.number}000"

    def post(self, **fields: str) -> httpx.Response:
        form = {
            "MessageSid": f"SM{next(self.ids):032x}", "AccountSid": TWILIO_ACCOUNT, "From": f"whatsapp:+{self.address}",
            "To": "whatsapp:+447400000000", "ProfileName": "Zuleika", "NumMedia": "0", "Body": "", **fields,
        }  # fmt: skip
        signature = RequestValidator(TWILIO_TOKEN).compute_signature(PUBLIC_URL + TWILIO_PATH, form)
        return self.http.post(TWILIO_PATH, data=form, headers={"X-Twilio-Signature": signature})

    def send_text(self, text: str) -> None:
        assert self.post(Body=text).status_code == 200

    def send_press(self, title: str, button_id: str) -> None:
        self.send_text(button_id)

    def calls(self) -> list[Call]:
        """All that Twilio was asked to send to this parent, also what it refused."""
        return [call for call in list(self.providers.twilio.calls) if call.body.get("To") == f"whatsapp:+{self.address}"]

    def arrived(self) -> list[Bubble]:
        mine = [call for call in self.calls() if call.went_out]
        fresh, self.seen = mine[self.seen :], len(mine)
        bubbles, number = [], 1
        for call in fresh:
            lines = call.body["Body"].split("\n")
            # Cards are numbered too; the choices are what stands below everything else but the request to answer.
            last = len(lines) - (not _CHOICE.match(strip_marks(lines[-1])))
            first = last
            while first and _CHOICE.match(strip_marks(lines[first - 1])):
                first -= 1
            titles = [strip_marks(line).partition(" ")[2] for line in lines[first:last]]
            bubbles.append(Bubble("\n".join(lines[:first] + lines[last:]), [(title, str(number + at)) for at, title in enumerate(titles)]))
            assert [strip_marks(line).partition(".")[0] for line in lines[first:last]] == [one for _, one in bubbles[-1].buttons]
            number += len(titles)
        return bubbles


class WebParent(WireParent):
    channel = "web"

    def says(self, text: str) -> str:
        return self._take({"text": text})

    def presses(self, title: str) -> str:
        found = next(b for bubble in reversed(self.last) for b in bubble.buttons if b[0] == title)
        return self._take({"press": found[1]})

    def _take(self, body: dict[str, Any]) -> str:
        answer = self.http.post("/chat/turn", json=body).json()
        self.last = [Bubble(r["text"], list(zip(r["buttons"], r["button_ids"]))) for r in answer["replies"]]
        return self.texts()


CHANNELS = {"telegram": TelegramParent, "whatsapp": WhatsAppParent, "twilio": TwilioParent, "web": WebParent}
