"""What arrives, what waits to be answered, what goes out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

ArrivedKind = Literal["text", "press", "command", "place", "not_text", "withdrawn"]
Purpose = Literal["reply", "danger", "person", "notice", "follow_up", "whats_on"]
PROACTIVE: frozenset[str] = frozenset({"follow_up", "whats_on"})
"""What nobody has just asked for: needs consent, keeps quiet hours, ends with STOP."""
WINDOW_CLOSED = "window_closed"
"""The problem of a message for which the provider wants a template first."""


@dataclass(frozen=True)
class Arrived:
    """One verified message as a channel hands it over, before anything of it is stored.

    Attributes:
        message_id: the provider's id of this delivery; the same message delivered again has the same.
        address: where to answer; identifies a person.
        press: id or title of a button.
        command: start, help, language, stop or forget; `text` is then all that was typed, the command with it.
        place: latitude and longitude of a pin.
        sent_at, order: by which messages that wait are put in order; `order` breaks ties.
        is_at_least: it was sent no sooner than that; its place is behind what has come from the parent before.
        corrects: the provider's id of the parent's earlier message that this one replaces.
        withdraws: the provider's id of the parent's earlier message that was deleted.
        answers_for: the provider's id of what was sent together with this message, and needs no answer of its own.
        known_as: another address of the same person, under which they may be known already.
        notice: what the channel needs to show that the message has come; never stored.
    """

    channel: str
    message_id: str
    address: str
    kind: ArrivedKind
    sent_at: datetime
    text: str = ""
    press: str | None = None
    command: str | None = None
    place: tuple[float, float] | None = None
    order: int = 0
    is_at_least: bool = False
    language: str | None = None
    area: str | None = None
    choose_language: str | None = None
    corrects: str | None = None
    withdraws: str | None = None
    answers_for: str | None = None
    known_as: str | None = None
    notice: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Ticket:
    """A place in a parent's queue.

    Attributes:
        sent_at, order, inbox_id: together the order within the queue.
    """

    sender: str
    inbox_id: int
    sent_at: datetime
    order: int = 0

    def __lt__(self, other: Ticket) -> bool:
        # As points in time: in the night in which the clocks go back, what was sent later may look earlier on London's.
        mine, theirs = (self.sent_at.timestamp(), self.order, self.inbox_id), (other.sent_at.timestamp(), other.order, other.inbox_id)
        return mine < theirs


@dataclass(frozen=True)
class Waiting:
    """A message of the inbox.

    Attributes:
        body: what the flow wrote: text without numbers that are not ours to keep, and what was seen in it.
        attempts: how often its turn has failed, or was begun after a restart.
    """

    inbox_id: int
    channel: str
    sender: str
    body: Mapping[str, Any]
    received_at: datetime
    attempts: int = 0


@dataclass(frozen=True)
class Choice:
    """A button: an opaque id and what the parent reads."""

    id: str
    title: str


@dataclass(frozen=True)
class Outgoing:
    """One call of a provider: a bubble that keeps the channel's limits.

    Attributes:
        choices: buttons, or the rows of a list.
        asks_for: the channel may offer a way to share a `phone` number or a `place`.
        numbered: the choices stand in the text; a parent answers with a number.
        template: name of an approved template that is sent in place of the text.
    """

    text: str
    language: str
    direction: str
    choices: tuple[Choice, ...] = ()
    asks_for: str | None = None
    numbered: bool = False
    template: str | None = None
    template_language: str | None = None

    def as_json(self) -> str:
        """For the outbox."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_outgoing(stored: str) -> Outgoing:
    """What `as_json` wrote."""
    values = json.loads(stored)
    return Outgoing(**{**values, "choices": tuple(Choice(**choice) for choice in values["choices"])})


@dataclass(frozen=True)
class Pace:
    """How fast a provider takes messages.

    Attributes:
        per_second: to all parents together.
        burst: so many at once to one parent.
        one_in_s: afterwards one message to that parent in so many seconds.

    Source: core.telegram.org/bots/faq (30 a second, one a second in a chat); Meta's pair rate limit
    (one message in six seconds to one person, 45 at once; 80 a second a number).
    """

    per_second: float
    burst: int
    one_in_s: float


class Carrier(Protocol):
    """A channel's way out."""

    name: str
    pace: Pace
    window_hours: float | None
    """So many hours after the parent's last message anything may be sent; None means always."""

    async def send(self, address: str, message: Outgoing, reference: str) -> str | None:
        """Send one message and return the provider's id of it.

        Args:
            reference: comes back in the provider's reports where it can; letters, digits and `-`.

        Raises:
            TryLater, SendUncertain, SendRefused, ParentUnreachable.
        """

    def outside_window(self, purpose: str, language: str) -> Outgoing | None:
        """The approved template that asks the parent to write, in their language; None when there is none."""


@dataclass(frozen=True)
class Due:
    """A message of the outbox."""

    outbox_id: int
    sender: str
    channel: str
    purpose: str
    message: Outgoing
    attempts: int
    not_before: datetime | None
    last_word: bool
    created_at: datetime


@dataclass(frozen=True)
class About:
    """What a provider's report is about.

    Attributes:
        is_template: not the message itself, but the template that has gone out in its place.
    """

    outbox_id: int
    is_template: bool = False


@dataclass(frozen=True)
class Address:
    """Where a parent is reached, and what stands in the way.

    Attributes:
        sealed: the address, sealed.
        unreachable: blocked, gone, or None.
        stopped_at: since when no message that was not asked for may go out.
    """

    sender: str
    channel: str
    sealed: str
    language: str | None
    area: str | None
    last_inbound_at: datetime | None
    unreachable: str | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True)
class Presence:
    """A person who answers in a parent's chat in the assistant's place.

    Attributes:
        name: as the parent is told.
        until: when the assistant speaks again of itself.
    """

    sender: str
    name: str
    began_at: datetime
    until: datetime


@dataclass(frozen=True)
class Trouble:
    """A message that did not surely arrive; without its words."""

    outbox_id: int
    sender: str
    channel: str
    purpose: str
    state: str
    problem: str
    attempts: int
    created_at: datetime
