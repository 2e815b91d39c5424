"""The life of a request: which state may follow which, what each kind asks for and how it may end.

The one place for these rules; stores and doors ask here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.base.errors import BadInput
from bot.callbacks.model import Contact, Kind, Request, State

FOLLOWS: Mapping[State, frozenset[State]] = {
    # Who rings, or agrees on a next contact, has thereby claimed it.
    "new": frozenset({"new", "claimed", "trying", "reached", "follow_up", "closed", "withdrawn"}),
    "claimed": frozenset({"new", "claimed", "trying", "reached", "follow_up", "closed", "withdrawn"}),
    "trying": frozenset({"new", "claimed", "trying", "reached", "follow_up", "closed", "withdrawn"}),
    "reached": frozenset({"new", "claimed", "trying", "reached", "follow_up", "closed", "withdrawn"}),
    "follow_up": frozenset({"new", "claimed", "trying", "reached", "follow_up", "closed", "withdrawn"}),
    "closed": frozenset({"trying"}),
    "withdrawn": frozenset(),
}
"""Each state and those that may come next. A closed callback opens again only when the parent says that no call came."""

MOST_ATTEMPTS = 3
"""After so many calls without an answer the coordinator decides how to go on."""

CALL_RESULTS: Mapping[str, str] = {
    "reached": "We spoke",
    "no_answer": "No answer",
    "voicemail": "Left a voicemail",
    "someone_else": "Somebody else answered",
    "bad_time": "Answered, asked to ring later",
    "wrong_number": "Wrong number",
    "messaged": "Wrote in the chat",
    "met": "Met in person",
}
SPOKEN = frozenset({"reached", "met"})
"""Results after which the parent has had the talk."""
AFTER_A_TALK = frozenset({"helped", "referred", "information"})
"""Endings of a callback that nobody can know of without a talk."""
AFTER_A_TRY = frozenset({"not_reached", "wrong_number"})
"""Endings that nobody can know of without having tried."""


class NotAllowed(BadInput):
    """The state of the request does not allow this; says why in words for a connector."""


WITHOUT_THE_CALL = frozenset({"done", "introduced", "later"})
"""Endings of a sign-up that would lose a wish for a call about it."""


@dataclass(frozen=True)
class KindRules:
    """What is different about a kind of request.

    Attributes:
        label: what connectors call it.
        outcomes: code → words; closing needs one of them.
        days: by when it should be dealt with, in days, where no time was promised.
        roles: who works on it.
    """

    label: str
    outcomes: Mapping[str, str]
    days: int
    roles: frozenset[str]


_TEAM = frozenset({"connector", "coordinator"})
_WORDS = frozenset({"connector", "coordinator", "editor"})
_LEAD = frozenset({"safeguarding_lead"})

KINDS: Mapping[Kind, KindRules] = {
    "callback": KindRules(
        "Callback",
        {
            "helped": "Helped on the spot",
            "referred": "Referred to a service",
            "information": "Information given",
            "not_reached": "Could not be reached",
            "wrong_number": "The number is wrong",
            "no_longer_needed": "No longer needed",
            "passed_on": "Passed to another team",
        },
        1,
        _TEAM,
    ),
    "sign_up": KindRules(
        "Sign-up",
        {
            "done": "Signed up, pack sent",
            "not_reached": "Could not be reached",
            "declined": "No longer wanted",
            "not_for_them": "Not for this family",
        },
        5,
        _TEAM,
    ),
    "volunteer": KindRules(
        "Volunteering",
        {
            "introduced": "Introduced to the team",
            "later": "Asked us to come back later",
            "declined": "No longer wanted",
            "not_reached": "Could not be reached",
        },
        5,
        _TEAM,
    ),
    "idea": KindRules("Idea", {"passed_on": "Passed on", "taken_up": "Taken up", "noted": "Noted, nothing to do"}, 10, _WORDS),
    "wrong_answer": KindRules(
        "Wrong answer", {"put_right": "Put right", "was_right": "Was right", "not_found": "Could not find what was meant"}, 5, _WORDS
    ),
    "subscribe": KindRules("Regular messages", {"ended": "Ended"}, 3650, _WORDS),
    "stop_messages": KindRules("No more messages", {"noted": "Noted"}, 10, _WORDS),
    "danger": KindRules("Safeguarding flag", {}, 0, _LEAD),
    "concern": KindRules("Safeguarding concern", {}, 0, _LEAD),
}  # fmt: skip

CASE_OUTCOMES: Mapping[str, str] = {
    "no_action": "Looked at, nothing more to do",
    "supported": "Support offered",
    "referred": "Referred to children's or adult services",
    "emergency": "Emergency services called",
    "false_alarm": "Not a danger: the lists caught it wrongly",
}


def check_step(request: Request, to: State) -> None:
    """Whether a request may go on to a state.

    Raises:
        NotAllowed: it may not.
    """
    if to not in FOLLOWS[request.state]:
        if request.state == "withdrawn":
            raise NotAllowed("The parent has withdrawn this request. Please do not ring.")
        raise NotAllowed(f"This request is {request.state.replace('_', ' ')}, so it cannot become {to.replace('_', ' ')}.")


def ended_meanwhile(request: Request) -> str:
    """What to tell somebody who writes down a call for a request that ended while they rang: only the parent opens one again."""
    if request.merged_into:
        return f"This request was merged into {request.merged_into} in the meantime. Write your call down there; it is not saved here."
    if request.state == "withdrawn":
        return "The parent withdrew this request in the meantime. Your call is in the history. Please do not ring again."
    return "This request was closed in the meantime. Your call is in the history. If the family still needs one, add a new request."


def outcomes_of(kind: Kind) -> Mapping[str, str]:
    """How a kind of request may end."""
    return CASE_OUTCOMES if KINDS[kind].roles == _LEAD else KINDS[kind].outcomes


def check_outcome(request: Request, outcome: str, calls: Collection[str] = (), *, by_chat: bool = False) -> None:
    """Whether a request may be closed with an outcome.

    Args:
        calls: results of the calls written down so far.
        by_chat: the parent wants to be written to, so that a message is the talk; see `wants_chat`.

    Raises:
        NotAllowed: no or an unknown outcome, or one that needs a call or a talk that nobody has written down.
    """
    check_step(request, "closed")
    if outcome not in outcomes_of(request.kind):
        raise NotAllowed("Choose how this ended before closing it.")
    talks = SPOKEN | {"messaged"} if by_chat else SPOKEN
    if request.kind == "callback" and outcome in AFTER_A_TALK and not talks & set(calls):
        raise NotAllowed(
            f"Write down the call or visit first (“{CALL_RESULTS['reached']}” or “{CALL_RESULTS['met']}”), then close it. "
            "If there was no talk, choose another ending."
        )
    if request.wants_call and outcome in WITHOUT_THE_CALL and not SPOKEN & set(calls):
        raise NotAllowed("The parent wants a call about it. Promise the call, or write down the talk, then close it.")
    if outcome in AFTER_A_TRY and not request.attempts:
        raise NotAllowed(
            f"Write down the call first (“{CALL_RESULTS['no_answer']}”, “{CALL_RESULTS['wrong_number']}” …), then close it. "
            "Nobody has tried to reach this family yet."
        )


def next_due(kind: Kind) -> timedelta:
    """By when a request without a promised time should be dealt with."""
    return timedelta(days=KINDS[kind].days)


def is_careful(contact: Contact | None) -> bool:
    """Whether a parent's safe-contact wishes ask for more than an ordinary call."""
    if contact is None:
        return False
    return contact.safe_to_call not in (None, "safe_any_time") or contact.voicemail is False


def wants_chat(contact: Contact | None) -> bool:
    """Whether a message in the chat is what a parent has asked for; to anybody else it is no call."""
    return contact is not None and (contact.by == "chat" or contact.safe_to_call == "safe_no")


def most_careful(one: Contact, other: Contact) -> Contact:
    """The wishes of two requests of one person, together: whatever is more careful holds.

    Args:
        one: of the request that stays; its way, number and name win where both have one.
    """
    return Contact(
        by=one.by,
        phone=one.phone or other.phone,
        safe_to_call=_safest(one.safe_to_call, other.safe_to_call),
        voicemail=False if False in (one.voicemail, other.voicemail) else one.voicemail if one.voicemail is not None else other.voicemail,
        ask_for=one.ask_for or other.ask_for,
        place=one.place or other.place,
    )


def _safest(one: str | None, other: str | None) -> str | None:
    if one and other and one != other and _care(one) == _care(other) == _OWN_WORDS:
        # Both in the parent's own words: nobody can tell which is stricter, so both stand there.
        return f"{one} / {other}"
    return max((one, other), key=_care)


_OWN_WORDS = 3


def _care(wish: str | None) -> int:
    order = {None: 0, "safe_any_time": 1, "safe_not_sure": 2, "safe_no": 4}
    return order.get(wish, _OWN_WORDS)
