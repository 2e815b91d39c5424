"""“Is toddler time on today?”: a straight answer wherever a service and a day are named together."""

from __future__ import annotations

from datetime import date

from rasa_sdk.events import SlotSet

from actions._base import Events
from actions._turn import Turn
from bot.directory.geography import distance_km
from bot.directory.model import Point, Service
from bot.flows.search_state import recall
from bot.flows.show_services import Cards
from bot.flows.tell_session import day_meant, tell_if_on
from bot.replies.model import Button

_MOST = 3


def tell_if_named_is_on(turn: Turn, chosen: str | None = None) -> Events | None:
    """Answer when the message names a day and one of our services; None when it is another question.

    Args:
        chosen: id of the service that the message points at, “the second one”.
    """
    said = turn.value("day")
    if not said or said.get("from"):  # of a week or month there is no yes or no
        return None
    named = turn.house.directory.named_in(turn.text, turn.area.id)
    one = turn.house.directory.get(chosen) if chosen and not named else None
    today = turn.house.clock.today()
    services = named or ([one] if one and one.is_offered_on(today) else [])
    if not services:
        return None
    on = max(day_meant(turn.house, said), today)
    cards = Cards(turn.house, turn.language)
    services = sorted(services, key=lambda service: _rank(turn, service, on))[:_MOST]
    for number, service in enumerate(services, start=1):
        sentences = tell_if_on(turn.house, cards, service, on)
        for at, (key, values) in enumerate(sentences, start=1):
            last = number == len(services) and at == len(sentences)
            turn.say(key, _buttons(turn, services) if last else (), **values)
    return [SlotSet("service", services[0].id)]


def _rank(turn: Turn, service: Service, on: date) -> tuple[bool, float, str]:
    """Of several of one name: what is on then first, then what is near."""
    answer = turn.house.directory.day_answer(service, on)
    state = recall(turn.slot("search"))
    near = Point(state.latitude, state.longitude) if state and state.latitude is not None and state.longitude is not None else None
    point = service.at(answer.sessions[0].place if answer.sessions else None).point
    away = distance_km(near, point) if near and point else 0.0
    return not answer.sessions or answer.over, away, service.id


def _buttons(turn: Turn, services: list[Service]) -> list[Button]:
    details = [turn.button("utter_button_details", "ask_details", one.id, number=n) for n, one in enumerate(services, start=1)]
    return [
        *details,
        turn.button("utter_button_find_activities", "find_activities"),
        turn.button("utter_button_request_callback", "request_callback"),
    ]
