"""“This was wrong”: one task for people, and word to the parent when it is put right."""

from __future__ import annotations

from bot.base.db import Session
from bot.base.sealing import new_reference
from bot.base.text import isolate
from bot.base.text import words as spoken
from bot.callbacks.model import Kind, Request
from bot.delivery import address_store, awaited
from bot.flows.house import House
from bot.flows.reach_parent import put_in_chat
from bot.insight import store as insight

_KIND: Kind = "wrong_answer"
_NOBODY = "-"
_AGAIN = "reported_again"


def report_wrong(
    house: House, sender: str, area_id: str, language: str, words: str, topic: str = "", service_id: str | None = None
) -> Request:
    """Store the report without its author; what is said again, by whomever, makes no second task.

    There is one open task for a service and topic: other words about it stand in its history, and all who reported it wait
    for the same answer. Without a service, only the same words are the same report.

    Args:
        service_id: the service that was shown last, which is probably meant.
    """
    details = {"topic": topic, "service": service_id or ""}
    now = house.clock.now()
    with house.database.session() as session:
        for one in house.requests.open_requests(session, (_KIND,)):
            same_words = spoken(one.about or "") == spoken(words)
            if one.area == area_id and dict(one.details) == details and (service_id or same_words):
                _joined(house, session, one, sender, "" if same_words else words)
                return one
        request = Request(
            reference=new_reference(), kind=_KIND, sender=_NOBODY, area=area_id, language=language, created_at=now,
            about=words, details=details,
        )  # fmt: skip
        house.requests.add(session, request)
        insight.count(session, now.date(), "other_requests", area_id, language, request.topic)
        awaited.wait_for(session, request.reference, sender, now)
    return request


def _joined(house: House, session: Session, report: Request, sender: str, words: str) -> None:
    """One more parent waits, or the same one said more."""
    now = house.clock.now()
    waits = sender in awaited.waiting_for(session, report.reference)
    if words or not waits:
        house.entries.add(session, report.reference, "state", _AGAIN, now, "parent", words)
    awaited.wait_for(session, report.reference, sender, now)


def put_right(house: House, reference: str, *, tell: bool = True) -> int:
    """Close a report; who pointed it out hears of it, once, in the chat that they wrote in.

    Args:
        tell: False when nothing was wrong, so that nothing is promised that is not so.

    Returns:
        How many parents were told.
    """
    with house.database.session() as session:
        report = next((one for one in house.requests.open_requests(session, (_KIND,)) if one.reference == reference), None)
        if report is None:
            return 0
        house.requests.change(session, report, "closed", house.clock.now(), outcome="put_right" if tell else "was_right")
        return tell_who_waits(house, session, report, tell=tell)


def tell_who_waits(house: House, session: Session, report: Request, *, tell: bool) -> int:
    """Those who pointed it out hear of it, or nobody waits any more; returns how many were told."""
    senders = awaited.waiting_for(session, report.reference) if tell else []
    about = _about(house, session, report)
    told = 0
    for sender in senders:
        address = address_store.address_of(session, sender)
        language = (address.language if address else None) or report.language
        reply = house.catalogue.reply("utter_wrong_answer_put_right", language, house.facts(language), words=isolate(about))
        told += put_in_chat(house, session, sender, [reply])
    awaited.answered(session, report.reference)
    return told


def _about(house: House, session: Session, report: Request) -> str:
    """The parent's own words while nobody else reported it; else the service, for one parent's words are not for another."""
    if all(entry.code != _AGAIN for entry in house.entries.of(session, report.reference)):
        return report.about or ""
    service = house.directory.get(str(report.details.get("service"))) if report.details.get("service") else None
    return service.name if service else ""
