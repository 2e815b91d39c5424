"""What a parent means, with the encoder that is served: nearest first, and nothing unknown before what is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path

import numpy as np
import pytest

from bot.base.clock import StoppedClock
from bot.base.db import Database
from bot.base.encoder import load_encoder
from bot.directory import store
from bot.directory.directory import Directory
from bot.directory.index.meaning import Meaning
from bot.directory.model import Query, Schedule, Service

SHY = Query(("find_activities",), "seatown", text="my child is shy with other children")


@pytest.fixture
def directory(each_database: Database, clock: StoppedClock, content: Path) -> Directory:
    return Directory(each_database, clock, content, load_encoder)


@pytest.fixture
def groups(each_database: Database, service: Callable[..., Service]) -> list[Service]:
    def group(name: str, summary: str, hour: int) -> Service:
        return service(name, summary=summary, schedules=(Schedule("weekly", time(hour), None, ("TH",)),))

    made = [
        group("Gentle Play Group", "For toddlers who are shy with other children.", 12),
        group("Toddler Rugby", "Rough and tumble rugby play for toddlers.", 10),
        group("Cooking Club", "Cook and eat together.", 11),
    ]
    with each_database.session() as session:
        store.put(session, "x", made)
    return made


def names(directory: Directory) -> list[str]:
    return [hit.service.name for hit in directory.search(SHY).hits]


def test_what_is_meant_comes_first_and_stays_so_when_another_record_changes(
    directory: Directory, each_database: Database, groups: list[Service]
) -> None:
    assert names(directory)[0] == "Toddler Rugby"  # the soonest, as long as nobody has looked at meanings
    assert directory.index_meaning() == 3
    assert names(directory)[0] == "Gentle Play Group"
    with each_database.session() as session:
        store.put(session, "x", [replace(groups[1], summary=f"{groups[1].summary} Kit provided.")])
    assert [names(directory)[at] for at in (0, 2)] == ["Gentle Play Group", "Toddler Rugby"]
    assert directory.index_meaning() == 1


def test_a_record_whose_words_stay_keeps_its_vector(directory: Directory, each_database: Database, groups: list[Service]) -> None:
    directory.index_meaning()
    with each_database.session() as session:
        store.put(session, "x", [replace(one, phone="01632 960100") for one in groups])
    assert directory.index_meaning() == 0
    with each_database.session() as session:
        store.take_out(session, [groups[0].id])
    assert directory.index_meaning() == 0
    with each_database.session() as session:
        store.put(session, "x", groups[:1])
    assert directory.index_meaning() == 1


def test_a_few_at_a_time_and_on_where_it_stopped(directory: Directory, groups: list[Service]) -> None:
    assert [directory.index_meaning(1, most=1) for _round in (*groups, None)] == [1, 1, 1, 0]


class Alarmed:
    """An encoder whose alarm is far louder than what it says otherwise, as it is for everyday texts."""

    name, size, has_alarm = "alarmed", 3, True

    def encode(self, texts):
        return np.array([[1.0, 0.0, -9.0] if "wim" in text else [0.0, 1.0, -9.0] for text in texts], dtype=np.float32)

    def has_learned(self, key):
        return False


def test_how_alarming_a_text_sounds_makes_it_no_nearer(service: Callable[..., Service]) -> None:
    meaning = Meaning(Alarmed)
    near, far = meaning.packed_of([service("Swimming"), service("Chess")])
    close = meaning.likeness("where can we swim", {"near": near, "far": far})
    assert close["near"] > close["far"]
