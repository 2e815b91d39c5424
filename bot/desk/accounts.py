"""Accounts of people at the desk, and the audit: for administrators."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.base.errors import BadInput
from bot.desk import cases
from bot.desk.me import changed_fields
from bot.desk.queue import counts_for, names_of
from bot.desk.request_changes import concern
from bot.desk.web import Guard, Visit, page
from bot.flows.go_away import give_back
from bot.flows.open_account import new_account, new_password
from bot.staff import record_store, session_store
from bot.staff import store as staff_store
from bot.staff.credentials import hash_password
from bot.staff.model import ROLES, Member, Role

_PATH = "/desk/accounts/{member}"


@page("/desk/accounts", "accounts", "administrator")
def show_accounts(visit: Visit) -> Response:
    """Everybody."""
    return _list(visit)


@page("/desk/accounts", "new account", "administrator", methods=("POST",))
def add_account(visit: Visit) -> Response:
    """A new account with a password that is shown once and must be changed."""
    try:
        member, password = new_account(
            visit.house, visit.typed("login", 200), visit.typed("name", 100), _roles(visit), _areas(visit), _languages(visit)
        )
    except BadInput as error:
        return _list(visit, 400, str(error))
    visit.detail = member.id
    return visit.page("account_password.html", member=member, password=password)


@page(_PATH, "account", "administrator")
def show_account(visit: Visit) -> Response:
    """One person."""
    return _one(visit, _member(visit))


@page(_PATH, "change account", "administrator", methods=("POST",))
def save_account(visit: Visit) -> Response:
    """Name, roles, areas, and whether the account is active; who loses something is signed out, and what they had goes back."""
    member = _member(visit)
    active = visit.typed("active", 4) == "yes"
    changed = replace(
        member, name=visit.typed("name", 100) or member.name, roles=_roles(visit), areas=_areas(visit), languages=_languages(visit),
        active=active,
    )  # fmt: skip
    with visit.house.database.session() as session:
        others = [m for m in staff_store.members(session) if m.may("administrator") and m.id != member.id]
        if not others and not (active and changed.may("administrator")):
            raise BadInput("This is the last administrator. Make somebody else one first.")
        if not changed.roles:
            raise BadInput("Choose at least one role.")
        staff_store.change_member(session, changed)
        if member.roles - changed.roles or not active:
            session_store.end_all(session, member.id)
        give_back(visit.house, session, changed, visit.me)
    visit.detail = f"{member.id}: {', '.join(changed_fields(member, changed))}"
    return visit.go(f"/desk/accounts/{member.id}", "saved")


@page(_PATH + "/reset", "reset account", "administrator", methods=("POST",))
def reset_account(visit: Visit) -> Response:
    """A new password, shown once, and a second factor to be set up anew; signed out everywhere."""
    member = _member(visit)
    password = new_password()
    with visit.house.database.session() as session:
        staff_store.set_password(session, member.id, hash_password(password), must_change=True)
        staff_store.set_second_factor(session, member.id, None, 0, [])
        session_store.end_all(session, member.id)
    visit.detail = member.id
    return visit.page("account_password.html", member=member, password=password)


@page("/desk/audit", "audit", "administrator", "safeguarding_lead")
def show_audit(visit: Visit) -> Response:
    """Who saw and did what; the newest first. What has to do with a safeguarding case stands there for the lead alone."""
    before = visit.query("before", 12)
    staff_id, reference = visit.query("who", 16), visit.query("reference", 16).upper()
    with visit.house.database.session() as session:
        lines = record_store.audited(
            session,
            staff_id=staff_id,
            reference=reference,
            before_id=int(before) if before.isascii() and before.isdigit() else 0,
            but=() if visit.me.may("safeguarding_lead") else _about_cases(),
        )
        names = names_of(session) | {record_store.TERMINAL: "Command line"}
    return visit.page("audit.html", lines=lines, names=names, who=staff_id, reference=reference)


def _about_cases() -> list[str]:
    """How the audit calls views and changes that would tell others that there is a case."""
    guards: list[Guard] = [view.guard for view in (*vars(cases).values(), concern) if hasattr(view, "guard")]
    names = [guard.name for guard in guards if guard.roles == {"safeguarding_lead"} or guard.name == "concern"]
    return [what for name in names for what in (name, f"{name} *")]


def _list(visit: Visit, status: int = 200, problem: str = "") -> Response:
    with visit.house.database.session() as session:
        members = staff_store.members(session, active=False)
    values = {name: visit.words(name)[:200] for name in ("login", "name")}
    return visit.page(
        "accounts.html", status, members=members, roles=ROLES, areas=list(visit.house.areas.values()), problem=problem, values=values,
        languages=[lang for lang in visit.house.languages if lang.code != "en"], **counts_for(visit),
    )  # fmt: skip


def _one(visit: Visit, member: Member) -> Response:
    return visit.page(
        "account.html", member=member, roles=ROLES, areas=list(visit.house.areas.values()),
        languages=[lang for lang in visit.house.languages if lang.code != "en"],
    )  # fmt: skip


def _member(visit: Visit) -> Member:
    with visit.house.database.session() as session:
        member = staff_store.member(session, visit.path("member"))
    if member is None:
        raise HTTPException(404)
    return member


def _roles(visit: Visit) -> frozenset[Role]:
    return frozenset(cast(Role, role) for role in visit.all("roles") if role in ROLES)


def _areas(visit: Visit) -> tuple[str, ...]:
    return tuple(area for area in visit.all("areas") if area in visit.house.areas)


def _languages(visit: Visit) -> tuple[str, ...]:
    return tuple(code for code in visit.all("languages") if code in visit.house.languages and code != "en")
