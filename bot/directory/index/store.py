"""The index in the database; see docs/adr/0009.

`service_entry` has one row for each topic and place of a service that is offered: everything by which candidates are
narrowed stands in it, so that no record is read that cannot fit. `service_text` holds the words, once a service, with
the database's own full-text index over them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.orm import Session

from bot.base.db import metadata
from bot.directory.index.mask import first_and_last, of_schedules
from bot.directory.model import Point, Service
from bot.directory.terms import terms

_TIE = 0x7FFFFFFF
_TOPIC = "zztopic"
_AREA = "zzarea"
_CELL = "zzcell"
_CELL_LATITUDE, _CELL_LONGITUDE = 0.1, 0.15
_LONGEST_TEXT = 4000
_LONGEST_NAME = 200
_LONE_NAME = 8
_PARTS = re.compile(r" [-–—] |: | at |, | \(")

entry_table = Table(
    "service_entry",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("service_id", String(80), nullable=False, index=True),
    Column("topic", String(40), nullable=False),
    Column("area", String(40), nullable=False),
    Column("fresh", Integer, nullable=False),
    Column("tie", Integer, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("online", Boolean, nullable=False),
    Column("min_age_months", Integer),
    Column("max_age_months", Integer),
    Column("is_free", Boolean),
    Column("cost_pence", Integer),
    Column("booking_needed", Boolean),
    Column("step_free", Boolean),
    Column("languages", Text, nullable=False),
    Column("open_mask", Integer, nullable=False),
    Column("first_on", Date),
    Column("last_on", Date),
    Column("review_by", Date),
    Column("fictional", Boolean, nullable=False),
    Index("ix_service_entry_fresh", "topic", "area", "fresh", "tie"),
    Index("ix_service_entry_place", "topic", "latitude", "longitude"),
)

text_table = Table(
    "service_text",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("service_id", String(80), nullable=False, unique=True),
    Column("words", Text, nullable=False),
)

name_table = Table(
    "service_name",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("service_id", String(80), nullable=False, index=True),
    Column("area", String(40), nullable=False),
    Column("name", String(200), nullable=False),
    Index("ix_service_name_area", "area", "name"),
)

vector_table = Table(
    "service_vector",
    metadata,
    Column("service_id", String(80), primary_key=True),
    Column("encoder", String(60), nullable=False),
    Column("stamp", Integer, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

FULL_TEXT = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE service_words USING fts5("
            "words, content='service_text', content_rowid='number', tokenize='unicode61 remove_diacritics 0', detail='full')"
        ),
        (
            "CREATE TRIGGER service_text_put AFTER INSERT ON service_text BEGIN "
            "INSERT INTO service_words(rowid, words) VALUES (new.number, new.words); END"
        ),
        (
            "CREATE TRIGGER service_text_out AFTER DELETE ON service_text BEGIN "
            "INSERT INTO service_words(service_words, rowid, words) VALUES ('delete', old.number, old.words); END"
        ),
    ),
    "postgresql": ("CREATE INDEX ix_service_text_words ON service_text USING gin (to_tsvector('simple', words)) WITH (fastupdate = off)",),
}
"""What a database needs for full text besides the tables; the migration says the same."""

for _dialect, _statements in FULL_TEXT.items():
    for _statement in _statements:
        event.listen(text_table, "after_create", DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect))
event.listen(text_table, "before_drop", DDL("DROP TABLE IF EXISTS service_words").execute_if(dialect="sqlite"))


def put(session: Session, services: Sequence[Service]) -> None:
    """Write what services are found by; those that are not offered get words only, to be known by name."""
    entries = [row for service in services if service.status == "open" and service.offered for row in _entries(service)]
    if entries:
        session.execute(insert(entry_table), entries)
    if services:
        session.execute(insert(text_table), [{"service_id": one.id, "words": words_of(one)} for one in services])
    names = [{"service_id": one.id, "area": one.area, "name": name} for one in services for name in names_of(one)]
    if names:
        session.execute(insert(name_table), names)


def take_out(session: Session, ids: Sequence[str]) -> None:
    """Remove services from the index; at most a few hundred at once.

    Their vectors stay, for most of what is taken out is written again with the same words: see `drop_outdated` and `drop_without_use`.
    """
    for table in (entry_table, text_table, name_table):
        session.execute(delete(table).where(table.c.service_id.in_(ids)))


def names_of(service: Service) -> list[str]:
    """Every name by which it may be asked for, as stems; of “Toddler Time at Hope Church” both the whole and the part before.

    One short word is no name: it stands in too many messages that mean something else.
    """
    written = dict.fromkeys(part for name in (service.name, *service.also_called) for part in (name, _PARTS.split(name)[0]))
    found = [" ".join(terms(part))[:_LONGEST_NAME] for part in written]
    return list(dict.fromkeys(name for name in found if " " in name or len(name) >= _LONE_NAME))


def drop_outdated(session: Session, stamps: Mapping[str, int]) -> None:
    """Remove the vectors of other words than a service has now; at most a few hundred services at once."""
    columns = vector_table.c
    rows = session.execute(select(columns.service_id, columns.stamp).where(columns.service_id.in_(list(stamps))))
    outdated = [row.service_id for row in rows if row.stamp != stamps[row.service_id]]
    if outdated:
        session.execute(delete(vector_table).where(columns.service_id.in_(outdated)))


def drop_without_use(session: Session) -> None:
    """Remove the vectors of services that are gone."""
    session.execute(delete(vector_table).where(vector_table.c.service_id.not_in(select(text_table.c.service_id))))


def without_vector(session: Session, encoder: str, most: int) -> list[str]:
    """Ids of offered services that have no vector of this encoder."""
    have = select(vector_table.c.service_id).where(vector_table.c.encoder == encoder)
    statement = select(entry_table.c.service_id).where(entry_table.c.service_id.not_in(have)).distinct()
    return list(session.execute(statement.order_by(entry_table.c.service_id).limit(most)).scalars())


def put_vectors(session: Session, encoder: str, vectors: Mapping[str, tuple[int, bytes]]) -> None:
    """Write vectors with the stamps of their texts, each in place of what stood there."""
    session.execute(delete(vector_table).where(vector_table.c.service_id.in_(list(vectors))))
    rows = [{"service_id": one, "encoder": encoder, "stamp": stamp, "vector": vector} for one, (stamp, vector) in vectors.items()]
    session.execute(insert(vector_table), rows)


def topic_term(topic: str) -> str:
    """The word that stands for a topic among a text's words."""
    return _TOPIC + topic.replace("_", "")


def area_term(area: str) -> str:
    """The word that stands for an area."""
    return _AREA + "".join(letter for letter in area.lower() if letter.isalnum())


def cell_terms(south: float, north: float, west: float, east: float) -> list[str]:
    """The words that stand for the squares (about eleven by ten kilometres) that a box touches."""
    rows = range(int(south // _CELL_LATITUDE), int(north // _CELL_LATITUDE) + 1)
    columns = range(int(west // _CELL_LONGITUDE), int(east // _CELL_LONGITUDE) + 1)
    return [_cell(row, column) for row in rows for column in columns]


def tie_of(service_id: str) -> int:
    """A number that orders equals the same way in every database, whatever its collation."""
    return zlib.crc32(service_id.encode()) & _TIE


def words_of(service: Service) -> str:
    """All that a service may be found by, as stems; topic, area and squares are words too."""
    said = (service.name, *service.also_called, service.summary, service.for_whom, service.organisation, *service.access)
    text = " . ".join(part for part in said if part)[:_LONGEST_TEXT]
    # The name stands first and last, so that a phrase never runs from one field into the next by chance.
    found = [" ".join(terms(part)) for part in text.split(" . ")]
    cells = {_cell_at(venue.point) for venue in service.places if venue.point}
    facets = [*map(topic_term, service.topics), area_term(service.area), *sorted(cells)]
    return f" {_BREAK} ".join([*found, " ".join(facets)])


_BREAK = "zzz"


def _cell_at(point: Point) -> str:
    return _cell(int(point.latitude // _CELL_LATITUDE), int(point.longitude // _CELL_LONGITUDE))


def _cell(row: int, column: int) -> str:
    return f"{_CELL}{row}x{column + 1000}"


def _entries(service: Service) -> list[dict[str, Any]]:
    shared = {
        "service_id": service.id,
        "area": service.area,
        "fresh": service.checked_on.toordinal(),
        "tie": tie_of(service.id),
        "online": service.online,
        "min_age_months": service.min_age_months,
        "max_age_months": service.max_age_months,
        "is_free": service.is_free,
        "cost_pence": service.cost_pence,
        "booking_needed": service.booking_needed,
        "step_free": service.step_free,
        "languages": "".join(f" {code.partition('-')[0]} " for code in service.languages),
        "review_by": service.review_by,
        "fictional": service.fictional,
    }
    places = [_place_of(service.at(number)) for number in range(len(service.places))]
    return [{**shared, "topic": topic, **place} for topic in dict.fromkeys(service.topics) for place in places]


def _place_of(service: Service) -> dict[str, Any]:
    """Where, and when there: what is held at one place is not to be had at another."""
    first_on, last_on = first_and_last(service.schedules)
    return {
        "latitude": service.latitude,
        "longitude": service.longitude,
        "open_mask": of_schedules(service.schedules),
        "first_on": first_on,
        "last_on": last_on,
    }
