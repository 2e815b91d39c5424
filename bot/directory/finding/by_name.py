"""Candidates for a name, from the index of names, so that no record is read that cannot be meant."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.directory.finding.store import names_standing_in
from bot.directory.index.store import name_table
from bot.directory.names import ALIKE, SHORTEST_INSIDE, plain
from bot.directory.store import service_table
from bot.directory.terms import terms

_MOST, _MOST_WORDS = 200, 60
_LOOSER = 0.06
"""Stems are shorter than the words they stand for, so that the same misspelling weighs more in them."""


def standing_in(session: Session, text: str, area: str) -> list[str]:
    """Ids of the area's services one of whose names stands in a text."""
    columns = service_table.c
    words = [word for word in plain(text).split()[:_MOST_WORDS] if len(word) >= SHORTEST_INSIDE]
    words.append(plain(text))
    # A single short word is no name in the index; a service may be called by it all the same.
    alone = select(columns.id).where(columns.area == area, func.lower(columns.name).in_(words))
    named = [service_id for service_id, _name in names_standing_in(session, terms(text), area)]
    return list(dict.fromkeys([*named, *session.execute(alone).scalars()]))


def like(session: Session, text: str, area: str) -> list[str]:
    """Ids of the area's services that may be called like a text: in part, in whole, or misspelt."""
    wanted, columns = " ".join(terms(text)), name_table.c
    if not wanted:
        return []
    within = select(columns.service_id).where(columns.area == area, (" " + columns.name + " ").like(f"% {wanted} %")).limit(_MOST)
    standing = standing_in(session, text, area)
    return list(dict.fromkeys([*standing, *session.execute(within).scalars(), *([] if standing else _nearly(session, wanted, area))]))


def _nearly(session: Session, wanted: str, area: str) -> list[str]:
    columns, least = name_table.c, ALIKE - _LOOSER
    # Texts are at most as alike as twice the shorter one's share of both.
    shortest, longest = int(len(wanted) * least / (2 - least)), int(len(wanted) * (2 - least) / least) + 1
    statement = select(columns.service_id, columns.name).where(columns.area == area, func.length(columns.name).between(shortest, longest))
    matcher = SequenceMatcher(None, "", wanted, autojunk=False)
    found = []
    for row in session.execute(statement):
        matcher.set_seq1(row.name)
        if matcher.quick_ratio() >= least and matcher.ratio() >= least:
            found.append(row.service_id)
    return found[:_MOST]


def holding(session: Session, words: Sequence[str], area: str) -> list[str]:
    """Ids of the area's services with all of these words, or beginnings and parts of words, in one of their names."""
    columns, names = service_table.c, name_table.c
    by_name = select(columns.id).where(columns.area == area, *(columns.name.ilike(_holds(word), escape="/") for word in words))
    stems = [stem for word in words for stem in terms(word)]
    other = select(names.service_id).where(names.area == area, *(names.name.like(_holds(stem), escape="/") for stem in stems))
    found = [*session.execute(by_name.order_by(columns.name).limit(_MOST)).scalars(), *session.execute(other.limit(_MOST)).scalars()]
    return list(dict.fromkeys(found))


def _holds(text: str) -> str:
    written = text.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%{written}%"
