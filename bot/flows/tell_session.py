"""“Is it on today?”: a straight answer, the reason, and when it is next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from bot.base.text import isolate
from bot.directory.day_answer import DayAnswer
from bot.directory.model import Hit, Service, Session
from bot.flows.house import House
from bot.flows.show_services import Cards

Sentence = tuple[str, Mapping[str, str]]
"""A reply key and its values."""


def day_meant(house: House, said: Mapping[str, object]) -> date:
    """The day of `{"on": ISO}` or `{"weekday": n}`: the next such weekday, today included."""
    today = house.clock.today()
    if said.get("on"):
        return date.fromisoformat(str(said["on"]))
    return today + timedelta(days=(int(str(said.get("weekday") or 0)) - today.weekday()) % 7)


def tell_if_on(house: House, cards: Cards, service: Service, on: date) -> list[Sentence]:
    """The sentences of the answer, the straight one first."""
    answer = house.directory.day_answer(service, on)
    name = isolate(service.name)
    if not answer.has_times:
        return [("utter_on_unknown", {"name": name})]
    day = cards.day(on)
    if answer.sessions:
        when = "; ".join(_when(cards, service, session) for session in answer.sessions)
        told: list[Sentence] = [("utter_on_over" if answer.over else "utter_on_yes", {"name": name, "when": when})]
        if _may_be_holidays(house, service, answer):
            told.append(("utter_on_check_terms", {}))
        if not answer.over:
            return told
    else:
        key = f"utter_on_no_{answer.because}" if answer.because else "utter_on_no"
        told = [(key, {"name": name, "day": day})]
    if answer.next:
        return [*told, ("utter_on_next", {"when": _when(cards, service, answer.next)})]
    return [*told, ("utter_on_no_next", {})]


def _may_be_holidays(house: House, service: Service, answer: DayAnswer) -> bool:
    term_time = any(session.term_time_only for session in answer.sessions)
    return term_time and not house.directory.closures.knows_terms(service.area, answer.on)


def _when(cards: Cards, service: Service, session: Session) -> str:
    """When, and where if that is not the same for all of its sessions."""
    hit = Hit(service.at(session.place), session, None)
    return cards.when(hit) if session.place is None else f"{cards.when(hit)} ({cards.where(hit)})"
