"""The retention table of docs/data-protection.md, a copy of everything about a person, and erasure at the desk.

Every step is a transaction of its own and finds its work by looking for what is still there, so a
run that was cut off is finished by the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.base.db import Session
from bot.base.sealing import new_reference
from bot.callbacks import entry_store, timer_store
from bot.callbacks.model import CASES, Kind, Request
from bot.callbacks.rules import KINDS
from bot.delivery import address_store, awaited, conversations, inbox_store, outbox_store
from bot.delivery import store as delivery
from bot.delivery.model import Address
from bot.directory.feeds import change_store
from bot.flows.house import House
from bot.flows.notify_staff import tell
from bot.privacy import store as privacy_store
from bot.staff import record_store, session_store
from bot.staff import store as staff_store

_BATCH = 500
_SESSIONS_KEPT = timedelta(days=1)
_NEED_A_WAY: tuple[Kind, ...] = ("subscribe", "sign_up", "volunteer")
"""Besides callbacks: whoever left one of these is to be reached for as long as it is kept."""


@dataclass(frozen=True)
class Limits:
    """The instants before which things go.

    Attributes:
        closed: what belongs to the team's work and to no one request.
        cases: audit, referrals, register of exports, and what else is kept for a year.
        requests: by kind, of the time at which a request ended, or a danger case came.
    """

    messages: datetime
    closed: datetime
    cases: datetime
    requests: Mapping[Kind, datetime]


def limits(house: House) -> Limits:
    """As the settings say, counted from now."""
    now, settings = house.clock.now(), house.settings
    return Limits(
        now - timedelta(days=settings.messages_kept_days),
        now - timedelta(days=settings.closed_kept_days),
        now - timedelta(days=settings.cases_kept_days),
        {kind: now - timedelta(days=settings.request_kept_days[kind]) for kind in KINDS},
    )


def preview(house: House, ahead: timedelta = timedelta(0)) -> dict[str, list[str]]:
    """References that would go by a time, by kind; nothing is deleted."""
    found: dict[str, list[str]] = {KINDS[kind].label: [] for kind in KINDS}
    at = limits(house)
    with house.database.session() as session:
        for request in house.requests.due_to_go(session, {kind: before + ahead for kind, before in at.requests.items()}):
            found[KINDS[request.kind].label].append(request.reference)
    return {label: references for label, references in found.items() if references}


def purge(house: House) -> dict[str, int]:
    """Delete what has been kept for long enough; returns how many of each."""
    at = limits(house)
    gone: dict[str, int] = {}
    with house.database.session() as session:
        # Messages stay as long as the callback that they belong to, and so does the way to the parent.
        keep = house.requests.senders_of(session, ("callback",), at.requests["callback"])
        reachable = [*keep, *(s for kind in _NEED_A_WAY for s in house.requests.senders_of(session, (kind,), at.requests[kind]))]
    jobs: dict[str, Callable[[Any], int]] = {
        "turns": lambda s: delivery.purge_turns(s, at.messages, keep),
        "inbox": lambda s: inbox_store.purge_inbox(s, at.messages, keep),
        "outbox": lambda s: outbox_store.purge_outbox(s, at.messages, keep),
        "addresses": lambda s: address_store.purge_addresses(s, at.messages, reachable),
        "awaited": lambda s: awaited.purge_awaited(s, at.messages),
        "conversations": lambda s: conversations.purge_conversations(s, at.messages),
        "numbers": lambda s: privacy_store.purge_numbers(s, at.messages),
        "questions": lambda s: entry_store.purge_questions(s, at.messages),
        "timers": lambda s: timer_store.purge_timers(s, at.messages),
        "notifications": lambda s: record_store.purge_notices(s, at.closed),
        "referrals": lambda s: entry_store.purge_referrals(s, at.cases),
        "audit": lambda s: record_store.purge_audit(s, at.cases),
        "exports": lambda s: record_store.purge_exports(s, at.cases),
        "missed dangers": lambda s: record_store.purge_missed(s, at.cases),
        "absences": lambda s: staff_store.purge_absences(s, at.closed.date()),
        "accounts": lambda s: record_store.purge_left(s, at.cases),
        "changes by hand": lambda s: change_store.purge_edits(s, at.cases),
        "sessions": lambda s: session_store.purge(s, house.clock.now() - _SESSIONS_KEPT, house.clock.now() - _SESSIONS_KEPT),
    }
    for name, work in jobs.items():
        with house.database.session() as session:
            gone[name] = work(session)
    gone["requests"] = 0
    while batch := _purge_requests(house, at):
        gone["requests"] += batch
    house.database.tidy()
    return gone


def _purge_requests(house: House, at: Limits) -> int:
    with house.database.session() as session:
        due = house.requests.due_to_go(session, at.requests, _BATCH)
        references = [request.reference for request in due]
        _forget_references(house, session, references)
        return house.requests.delete(session, references)


def _forget_references(house: House, session: Session, references: Sequence[str]) -> None:
    house.entries.forget(session, references)
    timer_store.forget(session, references)
    record_store.forget_notices(session, references)
    entry_store.unlink_referrals(session, references)


def erase(house: House, *senders: str, conversation: bool = True, references: Sequence[str] = ()) -> str:
    """Everything about a parent goes, also what was merged with it; returns the receipt.

    A danger case stays for its year, without words of the parent, name or number.

    Args:
        senders: the parent's chats.
        conversation: whether the chat itself goes too; the chat's own “forget me” deletes it once the last reply is out.
        references: of requests that go as well, such as those that were typed at the desk.
    """
    receipt = new_reference(10)
    now = house.clock.now()
    with house.database.session() as session:
        gone = [reference for sender in senders for reference in house.requests.forget(session, sender)]
        typed = [request.reference for reference in references for request in house.requests.of_reference(session, reference)]
        house.requests.delete(session, typed)
        _forget_references(house, session, [*gone, *typed])
        for sender in senders:
            _forget_chat(session, sender, conversation)
        _tell_exporters(house, session, [*gone, *typed], now)
        privacy_store.add_receipt(session, receipt, now.date())
    if conversation:
        house.database.tidy()
    return receipt


def _forget_chat(session: Session, sender: str, conversation: bool) -> None:
    entry_store.unask(session, sender)
    awaited.forget_awaited(session, sender)
    privacy_store.forget_numbers(session, sender)
    delivery.forget_turns(session, sender)
    if conversation:
        conversations.forget(session, sender)
        outbox_store.forget(session, sender, keep_last_word=False)
        inbox_store.forget(session, sender)
        address_store.end_presence(session, sender)
        address_store.forget_address(session, sender)


def erase_request(house: House, reference: str) -> str:
    """Everything about one request that was typed at the desk, where there is no chat behind it; returns the receipt."""
    return erase(house, conversation=False, references=[reference])


def _tell_exporters(house: House, session: Session, references: Sequence[str], now: datetime) -> None:
    for _export, staff_id in record_store.erase_from_exports(session, references, now):
        member = staff_store.member(session, staff_id)
        if member:
            tell(house, session, [member], "erased", "")


def copy_of(house: House, *senders: str, references: Sequence[str] = ()) -> dict[str, Any]:
    """Everything that is held about a parent, in words that can be handed over.

    Args:
        senders: the parent's chats.
        references: of requests that are theirs too, such as those that were typed at the desk.

    Safeguarding cases are left out: whether they can be handed over is for the safeguarding lead to decide.
    """
    with house.database.session() as session:
        found = [request for sender in senders for request in house.requests.of_sender(session, sender)]
        found += [request for reference in references for request in house.requests.of_reference(session, reference)]
        requests = {request.reference: request for request in found if request.kind not in CASES}
        return {
            "made_at": house.clock.now().isoformat(timespec="minutes"),
            "known_as": list(senders),
            "requests": [_request(request) for request in requests.values()],
            "history": [
                {"request": e.reference, "at": e.at.isoformat(timespec="minutes"), "what": f"{e.kind} {e.code}", "text": e.text}
                for reference in requests
                for e in house.entries.whole(session, reference)
            ],
            "referrals": [
                {"request": r.reference, "at": r.at.isoformat(timespec="minutes"), "kind": r.kind, "service": r.service_name}
                for r in entry_store.referrals_of(session, list(requests))
            ],
            "messages": [
                {"said": turn["said"], "replies": [reply["text"] for reply in turn["replies"]]}
                for turn in delivery.turns_of(session, senders, 10_000)
            ],
            "state_of_the_chat": [conversations.read(session, sender) for sender in senders],
            "question_put": [entry_store.asked(session, sender) for sender in senders],
            "reached_at": [_address(house, address) for address, _person in address_store.reached_among(session, senders).values()],
            "numbers_typed": [house.sealer.open(sealed) for sender in senders for sealed in privacy_store.numbers_of(session, sender)],
            "waits_to_hear_about": [report for sender in senders for report in awaited.awaited_by(session, sender)],
        }


def _request(request: Request) -> dict[str, Any]:
    shown = asdict(request)
    return {name: value.isoformat(timespec="minutes") if isinstance(value, datetime) else value for name, value in shown.items()}


def _address(house: House, address: Address) -> dict[str, Any]:
    """Where a parent is reached, and what is known with it."""
    heard, stopped = address.last_inbound_at, address.stopped_at
    return {
        "channel": address.channel,
        "address": house.sealer.open(address.sealed) if address.sealed else "",
        "language": address.language,
        "area": address.area,
        "last_heard_from": heard.isoformat(timespec="minutes") if heard else None,
        "said_stop": stopped.isoformat(timespec="minutes") if stopped else None,
        "unreachable": address.unreachable,
    }
