"""Reads the index: ids of services that may fit, in an order that every database shares."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.directory.finding.narrowing import Narrowing
from bot.directory.finding.statement import losses_of, statement_of
from bot.directory.index.store import (
    area_term,
    cell_terms,
    name_table,
    tie_of,
    topic_term,
    vector_table,
)
from bot.directory.terms import Match

_MOST_LISTED = 500
"""So many matches are quicker handed over one by one; of more the database joins them all with the other conditions."""
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


def matching(session: Session, match: Match, most: int = _MOST_LISTED) -> list[str]:
    """Ids of the services whose words match, those written last first."""
    dialect = _dialect(session)
    statement = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    return list(session.execute(statement, {"wanted": match.written_for(dialect), "most": most}).scalars())


def ids(session: Session, narrowing: Narrowing) -> tuple[list[str], bool]:
    """Ids of offered services that meet the conditions, each once, nearest or freshest first; and whether these are all."""
    listed, words, dialect = None, None, _dialect(session)
    if narrowing.match:
        match = _with_facets(narrowing, narrowing.match)
        listed = matching(session, match, _MOST_LISTED + 1)
        if not listed:
            return [], True
        if len(listed) > _MOST_LISTED:
            listed, words = None, match.written_for(dialect)
    statement, values = statement_of(narrowing, dialect, listed, words)
    rows = session.execute(statement, values).scalars().all()
    return list(dict.fromkeys(rows)), len(rows) < narrowing.limit


def losses(session: Session, narrowing: Narrowing, wishes: Narrowing, kinds: Match | None, needs: Match | None) -> set[int]:
    """What would have to be given up besides time and distance, as bits: each combination for which there is a service.

    Args:
        narrowing: what every service must meet, everything else given up.
        wishes: the same with nothing given up.
        kinds, needs: what texts must hold for these wishes.
    """
    dialect = _dialect(session)
    matches = {"kinds": kinds, "needs": needs, "words": narrowing.match}
    written = {name: match.written_for(dialect) if match and match.groups else None for name, match in matches.items()}
    return set(session.execute(*losses_of(narrowing, wishes, dialect, written)).scalars())


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def named_in(session: Session, stems: Sequence[str], area: str) -> list[str]:
    """Ids of the area's services whose name stands in a text, only those of the longest name."""
    rows = names_standing_in(session, stems, area)
    longest = max((len(name) for _service_id, name in rows), default=0)
    return sorted({service_id for service_id, name in rows if len(name) == longest}, key=tie_of)


def names_standing_in(session: Session, stems: Sequence[str], area: str) -> list[tuple[str, str]]:
    """Ids of the area's services whose name stands in a text, with that name as stems."""
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
    return [(row.service_id, row.name) for row in session.execute(statement)]


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
