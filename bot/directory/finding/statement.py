"""The statement that reads the index, one for each combination of conditions, with the values apart.

Building it anew for every search costs more than running it on a directory of some thousand services.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Float, Integer, and_, bindparam, case, literal, or_, select, text
from sqlalchemy.sql import Select

from bot.directory.finding.narrowing import ACCESS, COST, JOINING, KIND, LANGUAGE, Narrowing
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
    "reach": (
        or_(
            and_(
                _COLUMNS.latitude.between(bindparam("south"), bindparam("north")),
                _COLUMNS.longitude.between(bindparam("west"), bindparam("east")),
            ),
            _COLUMNS.latitude.is_(None),
            _COLUMNS.online.is_(True),
        ),
    ),
    "unplaced": (or_(_COLUMNS.latitude.is_(None), _COLUMNS.online.is_(True)),),
    "listed": (_COLUMNS.service_id.in_(bindparam("listed", expanding=True)),),
}
# Materialised, because the planner would else walk all texts in the hope of meeting one soon.
_TEXTS = {
    "sqlite": "SELECT service_id FROM service_text WHERE number IN (SELECT rowid FROM service_words WHERE service_words MATCH :{0})",
    "postgresql": (
        "WITH found AS MATERIALIZED (SELECT service_id FROM service_text "
        "WHERE to_tsvector('simple', words) @@ to_tsquery('simple', :{0})) SELECT service_id FROM found"
    ),
}
_WORDS = "words"
_BITS: dict[int, tuple[str, ...]] = {
    COST: ("free", "cost"), JOINING: ("online", "drop in"), LANGUAGE: ("language",), ACCESS: ("step free", "needs"), KIND: ("kinds",),
}  # fmt: skip
_SPOKEN = frozenset({_WORDS, "needs", "kinds"})
"""Conditions that the words of a text meet, and not a column."""
_ORDERS: dict[str, tuple[Any, ...]] = {
    "any": (),
    "freshest": (_COLUMNS.fresh.desc(), _COLUMNS.tie.desc()),
    "nearest": (_UP * _UP + _ASIDE * _ASIDE, _COLUMNS.tie.desc()),
}


def statement_of(narrowing: Narrowing, dialect: str, listed: Sequence[str] | None, words: str | None) -> tuple[Select, dict[str, Any]]:
    """Service ids of the entries that meet the conditions, in order, and the values to run it with.

    Args:
        listed: ids of the services whose words match, where these are few; None when they are not listed.
        words: what must match, in the database's own words, where the database is to join it; None when nothing.
    """
    in_box = narrowing.box is not None and not narrowing.unplaced
    asked = _asked(narrowing) | ({"box"} if in_box else set()) | ({"unplaced"} if narrowing.unplaced else set())
    asked |= ({"listed"} if listed is not None else set()) | ({_WORDS} if words is not None else set())
    order = "any" if narrowing.in_any_order else "nearest" if in_box else "freshest"
    return _statement(frozenset(asked), order, dialect), {**_values(narrowing), "listed": list(listed or ()), _WORDS: words}


def losses_of(narrowing: Narrowing, wishes: Narrowing, dialect: str, words: Mapping[str, str | None]) -> tuple[Select, dict[str, Any]]:
    """The bits of what would have to be given up besides time and distance, each combination that there is once.

    Args:
        narrowing: what every service must meet; its box also lets through what has no place.
        wishes: the same with everything that may be given up.
        words: what texts must hold, in the database's own words: for `kinds` and for `needs`, and `words` for what is not given up.
    """
    said = {name for name, wanted in words.items() if wanted is not None}
    asked = _asked(narrowing) | ({"reach"} if narrowing.box else set()) | (said & {_WORDS})
    wished = _asked(wishes) | (said - {_WORDS})
    return _losses(frozenset(asked), frozenset(wished), dialect), {**_values(wishes), **words}


def _asked(narrowing: Narrowing) -> set[str]:
    present = {
        "topic": len(narrowing.topics) == 1, "topics": len(narrowing.topics) > 1,
        "area": narrowing.area is not None, "any area": narrowing.area is None, "age": narrowing.age_months is not None,
        "free": narrowing.free, "cost": narrowing.max_cost_pence is not None, "online": narrowing.online, "drop in": narrowing.drop_in,
        "step free": narrowing.step_free, "language": narrowing.language is not None, "open": narrowing.open_bits != 0,
        "on": narrowing.on is not None,
    }  # fmt: skip
    return {name for name, is_asked in present.items() if is_asked}


def _conditions(asked: Iterable[str], dialect: str) -> list[Any]:
    asked = sorted(asked)
    found = [condition for name in asked if name in _CONDITIONS for condition in _CONDITIONS[name]]
    spoken = [name for name in asked if name in _SPOKEN]
    return found + [text(f"service_entry.service_id IN ({_TEXTS[dialect].format(name)})") for name in spoken]


@lru_cache(maxsize=256)
def _losses(asked: frozenset[str], wished: frozenset[str], dialect: str) -> Select:
    kept = {bit: [name for name in names if name in wished] for bit, names in _BITS.items()}
    lost = [case((and_(*_conditions(names, dialect)), 0), else_=bit) for bit, names in kept.items() if names]
    return select(sum(lost, literal(0))).where(*_ALWAYS, *_conditions(asked, dialect)).distinct()


@lru_cache(maxsize=512)
def _statement(asked: frozenset[str], order: str, dialect: str) -> Select:
    conditions = _conditions(asked, dialect)
    ordered = select(_COLUMNS.service_id).where(*_ALWAYS, *conditions).order_by(*_ORDERS[order])
    return ordered.limit(bindparam("most", type_=Integer))


def _values(narrowing: Narrowing) -> dict[str, Any]:
    """More than one statement needs; those that it does not name are passed over."""
    values: dict[str, Any] = {
        "today": narrowing.today, "most": narrowing.limit, "topics": list(narrowing.topics), "area": narrowing.area,
        "topic": narrowing.topics[0] if narrowing.topics else None, "age": -1 if narrowing.age_months is None else narrowing.age_months,
        "cost": narrowing.max_cost_pence, "open_bits": narrowing.open_bits, "on": narrowing.on,
        "language": f"% {(narrowing.language or '').partition('-')[0]} %",
    }  # fmt: skip
    if narrowing.box:
        south, north, west, east = narrowing.box.sides
        centre = narrowing.box.centre
        values |= {"south": south, "north": north, "west": west, "east": east, "stretch": narrowing.box.stretch}
        values |= {"latitude": centre.latitude, "longitude": centre.longitude}
    return values
