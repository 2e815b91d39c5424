"""How things are worded on the pages of the desk: times, subjects, states, safe-contact wishes. English only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.base.errors import PhoneNotUsable
from bot.base.phones import read_phone
from bot.callbacks.model import TOPIC, Contact, Entry, Request, Wish
from bot.callbacks.rules import CALL_RESULTS, KINDS, outcomes_of
from bot.flows.house import House
from bot.flows.language_name import language_in_english
from bot.staff.model import ROLES, Member

STATES: Mapping[str, str] = {
    "new": "New",
    "claimed": "Claimed",
    "trying": "Trying",
    "reached": "Reached",
    "follow_up": "Follow-up",
    "closed": "Closed",
    "withdrawn": "Withdrawn",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EVENTS: Mapping[str, str] = {
    "asked": "Asked for a call",
    "asked_again": "Changed the request; this one took the place of the one before",
    "claimed": "Claimed",
    "assigned": "Given to",
    "extended": "Kept for longer",
    "handed_back": "Handed back",
    "claim_ended": "Went back to the queue: nothing was done",
    "away": "Went back to the queue: away",
    "left": "Went back to the queue: the account was closed",
    "moved": "Went back to the queue: who had it has other roles or areas now",
    "follow_up": "Next contact agreed",
    "call_promised": "A call about it was promised",
    "merged": "Merged into another request",
    "merged_in": "Merged with",
    "parted": "Parted again from",
    "parted_from": "Parted again from",
    "many_attempts": "Several attempts without a talk: the coordinator decides how to go on",
    "escalated_second": "Nobody has tried yet: a second connector is needed",
    "escalated_coordinator": "Nobody has tried yet: the coordinator is needed",
    "promise_broken": "The promised time passed. The parent was told and has a new time",
    "promise_broken_no_time": "The promised time passed. The parent was told, without a new time: nobody is at work for weeks",
    "promise_broken_waits": "The promised time passed. The parent is told when they next write: nothing goes to them unasked",
    "promise_broken_untold": "The promised time passed. The parent could not be told: no chat belongs to this request",
    "apologised": "The parent wrote, and was told that the promised time had passed and how it goes on",
    "told_of_try": "The parent wrote, and was told that a call had not reached them and how it goes on",
    "retry_late": "The next try was forgotten: the coordinator is needed",
    "late": "It was due and nothing was done: the coordinator is needed",
    "number_wrong": "The number is wrong: nobody rings it again, a new one is needed",
    "missed": "The parent says that the call did not reach them",
    "not_yet": "The parent is still waiting",
    "withdrawn": "Withdrawn by the parent",
    "reported_again": "Reported again by a parent",
    "voicemail_against_wish": "A voicemail was left although the parent asked for none",
    "got_yes": "Parent: got the call",
    "got_missed": "Parent: missed the call",
    "got_not_yet": "Parent: no call yet",
    "why_phone_away": "Parent: the phone was not near",
    "why_bad_time": "Parent: it was a bad time",
    "why_number_wrong": "Parent: the number is wrong",
    "why_other": "Parent: something else",
    "how_yes": "Parent: it helped",
    "how_some": "Parent: it helped a little",
    "how_no": "Parent: it did not help",
    "service": "Referred to",
    "healthy_start": "Healthy Start sign-up",
    "vitamins": "Vitamin sign-up",
    "note": "Note",
    "concern": "Concern",
    "seen": "Seen",
    "sent": "Wrote in the chat",
}
_WISHES: Mapping[str, str] = {
    "safe_any_time": "Safe to ring at any time",
    "safe_not_sure": "Not sure whether it is safe to ring",
    "safe_no": "NOT safe to ring: write in the chat only",
}


@dataclass(frozen=True)
class SafetyLine:
    """One of the parent's wishes, as it stands on the first line of a request."""

    text: str
    careful: bool
    own_words: bool = False


def safety_lines(request: Request, house: House) -> list[SafetyLine]:
    """Everything that the parent said about being reached safely, what is most important first."""
    contact = request.contact
    lines: list[SafetyLine] = []
    if contact is None:
        return lines
    if contact.safe_to_call in _WISHES:
        lines.append(SafetyLine(_WISHES[str(contact.safe_to_call)], contact.safe_to_call != "safe_any_time"))
    elif contact.safe_to_call:
        lines.append(SafetyLine(f"Safe to ring: “{contact.safe_to_call}”", True, own_words=True))
    if contact.voicemail is not None:
        lines.append(SafetyLine("Voicemail is fine" if contact.voicemail else "NO voicemail", not contact.voicemail))
    lines.append(SafetyLine(f"Ask for {contact.ask_for}" if contact.ask_for else "No name given: do not say who you are to others", False))
    lines.append(SafetyLine({"phone": "By phone", "chat": "In the chat", "visit": "A visit"}.get(contact.by, contact.by), False))
    lines.append(SafetyLine(f"When: {wish_in_words(request.wish)}", False))
    language = language_in_english(house, request.language)
    lines.append(SafetyLine(f"{language}{', with an interpreter' if request.interpreter else ''}", bool(request.interpreter)))
    return lines


def wish_in_words(wish: Wish) -> str:
    """When a call would suit."""
    parts = [_DAYS[wish.weekday]] if wish.weekday is not None else []
    parts += [str(wish.part_of_day)] if wish.part_of_day else []
    parts += [f"not before {wish.not_before:%-d %B}"] if wish.not_before else []
    return " ".join(parts) or "any time"


def national(contact: Contact | None) -> str:
    """The number as people write it; as it is when it cannot be read."""
    if contact is None or not contact.phone:
        return ""
    try:
        return read_phone(contact.phone).national
    except PhoneNotUsable:
        return contact.phone


def event_in_words(entry: Entry, house: House) -> str:
    """A line of the history."""
    if entry.kind == "call":
        return CALL_RESULTS.get(entry.code, entry.code)
    if entry.code.startswith("closed_"):
        outcomes = {code: words for kind in KINDS for code, words in outcomes_of(kind).items()}
        return f"Closed: {outcomes.get(entry.code.removeprefix('closed_'), entry.code)}"
    return _EVENTS.get(entry.code, entry.code.replace("_", " "))


def next_step(request: Request, me: Member, now: datetime) -> str:
    """What a connector does next with an open request, in one sentence."""
    due = until(request.due_at, now)
    by = due if due.endswith("late") else f"due {due}"
    if not request.claimed_by:
        return f"claim it, then get in touch ({by})." if request.kind in _WITH_A_TALK else f"claim it ({by})."
    if request.claimed_by != me.id:
        return "a colleague has it. Talk to them before you do anything."
    if request.kind not in _WITH_A_TALK:
        return f"deal with it, then close it with how it ended ({by})."
    how = "read the wishes, then get in touch" if request.careful else "get in touch"
    return {
        "trying": f"{how} again ({by}).",
        "reached": "write down what came of the talk, then close it or agree on the next contact.",
        "follow_up": f"the agreed next contact ({by}).",
    }.get(request.state, f"{how}, then write down how it went ({by}).")


_WITH_A_TALK = ("callback", "sign_up", "volunteer")


def until(at: datetime | None, now: datetime) -> str:
    """`in 2 h`, `20 min late`, `Thu 10:00`."""
    if at is None:
        return "no time"
    left = at.timestamp() - now.timestamp()
    if left < 0:
        return f"{_length(-left)} late"
    if left < timedelta(hours=10).total_seconds():
        return f"in {_length(left)}"
    return f"{at:%a} {at.day} {at:%b}, {at:%H:%M}" if left > timedelta(days=6).total_seconds() else f"{at:%a %H:%M}"


def _length(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def filters(house: House) -> dict[str, Callable[..., Any]]:
    """What templates word things with."""

    def topic(code: str) -> str:
        key = f"utter_button_{code}"
        if TOPIC.fullmatch(code) and key in house.catalogue.english:
            return house.catalogue.english[key]
        return code.replace("_", " ").capitalize() if code.replace("_", "").isalpha() and code.islower() and code.isascii() else code

    def subject(request: Request) -> str:
        """What it is about, in words that do not have to be the parent's."""
        if request.kind in ("sign_up", "volunteer") and request.about:
            return next((o.name for o in house.area(request.area).offers if o.id == request.about), request.about.replace("_", " "))
        if request.about is None:
            return KINDS[request.kind].label
        return topic(request.about)

    def moment(at: datetime | None) -> str:
        return f"{at:%a} {at.day} {at:%b} {at:%Y}, {at:%H:%M}" if at else "–"

    def day(on: date) -> str:
        return f"{on:%a} {on.day} {on:%b} {on:%Y}"

    return {
        "topic": topic,
        "subject": subject,
        "moment": moment,
        "day": day,
        "next_step": lambda request, me: next_step(request, me, house.clock.now()),
        "until": lambda at: until(at, house.clock.now()),
        "is_late": lambda at: at is not None and at.timestamp() < house.clock.now().timestamp(),
        "is_soon": lambda at: at is not None and 0 <= at.timestamp() - house.clock.now().timestamp() < timedelta(hours=2).total_seconds(),
        "state": lambda code: STATES.get(code, code),
        "kind": lambda code: KINDS[code].label,
        "language": lambda code: language_in_english(house, code),
        "direction": lambda code: house.languages.get(code).direction,
        "area": lambda code: house.area(code).name if code in house.areas else code,
        "role": lambda code: ROLES[code],
        "event": lambda entry: event_in_words(entry, house),
        "outcome": lambda request: outcomes_of(request.kind).get(request.outcome or "", (request.outcome or "–").replace("_", " ")),
        "safety": lambda request: safety_lines(request, house),
        "wish": wish_in_words,
        "national": national,
        "iso": lambda at: at.isoformat(timespec="minutes") if at else "",
    }
