"""Postcodes in the database, one row each."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from sqlalchemy import Column, Float, String, Table, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from bot.base.db import metadata
from bot.directory.model import Point

_AT_ONCE = 5000
_DELETED_AT_ONCE = 500

postcode_table = Table(
    "postcode",
    metadata,
    Column("postcode", String(8), primary_key=True),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
)
_BY_POSTCODE = select(postcode_table.c.latitude, postcode_table.c.longitude).where(postcode_table.c.postcode == bindparam("wanted"))


def put_postcodes(session: Session, found: Iterable[tuple[str, Point]]) -> int:
    """Write postcodes, each in place of what stood there; returns how many."""
    was_empty = not session.execute(select(func.count()).select_from(postcode_table)).scalar_one()
    rows = iter(found)
    written = 0
    while some := dict(islice(rows, _AT_ONCE)):
        if not was_empty or written:
            _take_out(session, list(some))
        session.execute(
            insert(postcode_table), [{"postcode": p, "latitude": at.latitude, "longitude": at.longitude} for p, at in some.items()]
        )
        written += len(some)
    return written


def _take_out(session: Session, postcodes: list[str]) -> None:
    for at in range(0, len(postcodes), _DELETED_AT_ONCE):
        some = postcodes[at : at + _DELETED_AT_ONCE]
        session.execute(delete(postcode_table).where(postcode_table.c.postcode.in_(some)))


def has_postcodes(session: Session) -> bool:
    """Whether any are installed."""
    return session.execute(select(postcode_table.c.postcode).limit(1)).first() is not None


def find_postcode(session: Session, postcode: str) -> Point | None:
    """The point of a full postcode such as `BS5 0AA`."""
    row = session.execute(_BY_POSTCODE, {"wanted": postcode}).one_or_none()
    return Point(row.latitude, row.longitude) if row else None
