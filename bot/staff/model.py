"""Who works at the desk and what each may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

Role = Literal["connector", "coordinator", "safeguarding_lead", "editor", "administrator"]
ROLES: Mapping[Role, str] = {
    "connector": "Connector: calls families",
    "coordinator": "Coordinator: sees the whole team, reassigns, exports, figures",
    "safeguarding_lead": "Safeguarding lead: flags and concerns",
    "editor": "Editor: ideas, wrong answers, saved replies",
    "administrator": "Administrator: accounts, audit, data protection",
}


@dataclass(frozen=True)
class Notify:
    """How somebody wants to hear of work.

    Attributes:
        at_once: or one message a day, at `digest_at`; what presses does not wait for it.
        quiet_from, quiet_to: no message then, except safeguarding and a promise that would break before they end; may run over
            midnight.
    """

    email: bool = False
    telegram: str = ""
    at_once: bool = True
    digest_at: time = time(9)
    quiet_from: time = time(19)
    quiet_to: time = time(8)


@dataclass(frozen=True)
class Member:
    """One person at the desk.

    Attributes:
        login: e-mail address, in lower case.
        areas, languages: empty means all areas; languages are those spoken besides English.
        works: `{"mon": [["09:00", "12:30"]]}`; empty means whenever the desk is open.
        must_change: the password was chosen by somebody else and must be changed.
        two_factor: whether a second factor has been set up.
    """

    id: str
    login: str
    name: str
    roles: frozenset[Role]
    areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    works: Mapping[str, Any] = field(default_factory=dict, hash=False)
    notify: Notify = Notify()
    active: bool = True
    must_change: bool = False
    two_factor: bool = False

    def may(self, *roles: Role) -> bool:
        """Whether this person has at least one of the roles."""
        return bool(self.roles & set(roles))


@dataclass(frozen=True)
class SignedIn:
    """A browser in which somebody is signed in, or half-way there.

    Attributes:
        token_hash: of the cookie; the cookie itself is nowhere.
        stage: password (the second factor is still due), full, or together (a parent looks at the screen).
        csrf: must come back with every change.
    """

    token_hash: str
    member: Member
    stage: Literal["password", "full", "together"]
    csrf: str
    seen_at: datetime


@dataclass(frozen=True)
class Absence:
    """Holidays or sickness; both days included."""

    id: int
    staff_id: str
    first_on: date
    last_on: date
    reason: str


@dataclass(frozen=True)
class Audited:
    """One line of the audit."""

    at: datetime
    staff_id: str
    what: str
    reference: str
    detail: str


@dataclass(frozen=True)
class SavedReply:
    """A text that connectors use often."""

    id: int
    name: str
    language: str
    body: str


@dataclass(frozen=True)
class Notice:
    """A notification on its way to somebody; holds no name, number or words of a parent.

    Attributes:
        kind: what happened; see `bot.flows.notify_staff.KINDS`.
        reference: of the request; empty for a digest.
        state: waiting, sent, or failed when it is not tried again by itself.
        problem: codes that say why it has not left yet, parted by blanks; see `bot.flows.notify_staff.PROBLEMS`.
    """

    id: int
    staff_id: str
    kind: str
    reference: str
    at: datetime
    send_at: datetime
    tries: int
    state: str = "waiting"
    problem: str = ""
