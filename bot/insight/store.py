"""Counts in the database: a day, a measure, area, language and topic; nothing that leads back to a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Column, Date, Integer, String, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.base.db import metadata
from bot.insight.model import Figure

figure_table = Table(
    "figure",
    metadata,
    Column("on", Date, primary_key=True),
    Column("measure", String(20), primary_key=True),
    Column("area", String(40), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("topic", String(40), primary_key=True),
    Column("amount", Integer, nullable=False),
)


def count(session: Session, on: date, measure: str, area: str, language: str, topic: str, amount: int = 1) -> None:
    """Add to a count; in the transaction of what is counted, so that both happen or neither."""
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(figure_table).values(on=on, measure=measure, area=area, language=language, topic=topic, amount=amount)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["on", "measure", "area", "language", "topic"],
            set_={"amount": figure_table.c.amount + statement.excluded.amount},
        )
    )


def figures(session: Session, first: date, last: date) -> list[Figure]:
    """All counts from `first` to `last`, both included."""
    table = figure_table.c
    rows = session.execute(select(figure_table).where(table.on >= first, table.on <= last).order_by(table.on))
    return [Figure(r.on, r.measure, r.area, r.language, r.topic, r.amount) for r in rows]
