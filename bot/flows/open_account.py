"""A new account at the desk."""

from __future__ import annotations

import re
import secrets

from bot.base.errors import BadInput
from bot.base.sealing import new_reference
from bot.flows.house import House
from bot.staff import store as staff_store
from bot.staff.credentials import hash_password
from bot.staff.model import Member, Role

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")


def new_account(
    house: House, login: str, name: str, roles: frozenset[Role], areas: tuple[str, ...] = (), languages: tuple[str, ...] = (),
    password: str | None = None,
) -> tuple[Member, str]:  # fmt: skip
    """The account and its password, which is shown once and, unless it was given, must be changed at the first sign-in.

    Raises:
        BadInput: not an e-mail address, no name or role, or there is such an account.
    """
    login = login.strip().lower()
    if not _EMAIL.fullmatch(login):
        raise BadInput("Sign-in names are e-mail addresses.")
    if not name.strip():
        raise BadInput("Write the person's name.")
    if not roles:
        raise BadInput("Choose at least one role.")
    member = Member(new_reference(8), login, name.strip(), roles, areas, languages, must_change=password is None)
    chosen = password or new_password()
    with house.database.session() as session:
        if any(m.login == login for m in staff_store.members(session, active=False)):
            raise BadInput("There is an account with this address already.")
        staff_store.add_member(session, member, hash_password(chosen), house.clock.now())
    return member, chosen


def new_password() -> str:
    """Four groups of four letters that do not look alike: 78 random bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
