"""The statement that reads the index, one for each combination of conditions, with the values apart.

Building it anew for every search costs more than running it on a directory of some thousand services.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Float, Integer, bindparam, or_, select
from sqlalchemy.sql import Select

from bot.directory.finding.narrowing import Narrowing
from bot.directory.index.store import entry_table
from bot.directory.model import ADULT_FROM_MONTHS, SCHOOL_AGE_FROM_MONTHS

_COLUMNS = entry_table.c
_FOR_PARENTS = _COLUMNS.min_age_months >= ADULT_FROM_MONTHS
_AGE = bindparam("age", type_=Integer)
_UP = _COLUMNS.latitude - bindparam("latitude", type_=Float)
_ASIDE = (_COLUMNS.longitude - bindparam("longitude", type_=Float)) * bindparam("stretch", type_=Float)

_ALWAYS: tuple[Any, ...] = (
    or_(_COLUMNS.review_by.is_(None), _COLUMNS.review_by >= bindparam("today")),
    # What is only for school children is there only when a child of that age is asked for.
    or_(
        _COLUMNS.min_age_months.is_(None),
        _COLUMNS.min_age_months < SCHOOL_AGE_FROM_MONTHS,
        _COLUMNS.min_age_months >= ADULT_FROM_MONTHS,
        _COLUMNS.min_age_months <= _AGE,
    ),
)
_CONDITIONS: dict[str, tuple[Any, ...]] = {
    "topic": (_COLUMNS.topic == bindparam("topic"),),
    "topics": (_COLUMNS.topic.in_(bindparam("topics", expanding=True)),),
    "area": (_COLUMNS.area == bindparam("area"),),
    "any area": (_COLUMNS.fictional.is_(False),),
    "age": (
        or_(_COLUMNS.min_age_months.is_(None), _COLUMNS.min_age_months <= _AGE, _FOR_PARENTS),
        or_(_COLUMNS.max_age_months.is_(None), _COLUMNS.max_age_months >= _AGE, _FOR_PARENTS),
    ),
    "free": (_COLUMNS.is_free.is_(True),),
    "cost": (or_(_COLUMNS.is_free.is_(True), _COLUMNS.cost_pence <= bindparam("cost")),),
    "online": (_COLUMNS.online.is_(True),),
    "drop in": (_COLUMNS.booking_needed.is_(False),),
    "step free": (_COLUMNS.step_free.is_(True),),
    "language": (_COLUMNS.languages.like(bindparam("language")),),
    "open": (_COLUMNS.open_mask.op("&")(bindparam("open_bits", type_=Integer)) != 0,),
    "on": (
        or_(_COLUMNS.first_on.is_(None), _COLUMNS.first_on <= bindparam("on")),
        or_(_COLUMNS.last_on.is_(None), _COLUMNS.last_on >= bindparam("on")),
    ),
    "box": (
        _COLUMNS.latitude.between(bindparam("south"), bindparam("north")),
        _COLUMNS.longitude.between(bindparam("west"), bindparam("east")),
    ),
    "unplaced": (or_(_COLUMNS.latitude.is_(None), _COLUMNS.online.is_(True)),),
    "matched": (_COLUMNS.service_id.in_(bindparam("matched", expanding=True)),),
}
_ORDERS: dict[str, tuple[Any, ...]] = {
    "any": (),
    "freshest": (_COLUMNS.fresh.desc(), _COLUMNS.tie.desc()),
    "nearest": (_UP * _UP + _ASIDE * _ASIDE, _COLUMNS.tie.desc()),
}


def statement_of(narrowing: Narrowing, matched: Sequence[str] | None) -> tuple[Select, dict[str, Any]]:
    """Service ids of the entries that meet the conditions, in order, and the values to run it with.

    Args:
        matched: ids of the services whose words match; None when no word is asked for.
    """
    in_box = narrowing.box is not None and not narrowing.unplaced
    present = {
        "topic": len(narrowing.topics) == 1, "topics": len(narrowing.topics) > 1,
        "area": narrowing.area is not None, "any area": narrowing.area is None, "age": narrowing.age_months is not None,
        "free": narrowing.free, "cost": narrowing.max_cost_pence is not None, "online": narrowing.online, "drop in": narrowing.drop_in,
        "step free": narrowing.step_free, "language": narrowing.language is not None, "open": narrowing.open_bits != 0,
        "on": narrowing.on is not None, "box": in_box, "unplaced": narrowing.unplaced, "matched": matched is not None,
    }  # fmt: skip
    order = "any" if narrowing.in_any_order else "nearest" if in_box else "freshest"
    asked = frozenset(name for name, is_asked in present.items() if is_asked)
    return _statement(asked, order), _values(narrowing, matched)


@lru_cache(maxsize=512)
def _statement(asked: frozenset[str], order: str) -> Select:
    conditions = [condition for name in _CONDITIONS if name in asked for condition in _CONDITIONS[name]]
    ordered = select(_COLUMNS.service_id).where(*_ALWAYS, *conditions).order_by(*_ORDERS[order])
    return ordered.limit(bindparam("most", type_=Integer))


def _values(narrowing: Narrowing, matched: Sequence[str] | None) -> dict[str, Any]:
    """More than one statement needs; those that it does not name are passed over."""
    values: dict[str, Any] = {
        "today": narrowing.today, "most": narrowing.limit, "topics": list(narrowing.topics), "area": narrowing.area,
        "topic": narrowing.topics[0] if narrowing.topics else None, "age": -1 if narrowing.age_months is None else narrowing.age_months,
        "cost": narrowing.max_cost_pence, "open_bits": narrowing.open_bits, "on": narrowing.on, "matched": list(matched or ()),
        "language": f"% {(narrowing.language or '').partition('-')[0]} %",
    }  # fmt: skip
    if narrowing.box:
        south, north, west, east = narrowing.box.sides
        centre = narrowing.box.centre
        values |= {"south": south, "north": north, "west": west, "east": east, "stretch": narrowing.box.stretch}
        values |= {"latitude": centre.latitude, "longitude": centre.longitude}
    return values
