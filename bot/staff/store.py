"""Accounts in the database. Passwords are hashed with argon2id, second factors sealed, recovery codes hashed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, time
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, String, Table, Text, delete, insert, select, update
from sqlalchemy.orm import Session

from bot.base.db import Instant, metadata
from bot.staff.model import Absence, Member, Notify, Role

member_table = Table(
    "staff_member",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("login", String(200), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("sealed_secret", Text),
    Column("last_step", Integer, nullable=False),
    Column("recovery", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("areas", Text, nullable=False),
    Column("languages", Text, nullable=False),
    Column("works", Text, nullable=False),
    Column("notify", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("assigned_at", Instant),
)

absence_table = Table(
    "staff_absence",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("staff_id", String(16), nullable=False, index=True),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False, index=True),
    Column("reason", String(20), nullable=False),
)


def add_member(session: Session, member: Member, password_hash: str, at: Any) -> None:
    """A new account, without a second factor."""
    session.execute(
        insert(member_table).values(
            id=member.id, login=member.login, password_hash=password_hash, last_step=0, recovery="[]", created_at=at, **_columns(member)
        )
    )


def change_member(session: Session, member: Member) -> None:
    """Everything but password and second factor."""
    session.execute(update(member_table).where(member_table.c.id == member.id).values(**_columns(member)))


def member(session: Session, staff_id: str) -> Member | None:
    """One person."""
    row = session.execute(select(member_table).where(member_table.c.id == staff_id)).first()
    return member_of(row._mapping) if row else None


def members(session: Session, *, active: bool = True) -> list[Member]:
    """All people with an account, by name; those who have left too when `active` is False."""
    query = select(member_table).order_by(member_table.c.name)
    return [member_of(row._mapping) for row in session.execute(query.where(member_table.c.active.is_(True)) if active else query)]


def credentials(session: Session, login: str) -> tuple[Member, str] | None:
    """The active account of a login name with its password hash."""
    table = member_table.c
    row = session.execute(select(member_table).where(table.login == login.strip().lower(), table.active.is_(True))).first()
    return (member_of(row._mapping), row.password_hash) if row else None


def set_password(session: Session, staff_id: str, password_hash: str, *, must_change: bool = False) -> None:
    """Another password; one that somebody else has chosen must be changed at the next sign-in."""
    values = {"password_hash": password_hash, "must_change": must_change}
    session.execute(update(member_table).where(member_table.c.id == staff_id).values(**values))


def password_hash(session: Session, staff_id: str) -> str:
    """The stored hash of a person's password."""
    return str(session.execute(select(member_table.c.password_hash).where(member_table.c.id == staff_id)).scalar_one())


def second_factor(session: Session, staff_id: str) -> tuple[str | None, int, list[str]]:
    """Sealed secret, the last time step that was used, and hashes of the recovery codes that are left."""
    table = member_table.c
    row = session.execute(select(table.sealed_secret, table.last_step, table.recovery).where(table.id == staff_id)).one()
    return row.sealed_secret, int(row.last_step), json.loads(row.recovery)


def set_second_factor(session: Session, staff_id: str, sealed_secret: str | None, step: int, recovery: Sequence[str]) -> None:
    """A new second factor, or none: the person sets one up at the next sign-in."""
    session.execute(
        update(member_table)
        .where(member_table.c.id == staff_id)
        .values(sealed_secret=sealed_secret, last_step=step, recovery=json.dumps(list(recovery)))
    )


def use_step(session: Session, staff_id: str, step: int) -> bool:
    """Mark a time step as used; False when it or a later one was used before, so a code that was overseen is worth nothing."""
    table = member_table.c
    done = session.execute(update(member_table).where(table.id == staff_id, table.last_step < step).values(last_step=step))
    return int(done.rowcount) == 1


def use_recovery(session: Session, staff_id: str, code_hash: str) -> bool:
    """Use up a recovery code; False when there is no such code any more."""
    _secret, _step, left = second_factor(session, staff_id)
    if code_hash not in left:
        return False
    remaining = [code for code in left if code != code_hash]
    done = session.execute(
        update(member_table)
        .where(member_table.c.id == staff_id, member_table.c.recovery == json.dumps(left))
        .values(recovery=json.dumps(remaining))
    )
    return int(done.rowcount) == 1


def mark_assigned(session: Session, staff_id: str, at: Any) -> None:
    """This person has just been given a request; suggestions go to others first."""
    session.execute(update(member_table).where(member_table.c.id == staff_id).values(assigned_at=at))


def last_assigned(session: Session) -> dict[str, Any]:
    """When each person was last given a request."""
    return {row.id: row.assigned_at for row in session.execute(select(member_table.c.id, member_table.c.assigned_at))}


def add_absence(session: Session, staff_id: str, first_on: date, last_on: date, reason: str) -> None:
    """Holidays or sickness."""
    session.execute(insert(absence_table).values(staff_id=staff_id, first_on=first_on, last_on=last_on, reason=reason))


def remove_absence(session: Session, absence_id: int) -> None:
    """Back again."""
    session.execute(delete(absence_table).where(absence_table.c.id == absence_id))


def absences(session: Session, since: date) -> list[Absence]:
    """All that have not ended before a day."""
    rows = session.execute(select(absence_table).where(absence_table.c.last_on >= since).order_by(absence_table.c.first_on))
    return [Absence(r.id, r.staff_id, r.first_on, r.last_on, r.reason) for r in rows]


def purge_absences(session: Session, before: date) -> int:
    """Delete absences that ended before a day; returns how many."""
    return int(session.execute(delete(absence_table).where(absence_table.c.last_on < before)).rowcount)


def _columns(member: Member) -> dict[str, Any]:
    notify = asdict(member.notify) | {
        name: getattr(member.notify, name).isoformat("minutes") for name in ("digest_at", "quiet_from", "quiet_to")
    }
    return {
        "name": member.name, "roles": json.dumps(sorted(member.roles)), "areas": json.dumps(list(member.areas)),
        "languages": json.dumps(list(member.languages)), "works": json.dumps(dict(member.works)), "notify": json.dumps(notify),
        "active": member.active, "must_change": member.must_change,
    }  # fmt: skip


def member_of(row: Any) -> Member:
    """The person in a row."""
    notify = json.loads(row["notify"])
    times = {name: time.fromisoformat(notify[name]) for name in ("digest_at", "quiet_from", "quiet_to")}
    roles: frozenset[Role] = frozenset(json.loads(row["roles"]))
    return Member(
        id=row["id"], login=row["login"], name=row["name"], roles=roles, areas=tuple(json.loads(row["areas"])),
        languages=tuple(json.loads(row["languages"])), works=json.loads(row["works"]), notify=Notify(**(notify | times)),
        active=bool(row["active"]), must_change=bool(row["must_change"]), two_factor=bool(row["sealed_secret"]),
    )  # fmt: skip
