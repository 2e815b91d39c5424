"""What somebody sees of the queue: their areas and their kinds, in the rows and in the numbers beside the words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.callbacks.model import Request
from bot.callbacks.queue_store import PAGE, QueueQuery, queue_counts, queue_page


@pytest.fixture
def filled(house):
    """In each of three areas a callback of mine, one of nobody, one that is late and an idea."""
    now = house.clock.now()
    with house.database.session() as session:
        for area in ("borsetshire", "southend", "bradford"):
            for name, kind, owner, due in (
                ("M", "callback", "me", 1),
                ("U", "callback", "", 2),
                ("L", "callback", "other", -1),
                ("I", "idea", "", 3),
            ):
                due_at = now + timedelta(hours=due)
                house.requests.add(
                    session, Request(f"{name}{area[:5]}".upper(), kind, "-", area, "en", now, about=None, due_at=due_at, claimed_by=owner)
                )
    return house


@pytest.mark.parametrize(
    ("kinds", "areas", "counts"),
    [
        ((), (), {"mine": 3, "unclaimed": 6, "late": 3}),
        ((), ("borsetshire",), {"mine": 1, "unclaimed": 2, "late": 1}),
        ((), ("borsetshire", "southend"), {"mine": 2, "unclaimed": 4, "late": 2}),
        (("idea",), ("borsetshire", "southend"), {"mine": 0, "unclaimed": 2, "late": 0}),
        (("idea",), (), {"mine": 0, "unclaimed": 3, "late": 0}),
        ((), ("lambeth",), {"mine": 0, "unclaimed": 0, "late": 0}),
    ],
)
def test_numbers_beside_the_words_are_those_of_the_rows(filled, kinds, areas, counts):
    now = filled.clock.now()
    with filled.database.session() as session:
        counted = queue_counts(session, "me", now, kinds, areas)
        rows = {show: len(queue_page(session, QueueQuery("me", now, show, kinds=kinds, areas=areas))[0]) for show in counts}
    assert {show: counted[show] for show in counts} == rows == counts


def test_a_page_and_the_numbers_are_one_question_each_however_many_kinds_and_areas(filled):
    asked = []
    event.listen(filled.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    kinds, areas = (
        ("idea", "wrong_answer", "callback", "sign_up"),
        ("borsetshire", "southend", "bradford", "lambeth", "blackpool", "nottingham"),
    )
    with filled.database.session() as session:
        rows, more = queue_page(session, QueueQuery("me", filled.clock.now(), "all", kinds=kinds, areas=areas))
        queue_page(session, QueueQuery("me", filled.clock.now(), "escalated", kinds=kinds, areas=areas))
        queue_counts(session, "me", filled.clock.now(), kinds, areas)
    assert len(asked) == 3
    assert [r.due_at for r in rows] == sorted(r.due_at for r in rows)
    assert (len(rows), more) == (12, False)


def test_pages_of_several_areas_follow_one_another_without_a_gap(house):
    now, areas = house.clock.now(), ("borsetshire", "southend")
    with house.database.session() as session:
        for number in range(2 * PAGE + 5):
            due_at = now + timedelta(minutes=number // 3)
            house.requests.add(session, Request(f"R{number:05d}", "callback", "-", areas[number % 2], "en", now, about=None, due_at=due_at))
        found, after = [], None
        while True:
            rows, more = queue_page(session, QueueQuery("me", now, areas=areas, after=after))
            found += [r.reference for r in rows]
            if not more:
                break
            after = (rows[-1].due_at, rows[-1].reference)
    assert found == [f"R{number:05d}" for number in range(2 * PAGE + 5)]
