"""What a parent asks a person to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

Kind = Literal["callback", "idea", "wrong_answer", "sign_up", "volunteer", "subscribe", "stop_messages", "danger", "concern"]
State = Literal["new", "claimed", "trying", "reached", "follow_up", "closed", "withdrawn"]
Tray = Literal["open", "case", "done"]
Escalated = Literal["", "second", "coordinator"]
"""Whom a request needs besides who has it, shown in the queue whether or not anybody gets notifications."""
Answer = Literal["", "awaited", "unread"]
CASES: tuple[Kind, ...] = ("danger", "concern")
"""What only a safeguarding lead sees: found by the assistant, or raised by a connector."""
PartOfDay = Literal["morning", "afternoon", "evening"]

ENDED: tuple[State, ...] = ("closed", "withdrawn")
CALL_WANTED, CALL_PROMISED = "call_back_wanted", "call_promised"
"""Details of a sign-up: “yes” where the parent wants a call about it; the reference of the callback that came of it."""
ALSO_ABOUT = "also_about"
"""Detail of a request that others were merged into: what they were about, a line each."""
TOPIC = re.compile(r"(?:find|healthy_start)_[a-z_]+")

OpeningHours = Mapping[int, tuple[tuple[time, time], ...]]
"""Weekday (0 = Monday) → opening slots of the desk, in order, not overlapping."""


@dataclass(frozen=True)
class Contact:
    """What a connector needs to reach a parent safely; sealed at rest, opened only for one request.

    Attributes:
        by: phone, chat or visit.
        phone: E.164, or None when the parent wants no call.
        safe_to_call: yes, no, or the parent's own words on when it is.
        voicemail: whether a voicemail may be left; None when not asked.
        ask_for: the name to ask for; None means that the parent gave none.
    """

    by: str
    phone: str | None = None
    safe_to_call: str | None = None
    voicemail: bool | None = None
    ask_for: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Wish:
    """When a call would suit; everything None means at any time.

    Attributes:
        not_before: the day that was named; when the desk is closed then, the next open one.
    """

    weekday: int | None = None
    part_of_day: PartOfDay | None = None
    not_before: date | None = None

    def as_plain(self) -> dict[str, Any]:
        """For JSON; `wish_of` reads it."""
        on = self.not_before
        return {"weekday": self.weekday, "part_of_day": self.part_of_day, "not_before": on.isoformat() if on else None}


def wish_of(plain: Mapping[str, Any]) -> Wish:
    """What `as_plain` wrote, or a part of it."""
    on = plain.get("not_before")
    return Wish(plain.get("weekday"), plain.get("part_of_day"), date.fromisoformat(on) if on else None)


@dataclass(frozen=True)
class Request:
    """One thing left for a person.

    Attributes:
        reference: short, random, read out on the phone.
        sender: the parent's pseudonym.
        about: the topic's id or the parent's own words, already without numbers.
        language: in which to speak; `interpreter` says whether one is needed.
        promised_by: the time by which somebody will have tried; callbacks only.
        details: what else belongs to this kind; no contact details.
        due_at: when something has to happen next; orders the queue.
        claimed_by: id of the connector who has it; empty when nobody has.
        claim_ends_at: the claim is handed back then, unless something was done.
        attempts: calls tried so far.
        first_tried_at: kept the promise, when it lies before `promised_by`.
        escalated: whom it needs because its time is near or past; ends with a call, a next contact or a new owner.
        careful: the parent's safe-contact wishes are not “at any time”; shown before anything else.
        merged_into: the reference that this one was folded into.
        answer: the parent's to what a connector wrote in the chat: awaited, or there and not read yet.
        demo: a made-up request that can be removed again.
    """

    reference: str
    kind: Kind
    sender: str
    area: str
    language: str
    created_at: datetime
    state: State = "new"
    about: str | None = None
    interpreter: bool | None = None
    wish: Wish = field(default_factory=Wish)
    promised_by: datetime | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    contact: Contact | None = None
    due_at: datetime | None = None
    claimed_by: str = ""
    claim_ends_at: datetime | None = None
    attempts: int = 0
    first_tried_at: datetime | None = None
    escalated: Escalated = ""
    careful: bool = False
    outcome: str | None = None
    merged_into: str | None = None
    closed_at: datetime | None = None
    answer: Answer = ""
    demo: bool = False

    @property
    def topic(self) -> str:
        """The subject by which requests are sorted: an id of the contract, or `other` for own words."""
        return self.about if self.about and TOPIC.fullmatch(self.about) else "other"

    @property
    def wants_call(self) -> bool:
        """Whether the parent wants to be called about an offer and nothing has been promised yet."""
        return self.details.get(CALL_WANTED) == "yes" and not self.details.get(CALL_PROMISED)

    @property
    def tray(self) -> Tray:
        """Where it lies: with the connectors, with the safeguarding lead alone, or put away."""
        if self.state in ENDED:
            return "done"
        return "case" if self.kind in CASES else "open"


@dataclass(frozen=True)
class Entry:
    """One line of a request's history.

    Attributes:
        by: id of a connector, `parent` or `system`.
        code: what happened; for calls the result, for changes of state the new state.
        text: a note, sealed at rest.
        origin: the reference under which it was written, before requests were merged.
    """

    id: int
    reference: str
    kind: str
    code: str
    at: datetime
    by: str
    text: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Referral:
    """Where a family was sent, or what it was signed up for; kept for a year for the partnership's figures.

    Attributes:
        kind: service, healthy_start or vitamins.
        service_id: of the directory; empty for the other kinds.
    """

    reference: str
    kind: str
    service_id: str
    service_name: str
    area: str
    language: str
    topic: str
    at: datetime
    by: str
