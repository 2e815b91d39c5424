"""`python -m bot directory …`: a service is looked at, typed in, changed and cancelled by a person."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.base.errors import BadInput
from bot.directory import feed_values as read
from bot.directory.feed_offer import schedules
from bot.directory.feeds.by_hand import NotAService
from bot.directory.feeds.hand_fields import typed
from bot.directory.feeds.sheet_times import OF_SESSION, opening_times
from bot.directory.model import Schedule, Service
from bot.directory.store import values_of
from bot.flows.house import House

_UNSHOWN = {"schedules", "other_places"}


def run_hand_verb(house: House, options: argparse.Namespace) -> int:
    """Run one of them, and show how the service stands afterwards.

    Raises:
        BadInput: no such service or session, or a value that cannot be; nothing is changed then.
    """
    is_shown = options.hand_verb == "show"
    service = _found(house, options.service, _area(house, options.area)) if is_shown else _changed(house, options)
    if getattr(options, "json", False):
        print(json.dumps(values_of(service), ensure_ascii=False))
    else:
        _print(house, service)
    return 0


def _changed(house: House, options: argparse.Namespace) -> Service:
    hand, by, verb = house.directory.by_hand(), options.by, options.hand_verb
    if verb == "add":
        return hand.create(_area(house, options.area), by, {"name": options.name, **_values(options.values)})
    service = house.directory.get(options.service)
    if service is None:
        raise NotAService(f"there is no service {options.service}")
    if verb == "change":
        return hand.change(service.id, by, _values(options.values))
    if verb == "withdraw":
        return hand.withdraw(service.id, by)
    if verb == "add-session":
        for schedule in _schedules(options.values):
            service = hand.add_session(service.id, by, schedule)
        return service
    if verb == "remove-session":
        return hand.change_session(service.id, by, _numbered(service, options.session), None)
    return _cancelled(house, service, options)


def _cancelled(house: House, service: Service, options: argparse.Namespace) -> Service:
    on = read.day(options.day)
    if on is None:
        raise BadInput(f"{options.day!r} is not a day; write it like 2026-12-01")
    numbers = [options.session] if options.session else range(1, len(service.schedules) + 1)
    if not numbers:
        raise BadInput(f"{service.name} has no sessions")
    for number in numbers:
        service = house.directory.by_hand().cancel_day(service.id, options.by, _numbered(service, number), on)
    return service


def _found(house: House, text: str, area: str) -> Service:
    service = house.directory.get(text) or house.directory.find_by_name(text, area)
    if service is None:
        raise NotAService(f"there is no service {text}")
    return service


def _area(house: House, given: str | None) -> str:
    area = given or house.settings.area
    if area not in house.areas:
        raise BadInput(f"no area {area}; there are {', '.join(house.areas)}")
    return area


def _values(pairs: Sequence[str]) -> dict[str, Any]:
    return {name: typed(name, text) for name, text in _pairs(pairs).items()}


def _pairs(given: Sequence[str]) -> Mapping[str, str]:
    split = [pair.partition("=") for pair in given]
    wrong = [pair for pair, (name, mark, _text) in zip(given, split) if not name or not mark]
    if wrong:
        raise BadInput(f"{wrong[0]!r}: write a name, = and the value, such as phone=01632960100")
    return {name: text for name, _mark, text in split}


def _schedules(given: Sequence[str]) -> tuple[Schedule, ...]:
    row = dict(_pairs(given))
    unknown = sorted(row.keys() - OF_SESSION)
    if unknown:
        raise BadInput(f"{unknown[0]}: there is no such column; write day, starts, ends, how_often, first_date, last_date")
    records, not_understood = opening_times(row)
    if not_understood:
        raise BadInput("; ".join(not_understood))
    return schedules(records, "")


def _numbered(service: Service, number: int) -> Schedule:
    if not 1 <= number <= len(service.schedules):
        raise BadInput(f"there is no session {number}; `show` counts {len(service.schedules)}")
    return service.schedules[number - 1]


def _print(house: House, service: Service) -> None:
    for name, value in values_of(service).items():
        if name not in _UNSHOWN and value not in (None, "", []):
            print(f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}")
    for number, schedule in enumerate(values_of(service)["schedules"], 1):
        said = (f"{name} {value}" for name, value in schedule.items() if value not in (None, "", [], False))
        print(f"session {number}: {', '.join(said)}")
    for edit in house.directory.by_hand().history(service.id):
        print(f"{edit.at:%Y-%m-%d %H:%M} {edit.what} by {edit.by}: {', '.join(edit.after)}")
