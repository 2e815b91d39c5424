from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.base.clock import StoppedClock
from bot.base.db import Database
from bot.directory import store
from bot.directory.directory import Directory
from bot.directory.model import Service
from bot.directory.names import find_named, plain

NAMES = [
    "Friars family centre",
    "Blenheim family centre",
    "Cambridge Road family centre",
    "Sure Start Toy Library",
    "HENRY",
    "Let’s Talk with your baby",
]


TEXTS = [
    ("Friars family centre", "Friars family centre"),
    ("FRIARS FAMILY CENTRE!", "Friars family centre"),
    ("friars childrens centre", "Friars family centre"),
    ("is friars family centre still open", "Friars family centre"),
    ("friers family center", "Friars family centre"),
    ("blenheim famly centre", "Blenheim family centre"),
    ("toy library", "Sure Start Toy Library"),
    ("sure start toy", "Sure Start Toy Library"),
    ("henry", "HENRY"),
    ("lets talk with your baby", "Let’s Talk with your baby"),
    ("family centre", None),
    ("", None),
    ("?!", None),
    ("something else altogether", None),
]


@pytest.fixture
def named(service: Callable[..., Service]) -> list[tuple[str, Service]]:
    pairs = [(name, service(name)) for name in NAMES]
    return [*pairs, ("Friars Children’s Centre", pairs[0][1])]


@pytest.mark.parametrize(("text", "name"), TEXTS)
def test_finds_what_is_meant(named: list[tuple[str, Service]], text: str, name: str | None) -> None:
    found = find_named(text, named)
    assert (found.name if found else None) == name


def test_among_very_many_it_is_found_without_reading_them_all(
    each_database: Database, clock: StoppedClock, content: Path, named: list[tuple[str, Service]], service: Callable[..., Service]
) -> None:
    friars = replace(named[0][1], also_called=("Friars Children’s Centre",))
    others = [service(f"Stay and Play {number}", summary="Songs in the family centre.") for number in range(600)]
    directory = Directory(each_database, clock, content)
    with each_database.session() as session:
        store.put(session, "x", [friars, *(one for _name, one in named[1:-1]), *others])
    statements: list[object] = []
    event.listen(each_database.engine, "before_cursor_execute", lambda *args: statements.append(args[3]))
    for text, name in TEXTS:
        statements.clear()
        found = directory.find_by_name(text, "seatown")
        assert (found.name if found else None) == name, text
        assert max((len(values) for values in statements), default=0) < 300  # type: ignore[arg-type]
    assert directory.find_by_name("stay and pley 17", "seatown") is not None
    assert [name for name, _id in directory.names_with(["henr"], "seatown")] == ["HENRY"]
    assert directory.names_with(["100%"], "seatown") == []


def test_of_two_with_the_same_name_the_offered_one_is_taken(service: Callable[..., Service]) -> None:
    closed = service("Toddler Time", id="z", offered=False)
    running = service("Toddler Time", id="a")
    found = find_named("toddler time", [("Toddler Time", closed), ("Toddler Time", running)])
    assert found == running


def test_the_longest_name_in_a_text_is_meant(service: Callable[..., Service]) -> None:
    short, long = service("Talking Toddlers"), service("Talking Toddlers at the library")
    found = find_named("when is talking toddlers at the library on", [(s.name, s) for s in (short, long)])
    assert found == long


def test_a_name_without_letters_is_never_meant(service: Callable[..., Service]) -> None:
    assert find_named("hello", [("***", service("***", id="stars"))]) is None


def test_plain_names_have_no_marks() -> None:
    assert plain("King’s  Heath—Été") == "kings heath ete"
