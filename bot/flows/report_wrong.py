"""“This was wrong”: one task for people, and word to the parent when it is put right."""

from __future__ import annotations

from bot.base.db import Session
from bot.base.sealing import new_reference
from bot.base.text import fold
from bot.callbacks.model import Kind, Request
from bot.delivery import awaited
from bot.delivery import store as delivery
from bot.flows.house import House
from bot.insight import store as insight

_KIND: Kind = "wrong_answer"
_NOBODY = "-"


def report_wrong(
    house: House, sender: str, area_id: str, language: str, words: str, topic: str = "", service_id: str | None = None
) -> Request:
    """Store the report without its author; the same parent saying the same again makes no second task.

    Args:
        service_id: the service that was shown last, which is probably meant.
    """
    details = {"topic": topic, "service": service_id or ""}
    now = house.clock.now()
    with house.database.session() as session:
        mine = set(awaited.awaited_by(session, sender))
        for one in house.requests.open_requests(session, (_KIND,)):
            if one.reference in mine and fold(one.about or "") == fold(words) and dict(one.details) == details:
                return one
        request = Request(
            reference=new_reference(), kind=_KIND, sender=_NOBODY, area=area_id, language=language, created_at=now,
            about=words, details=details,
        )  # fmt: skip
        house.requests.add(session, request)
        insight.count(session, now.date(), "other_requests", area_id, language, request.topic)
        awaited.wait_for(session, request.reference, sender, now)
    return request


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
    language = house.languages.get(report.language)
    text = house.catalogue.text("utter_wrong_answer_put_right", language.code, house.facts(language.code), words=report.about or "")
    reply = {"text": text, "buttons": [], "button_ids": [], "dir": language.direction, "lang": language.code}
    for sender in senders:
        # A turn without words of the parent: the chat page fetches it, and a reload shows it.
        delivery.add_turn(session, sender, "", [reply], house.clock.now())
    awaited.answered(session, report.reference)
    return len(senders)
