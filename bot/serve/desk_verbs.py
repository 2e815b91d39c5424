"""`python -m bot desk …`: the desk by itself, the first administrator, demonstration requests, missed examples."""

from __future__ import annotations

import argparse
import getpass
import logging
import sys
from pathlib import Path
from typing import Any

import uvicorn
import yaml

from bot.base.errors import BadInput
from bot.base.settings import ROOT, Settings
from bot.base.yaml_files import read_yaml
from bot.flows import demonstration
from bot.flows.house import House
from bot.flows.open_account import new_account
from bot.flows.safeguard import accepted_examples
from bot.serve.directory_verbs import open_rooms
from bot.staff import store as staff_store
from bot.staff.credentials import check_password
from bot.staff.model import ROLES, Role


def run_desk_verb(settings: Settings, options: argparse.Namespace) -> int:
    """Run one of them."""
    house = open_rooms(settings)
    if options.desk_verb == "serve":
        return serve_desk(house, options.fd, options.port)
    if options.desk_verb == "create-administrator":
        return create_administrator(house, options)
    if options.desk_verb == "demonstration":
        number = demonstration.load(house) if options.what == "load" else demonstration.remove(house)
        print(f"{number} made-up requests {'loaded' if options.what == 'load' else 'removed'}")
        return 0
    return write_missed_examples(house, ROOT)


def serve_desk(house: House, fd: int | None, port: int) -> int:
    """The desk, until it is stopped."""
    from bot.desk.app import make_app  # noqa: PLC0415

    logging.basicConfig(level=house.settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Access lines would hold search words; the others may hold a parent's.
    for name in ("uvicorn", "httpx", "sqlalchemy", "asyncio", "aiosmtplib"):
        logging.getLogger(name).setLevel(logging.ERROR)
    where: dict[str, Any] = {"fd": fd} if fd is not None else {"host": "127.0.0.1", "port": port}
    uvicorn.run(
        # Rasa pins a websockets library that uvicorn no longer knows; the desk needs none.
        make_app(house),
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=5,
        **where,
    )
    return 0


def create_administrator(house: House, options: argparse.Namespace) -> int:
    """Ask for what was not given, make the account and say how to go on.

    Raises:
        BadInput: an address or password that cannot be used.
    """
    email = options.email or input("E-mail address: ").strip()
    name = options.name or input("Name: ").strip()
    password = sys.stdin.readline().rstrip("\n") if options.password_stdin else getpass.getpass("Password (12 characters or more): ")
    if not options.password_stdin and getpass.getpass("Again: ") != password:
        raise BadInput("the passwords differ")
    check_password(password, email, name)
    roles: frozenset[Role] = frozenset(ROLES) if options.all_roles else frozenset({"administrator"})
    new_account(house, email, name, roles, password=password)
    print(f"{name} may sign in at {address_of_desk(house.settings)} and sets up the second step there.")
    return 0


def address_of_desk(settings: Settings) -> str:
    """Where the desk is."""
    return f"{settings.desk_address or f'http://{settings.host}:{settings.port}'}/desk/"


def how_to_get_in(house: House) -> str:
    """What `make run` says about the desk."""
    with house.database.session() as session:
        known = bool(staff_store.members(session))
    if known:
        return f"The desk:       {address_of_desk(house.settings)}"
    return (
        f"The desk:       {address_of_desk(house.settings)}\n"
        "                Nobody has an account yet. In another terminal: .venv/bin/python -m bot desk create-administrator"
    )


def write_missed_examples(house: House, root: Path) -> int:
    """Accepted reports, a file a language; the tests then ask the danger lists to catch them."""
    folder = root / "content" / "safety" / "reported"
    number = 0
    for language, kinds in accepted_examples(house).items():
        path = folder / f"{language}.yml"
        there = (read_yaml(path) or {}) if path.exists() else {}
        caught = {kind: list(texts) for kind, texts in (there.get("must_catch") or {}).items()}
        for kind, texts in kinds.items():
            new = [text for text in texts if text not in caught.get(kind, [])]
            caught[kind] = [*caught.get(kind, []), *new]
            number += len(new)
        folder.mkdir(parents=True, exist_ok=True)
        head = "# Reported at the desk as missed, in the words of a safeguarding lead. The danger lists must catch each of them.\n"
        path.write_text(head + yaml.safe_dump({"must_catch": caught}, allow_unicode=True, sort_keys=True, width=1000), encoding="utf-8")
    print(f"{number} examples written; run the safety tests and add phrases until they pass")
    return 0
