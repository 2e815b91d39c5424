"""A service that the parent names: how it stands, alone or before what else there is."""

from __future__ import annotations

from collections.abc import Sequence

from actions._turn import Turn
from bot.base.text import isolate
from bot.directory.model import Hit, Point, Query, Results, Service
from bot.directory.names import plain, without_name
from bot.flows.search_state import SearchState, recall
from bot.flows.show_services import Cards
from bot.replies.model import Button

_MOST_OF_A_NAME = 12
_MORE_IS_WANTED = (
    "age_months", "day", "school_break", "time_of_day", "cost", "distance_km", "spoken_language", "access_need",
    "not_day", "not_time_of_day", "not_cost",
)  # fmt: skip


def near_of(state: SearchState | None) -> Point | None:
    """Where the search looks."""
    if state is None or state.latitude is None or state.longitude is None:
        return None
    return Point(state.latitude, state.longitude)


def named_service(turn: Turn) -> Service | None:
    """The service of the name that the message holds, whatever its status."""
    name = turn.value("service_name")
    return turn.house.directory.find_by_name(name, turn.area.id) if name else None


def tell_about(turn: Turn, service: Service, buttons: Sequence[Button] = ()) -> None:
    """Its card; of what has ended, the successor; of what is not known to exist, its name alone."""
    if service.is_offered_on(turn.house.clock.today()):
        hit = turn.house.directory.hit(service.id, Query(near=near_of(recall(turn.slot("search"))))) or Hit(service, None, None)
        turn.show(Cards(turn.house, turn.language).details(hit), buttons)
    elif service.status == "ended" and service.successor:
        turn.say("utter_service_ended_successor", buttons, name=isolate(service.name), successor=isolate(service.successor))
    else:
        # What is offered, but not today, was vouched for too long ago to say that it is open.
        status = "unknown" if service.offered else service.status
        turn.say(f"utter_service_{status}", buttons, name=isolate(service.name))


def asks_for_it_alone(turn: Turn, service: Service) -> bool:
    """Whether the message asks for nothing but this service: no other kind, place, day, age or price beside its name."""
    beside = turn.text
    for name in (service.name, *service.also_called):
        beside = without_name(beside, name)
    if any(turn.values(kind) for kind in _MORE_IS_WANTED) or turn.house.directory.topics_in(beside):
        return False
    return all(plain(place) in plain(service.name) for place in turn.values("place"))


def all_of_its_name(turn: Turn, service: Service) -> tuple[str, ...]:
    """Its id, or those of all that are called by the same words of the message, at other places."""
    same = tuple(one.id for one in turn.house.directory.named_in(turn.text, turn.area.id))
    return same[:_MOST_OF_A_NAME] if service.id in same else (service.id,)


def of_its_name(turn: Turn, named: Sequence[str], near: Point | None, limit: int) -> Results:
    """The first page of what is called so, the nearest first."""
    first = _hits(turn, named, Query(near=near))
    return Results(first[:limit], len(first), 0)


def named_first(turn: Turn, named: Sequence[str], query: Query, offset: int, limit: int) -> Results:
    """A page of the search with what was named before everything else, the nearest of it first.

    Where nothing else fits as it was asked, what was named stands alone.
    """
    first = _hits(turn, named, query)
    found = turn.house.directory.search(query, 0, offset + limit)
    others = () if found.widened and first else tuple(hit for hit in found.hits if hit.service.id not in named)
    total = len(first) + (found.total - len(found.hits) + len(others) if others else 0)
    return Results((*first, *others)[offset : offset + limit], total, offset, () if first else found.widened)


def _hits(turn: Turn, named: Sequence[str], query: Query) -> tuple[Hit, ...]:
    found = [hit for one in named if (hit := turn.house.directory.hit(one, query))]
    return tuple(sorted(found, key=lambda hit: 0.0 if hit.distance_km is None else hit.distance_km))
