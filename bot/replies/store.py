"""Machine translations in the database, by the text that they were made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Column, DateTime, String, Table, Text, delete, insert, select
from sqlalchemy.orm import Session

from bot.base.db import metadata
from bot.base.sealing import fingerprint

_AT_ONCE = 400

translation_table = Table(
    "translation",
    metadata,
    Column("source_hash", String(64), primary_key=True),
    Column("source_language", String(16), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("provider", String(40), primary_key=True),
    Column("version", String(16), primary_key=True),
    Column("text", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)


def hash_of(text: str) -> str:
    """What a text is known by; another text has another, so a changed one has no translation until it is made."""
    return fingerprint(text.encode("utf-8", "replace"))


def stored(session: Session, texts: Iterable[str], source: str, language: str, provider: str, version: str) -> set[str]:
    """Those of the texts that have been translated by this provider in this version."""
    by_hash = {hash_of(text): text for text in texts}
    t = translation_table.c
    same = (t.source_language == source, t.language == language, t.provider == provider, t.version == version)
    found: set[str] = set()
    for some in _in_parts(list(by_hash)):
        found |= {by_hash[one] for one in session.execute(select(t.source_hash).where(t.source_hash.in_(some), *same)).scalars()}
    return found


def put(session: Session, texts: Mapping[str, str], source: str, language: str, provider: str, version: str, at: datetime) -> None:
    """Store translations, each in place of all older ones of its text in that language."""
    t = translation_table.c
    by_hash = {hash_of(text): made for text, made in texts.items()}
    for some in _in_parts(list(by_hash)):
        session.execute(delete(translation_table).where(t.source_hash.in_(some), t.source_language == source, t.language == language))
    rows = [
        {"source_hash": one, "source_language": source, "language": language, "provider": provider, "version": version, "text": made,
         "made_at": at}
        for one, made in by_hash.items()
    ]  # fmt: skip
    if rows:
        session.execute(insert(translation_table), rows)


def translations(session: Session, texts: Iterable[str], source: str, language: str) -> dict[str, str]:
    """Text → its translation, for those that have one, whoever made it."""
    by_hash = {hash_of(text): text for text in texts if text}
    t = translation_table.c
    found: dict[str, str] = {}
    for some in _in_parts(list(by_hash)):
        rows = session.execute(
            select(t.source_hash, t.text).where(t.source_hash.in_(some), t.source_language == source, t.language == language)
        )
        found |= {by_hash[row.source_hash]: row.text for row in rows}
    return found


def _in_parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))
