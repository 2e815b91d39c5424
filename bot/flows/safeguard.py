"""Safeguarding flags and concerns: for the safeguarding lead alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import get_args

from bot.base.db import Session
from bot.base.errors import BadInput, ContentError
from bot.base.sealing import new_reference
from bot.base.yaml_files import read_yaml
from bot.callbacks import timer_store
from bot.callbacks.model import CASES, Entry, Request
from bot.callbacks.rules import CASE_OUTCOMES, NotAllowed, check_outcome
from bot.flows.house import House
from bot.flows.notify_staff import tell_role
from bot.flows.work_on_request import add_note, find, note
from bot.insight import store as insight
from bot.privacy.numbers import holds_numbers
from bot.safety.phrases import DangerKind
from bot.staff import record_store
from bot.staff.model import Member

DANGER_KINDS: tuple[str, ...] = get_args(DangerKind)
_LONGEST_EXAMPLE = 300
MOST_RELATED = 40


@dataclass(frozen=True)
class Step:
    """One line of the checklist; `done` says when and by whom, or is None."""

    id: str
    text: str
    done: Entry | None = None


def load_checklist(content_dir: Path) -> tuple[Step, ...]:
    """The organisation's steps, from `content/desk/safeguarding.yml`.

    Raises:
        ContentError: an entry without id or text, or an id that stands twice.
    """
    path = content_dir / "desk" / "safeguarding.yml"
    steps = (read_yaml(path) or {}).get("steps") or []
    ids = [step.get("id") for step in steps if isinstance(step, dict)]
    if not steps or len(ids) != len(steps) or None in ids or len(set(ids)) != len(ids) or any(not s.get("text") for s in steps):
        raise ContentError(path, None, "each step needs an id of its own and a text", "compare with the version in git")
    return tuple(Step(str(s["id"]), str(s["text"])) for s in steps)


@dataclass(frozen=True)
class Case:
    """A case as the lead sees it.

    Attributes:
        history: seen-by times, ticks and notes, oldest first.
        related: other requests of the same parent, without contact details; what can be opened for a number first, then other
            cases, the newest of each on top and no more than a page holds.
    """

    request: Request
    steps: tuple[Step, ...]
    history: tuple[Entry, ...]
    related: tuple[Request, ...]


def open_case(house: House, reference: str, who: Member) -> Case:
    """The case; the first look of each person is written down as seen.

    Raises:
        NotAllowed: no such case.
    """
    with house.database.session() as session:
        request = _case(house, session, reference)
        history = house.entries.whole(session, reference)
        if not any(e.kind == "seen" and e.by == who.id for e in history):
            history.append(house.entries.add(session, reference, "seen", "seen", house.clock.now(), who.id))
        theirs = house.requests.of_sender(session, request.sender) if len(request.sender) > 1 else []
        newest_first = [other for other in reversed(theirs) if other.reference != reference]
        related = sorted(newest_first, key=lambda other: other.kind in CASES)
    ticks = {e.code: e for e in history if e.kind == "tick"}
    steps = tuple(Step(s.id, s.text, ticks.get(s.id)) for s in load_checklist(house.settings.content_dir))
    return Case(request, steps, tuple(history), tuple(_without_contact(r) for r in related[:MOST_RELATED]))


def raise_concern(house: House, reference: str, who: Member, words: str) -> str:
    """A connector's worry about a family, for the lead alone; returns the new case's reference.

    Raises:
        BadInput: nothing was written.
    """
    text = note(words)
    if not text:
        raise BadInput("Write what worries you.")
    now = house.clock.now()
    with house.database.session() as session:
        about = find(house, session, reference)
        case = Request(
            new_reference(), "concern", about.sender, about.area, about.language, now, about=None,
            details={"about_request": reference}, demo=about.demo,
        )  # fmt: skip
        house.requests.add(session, case)
        house.entries.add(session, case.reference, "note", "concern", now, who.id, text)
        insight.count(session, now.date(), "cases", case.area, case.language, case.topic)
        tell_role(house, session, "safeguarding_lead", "safeguarding", case.reference)
    return case.reference


def tick(house: House, reference: str, who: Member, step: str) -> None:
    """A step of the checklist is done; a second tick changes nothing."""
    if step not in {s.id for s in load_checklist(house.settings.content_dir)}:
        raise BadInput("There is no such step.")
    with house.database.session() as session:
        _case(house, session, reference)
        if not any(e.kind == "tick" and e.code == step for e in house.entries.whole(session, reference)):
            house.entries.add(session, reference, "tick", step, house.clock.now(), who.id)


def add_case_note(house: House, reference: str, who: Member, words: str) -> None:
    """What the lead writes down."""
    add_note(house, reference, who, words, _case)


def close_case(house: House, reference: str, who: Member, outcome: str, words: str = "") -> None:
    """Put a case away with how it ended."""
    text = note(words)
    now = house.clock.now()
    with house.database.session() as session:
        request = _case(house, session, reference)
        check_outcome(request, outcome)
        house.requests.change(session, request, "closed", now, outcome=outcome, claimed_by=who.id)
        timer_store.cancel(session, reference)
        house.entries.add(session, reference, "state", f"closed_{outcome}", now, who.id, text)


def case_as_text(case: Case, names: dict[str, str], made_at: datetime, made_by: str) -> str:
    """One case for a referral: plain text, facts and times, nothing about other families."""
    request = case.request
    lines = [
        f"Safeguarding case {request.reference}",
        f"Made {made_at:%d %B %Y %H:%M} by {made_by}. Confidential: share only what the referral needs.",
        "",
        f"What: {request.kind}, {(request.about or '–').replace('_', ' ')}",
        f"When: {request.created_at:%d %B %Y %H:%M}",
        f"Area: {request.area}   Language: {request.language}",
        f"About request: {request.details.get('about_request', '–')}",
        f"How it stands: {CASE_OUTCOMES.get(request.outcome or '', request.state)}",
        "",
        "Checklist",
    ]
    for step in case.steps:
        done = f"done {step.done.at:%d %B %Y %H:%M}, {names.get(step.done.by, step.done.by)}" if step.done else "open"
        lines.append(f"- {step.text} [{done}]")
    lines += ["", "History"]
    for entry in case.history:
        lines.append(f"- {entry.at:%d %B %Y %H:%M}  {names.get(entry.by, entry.by)}  {entry.kind} {entry.code}".rstrip())
        lines += [f"    {line}" for line in entry.text.splitlines()]
    return "\n".join(lines) + "\n"


def report_missed(house: House, who: Member, kind: str, language: str, words: str) -> None:
    """A danger that the lists did not see: the lead decides whether it becomes an example that must be caught."""
    if kind not in DANGER_KINDS or language not in house.languages:
        raise BadInput("Choose the kind of danger and the language.")
    text = note(words)
    if not text or len(text) > _LONGEST_EXAMPLE or holds_numbers(text):
        raise BadInput(f"Write the words, {_LONGEST_EXAMPLE} characters at most, without names or numbers.")
    with house.database.session() as session:
        record_store.add_missed(session, house.clock.now(), who.id, language, kind, text)
        tell_role(house, session, "safeguarding_lead", "safeguarding", "")


def decide_missed(house: House, missed_id: int, accept: bool, words: str) -> None:
    """Accept as an example, in the lead's words, or drop it."""
    text = note(words)
    if accept and (not text or len(text) > _LONGEST_EXAMPLE or holds_numbers(text)):
        raise BadInput("Write the example, without names or numbers.")
    with house.database.session() as session:
        record_store.set_missed(session, missed_id, "accepted" if accept else "dropped", text if accept else "")


def accepted_examples(house: House) -> dict[str, dict[str, list[str]]]:
    """Accepted examples by language and kind, as `content/safety/reported.yml` holds them."""
    with house.database.session() as session:
        rows = record_store.missed(session, "accepted")
    found: dict[str, dict[str, list[str]]] = {}
    for _number, _at, language, kind, words, _state in reversed(rows):
        found.setdefault(language, {}).setdefault(kind, []).append(words)
    return found


def _case(house: House, session: Session, reference: str) -> Request:
    request = house.requests.get(session, reference)
    if request is None or request.kind not in CASES:
        raise NotAllowed("There is no such case.")
    return request


def _without_contact(request: Request) -> Request:
    return replace(request, contact=None)
