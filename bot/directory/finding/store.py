"""Reads the index: ids of services that may fit, in an order that every database shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from bot.directory.finding.narrowing import Narrowing
from bot.directory.index.store import (
    area_term,
    cell_terms,
    entry_table,
    name_table,
    tie_of,
    topic_term,
    vector_table,
)
from bot.directory.model import ADULT_FROM_MONTHS, SCHOOL_AGE_FROM_MONTHS
from bot.directory.terms import Match

_MOST_MATCHES = 500
_MOST_CELLS = 150
_MOST_STEMS, _LONGEST_NAME_STEMS = 60, 8
_SQLITE = text(
    "SELECT service_id FROM service_text JOIN ("
    "SELECT rowid AS found FROM service_words WHERE service_words MATCH :wanted ORDER BY rowid DESC LIMIT :most) ON number = found"
)
# Materialised, because the planner would else walk all texts backwards in the hope of meeting one soon.
_POSTGRESQL = text(
    "WITH found AS MATERIALIZED ("
    "SELECT number, service_id FROM service_text WHERE to_tsvector('simple', words) @@ to_tsquery('simple', :wanted)) "
    "SELECT service_id FROM found ORDER BY number DESC LIMIT :most"
)


def matching(session: Session, match: Match, most: int = _MOST_MATCHES) -> list[str]:
    """Ids of the services whose words match, those written last first."""
    if session.get_bind().dialect.name == "sqlite":
        return list(session.execute(_SQLITE, {"wanted": match.for_sqlite(), "most": most}).scalars())
    return list(session.execute(_POSTGRESQL, {"wanted": match.for_postgresql(), "most": most}).scalars())


def ids(session: Session, narrowing: Narrowing) -> tuple[list[str], bool]:
    """Ids of offered services that meet the conditions, each once, nearest or freshest first; and whether these are all."""
    columns = entry_table.c
    wanted = _conditions(narrowing)
    are_all = True
    if narrowing.match:
        matched = matching(session, _with_facets(narrowing, narrowing.match))
        if not matched:
            return [], True
        are_all = len(matched) < _MOST_MATCHES
        wanted.append(columns.service_id.in_(matched))
    order: list[Any] = [columns.fresh.desc(), columns.tie.desc()]
    if narrowing.box and not narrowing.unplaced:
        south, north, west, east = narrowing.box.sides
        wanted += [columns.latitude.between(south, north), columns.longitude.between(west, east)]
        up = columns.latitude - narrowing.box.centre.latitude
        aside = (columns.longitude - narrowing.box.centre.longitude) * narrowing.box.stretch
        order = [up * up + aside * aside, columns.tie.desc()]
    if narrowing.unplaced:
        wanted.append(or_(columns.latitude.is_(None), columns.online.is_(True)))
    statement = select(columns.service_id).where(*wanted).order_by(*([] if narrowing.in_any_order else order)).limit(narrowing.limit)
    rows = session.execute(statement).scalars().all()
    return list(dict.fromkeys(rows)), are_all and len(rows) < narrowing.limit


def named_in(session: Session, stems: Sequence[str], area: str) -> list[str]:
    """Ids of the area's services whose name stands in a text, only those of the longest name."""
    runs = {
        " ".join(stems[first : first + length])
        for first in range(min(len(stems), _MOST_STEMS))
        for length in range(1, _LONGEST_NAME_STEMS + 1)
        if first + length <= len(stems)
    }
    if not runs:
        return []
    columns = name_table.c
    statement = select(columns.service_id, columns.name).where(columns.area == area, columns.name.in_(sorted(runs)))
    rows = session.execute(statement).all()
    longest = max((len(row.name) for row in rows), default=0)
    return sorted({row.service_id for row in rows if len(row.name) == longest}, key=tie_of)


def vectors(session: Session, service_ids: Sequence[str], encoder: str) -> dict[str, bytes]:
    """The stored vectors of services that have one of this encoder."""
    columns = vector_table.c
    statement = select(columns.service_id, columns.vector).where(columns.service_id.in_(service_ids), columns.encoder == encoder)
    return {row.service_id: row.vector for row in session.execute(statement)}


def _with_facets(narrowing: Narrowing, match: Match) -> Match:
    """Topic, area and squares as words, so that the full-text index does the narrowing."""
    cells: list[str] = []
    if narrowing.box and not narrowing.unplaced:
        cells = cell_terms(*narrowing.box.sides)
    return match.and_of(
        [(topic_term(topic),) for topic in narrowing.topics],
        [(area_term(narrowing.area),)] if narrowing.area else [],
        [(cell,) for cell in cells] if len(cells) <= _MOST_CELLS else [],
    )


def _conditions(narrowing: Narrowing) -> list[Any]:
    columns = entry_table.c
    age = narrowing.age_months
    wanted: list[Any] = [
        or_(columns.review_by.is_(None), columns.review_by >= narrowing.today),
        # What is only for school children is there only when a child of that age is asked for.
        or_(
            columns.min_age_months.is_(None),
            columns.min_age_months < SCHOOL_AGE_FROM_MONTHS,
            columns.min_age_months >= ADULT_FROM_MONTHS,
            columns.min_age_months <= (-1 if age is None else age),
        ),
    ]
    if len(narrowing.topics) == 1:
        wanted.append(columns.topic == narrowing.topics[0])
    elif narrowing.topics:
        wanted.append(columns.topic.in_(narrowing.topics))
    wanted.append(columns.area == narrowing.area if narrowing.area else columns.fictional.is_(False))
    if age is not None:
        for_parents = columns.min_age_months >= ADULT_FROM_MONTHS
        wanted.append(or_(columns.min_age_months.is_(None), columns.min_age_months <= age, for_parents))
        wanted.append(or_(columns.max_age_months.is_(None), columns.max_age_months >= age, for_parents))
    return [*wanted, *_wishes(narrowing)]


def _wishes(narrowing: Narrowing) -> list[Any]:
    columns = entry_table.c
    wanted: list[Any] = []
    if narrowing.free:
        wanted.append(columns.is_free.is_(True))
    if narrowing.max_cost_pence is not None:
        wanted.append(or_(columns.is_free.is_(True), columns.cost_pence <= narrowing.max_cost_pence))
    if narrowing.online:
        wanted.append(columns.online.is_(True))
    if narrowing.drop_in:
        wanted.append(columns.booking_needed.is_(False))
    if narrowing.step_free:
        wanted.append(columns.step_free.is_(True))
    if narrowing.language:
        wanted.append(columns.languages.like(f"% {narrowing.language.partition('-')[0]} %"))
    if narrowing.open_bits:
        wanted.append(columns.open_mask.op("&")(narrowing.open_bits) != 0)
    if narrowing.on:
        wanted.append(or_(columns.first_on.is_(None), columns.first_on <= narrowing.on))
        wanted.append(or_(columns.last_on.is_(None), columns.last_on >= narrowing.on))
    return wanted
