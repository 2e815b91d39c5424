"""What a parent asks a person to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal

Kind = Literal["callback", "idea", "wrong_answer", "sign_up", "subscribe", "stop_messages", "danger"]
State = Literal["new", "withdrawn", "closed"]
PartOfDay = Literal["morning", "afternoon", "evening"]

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
    """When a call would suit; everything None means at any time."""

    weekday: int | None = None
    part_of_day: PartOfDay | None = None


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
