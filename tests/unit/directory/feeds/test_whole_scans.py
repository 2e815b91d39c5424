"""Only a scan of the whole feed withdraws services: pages that are missing, empty or short are not taken for the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.directory.feeds.pages import SavedPages
from tests.loopback import Answer, Asked, as_json, serving
from tests.unit.directory.feeds.conftest import FEED, Imports
from tests.unit.directory.feeds.test_web import Open, paged, read, row, v3

Record = Callable[..., dict[str, Any]]
FLAGS: dict[str, Any] = {"first_page": None, "last_page": None, "empty": None}


def saved(folder: Path, record: Record, pages: int = 4, **said: Any) -> SavedPages:
    """A folder of so many pages of five, the last of which says that it is the last."""
    folder.mkdir()
    for page in range(1, pages + 1):
        rows = [record(n) for n in range((page - 1) * 5, page * 5)]
        body = {"total_items": pages * 5, "last_page": page == pages, "contents": rows, **said}
        (folder / f"services_page_{page}.json").write_text(json.dumps(body), encoding="utf-8")
    return SavedPages(folder)


@pytest.mark.parametrize(
    ("gone", "note"),
    [
        (1, "pages are missing between the others: 1"),
        (3, "pages are missing between the others: 3"),
        (4, "the feed says that it has 20 services; it listed 15"),
    ],
)
def test_a_saved_page_that_is_missing_withdraws_nothing(imports: Imports, record: Record, tmp_path: Path, gone: int, note: str) -> None:
    source = saved(tmp_path / "whole", record)
    assert (imports.run(source).complete, len(imports.names())) == (True, 20)
    (source.folder / f"services_page_{gone}.json").unlink()
    report = imports.run(source, replace(FEED, most_shrink=1.0))
    assert (report.complete, report.withdrawn, report.unchanged, report.notes) == (False, 0, 15, [note])
    assert len(imports.names()) == 20


@pytest.mark.parametrize(
    ("said", "complete"),
    [
        ({"total_items": None, "last_page": None}, True),
        ({"total_items": None, "last_page": False}, False),
        ({"total_items": 25, "last_page": None}, False),
        ({"total_items": 25, "last_page": True}, False),  # said on every page, so it means nothing
        ({"total_items": 19, "last_page": False}, True),
    ],
)
def test_saved_pages_are_the_whole_feed_unless_they_say_otherwise(
    imports: Imports, record: Record, tmp_path: Path, said: dict[str, Any], complete: bool
) -> None:
    report = imports.run(saved(tmp_path / "some", record, **said))
    assert (report.added, report.complete) == (20, complete)


@pytest.mark.parametrize("counted", [8, 30])
def test_a_feed_that_always_counts_too_many_withdraws_once_a_person_has_looked(imports: Imports, web: Open, counted: int) -> None:
    feed = replace(FEED, most_shrink=0.5)

    def listing(*numbers: int) -> Callable[[Asked], Answer]:
        def say(asked: Asked) -> Answer:
            rows = [row(n) for n in numbers] if asked.query["page"] == "1" else []
            return as_json({**v3(rows, 1, counted, last=False), **FLAGS})

        return say

    with serving(listing(*range(7))) as server:
        first = imports.run(web(f"{server.address}/services"), feed)
    assert (first.added, first.complete, first.needs_person) == (7, False, None)  # nothing hangs on it yet
    with serving(listing(*range(6))) as server:
        asked = imports.run(web(f"{server.address}/services"), feed)
        assert (asked.withdrawn, asked.complete, "1 that it lists no longer" in (asked.needs_person or "")) == (0, False, True)
        told = imports.run(web(f"{server.address}/services"), feed, accept_shrink=True)
    assert (told.withdrawn, told.succeeded) == (1, True)
    assert len(imports.names()) == 6


def test_a_scan_that_broke_off_withdraws_nothing_whoever_has_looked(imports: Imports, web: Open) -> None:
    with serving(paged(60, 20)) as server:
        imports.run(web(f"{server.address}/services"))

    def breaking(asked: Asked) -> Answer:
        return Answer(status=500) if asked.query["page"] == "2" else paged(60, 20)(asked)

    with serving(breaking) as server:
        report = imports.run(web(f"{server.address}/services"), accept_shrink=True)
    assert (report.complete, report.withdrawn, len(imports.names())) == (False, 0, 60)


def test_pages_may_be_counted_from_nought(imports: Imports, record: Record, tmp_path: Path) -> None:
    source = saved(tmp_path / "some", record)
    for page in range(1, 5):
        (source.folder / f"services_page_{page}.json").rename(source.folder / f"services_page_{page - 1}.json")
    report = imports.run(source)
    assert (report.added, report.complete) == (20, True)


@pytest.mark.parametrize(
    ("page", "kept", "said", "seen"),
    [
        (9, 0, {}, 180),  # the page after it is read all the same
        (10, 0, {}, 180),
        (10, 0, {"last_page": True}, 180),
        (9, 0, {"last_page": True}, 180),
        (9, 15, FLAGS, 195),
        (10, 15, FLAGS, 195),
        (9, 15, {"last_page": True}, 195),
    ],
)
def test_a_page_that_is_empty_or_short_for_once_withdraws_nothing(
    imports: Imports, web: Open, page: int, kept: int, said: dict[str, Any], seen: int
) -> None:
    def dented(asked: Asked) -> Answer:
        number = int(asked.query["page"])
        rows = [row(n) for n in range((number - 1) * 20, min(number * 20, 200))]
        rows = rows[:kept] if number == page else rows
        return as_json({**v3(rows, number, 200, last=number >= 10), **said})

    with serving(paged(200, 20)) as server:
        assert imports.run(web(f"{server.address}/services")).added == 200
    with serving(dented) as server:
        report = imports.run(web(f"{server.address}/services"))
    assert (report.unchanged, report.withdrawn, report.complete) == (seen, 0, False)
    assert report.notes == [f"the feed says that it has 200 services; it listed {seen}"]
    assert len(imports.names()) == 200
    with serving(paged(200, 20)) as server:  # and the next scan begins anew
        whole = imports.run(web(f"{server.address}/services"))
    assert (whole.unchanged, whole.complete) == (200, True)


def test_a_scan_that_went_on_does_not_take_a_short_page_for_the_end(web: Open) -> None:
    def dented(asked: Asked) -> Answer:
        number = int(asked.query["page"])
        rows = [row(n) for n in range((number - 1) * 20, min(number * 20, 100))]
        return as_json({**v3([] if number == 5 else rows, number, 100, last=False), **FLAGS})

    with serving(dented) as server:
        ids, scan = read(web(f"{server.address}/services"), begin=4)
    assert (len(ids), scan.ended, scan.complete) == (20, True, False)


def test_no_page_beyond_the_end_is_needed_for_a_scan_to_be_over(web: Open) -> None:
    def say(asked: Asked) -> Answer:
        number = int(asked.query["page"])
        rows = [row(n) for n in range((number - 1) * 20, min(number * 20, 50))]
        return as_json({**v3(rows, number, 60, last=False), **FLAGS}, status=200 if rows else 404)

    with serving(say) as server:
        ids, scan = read(web(f"{server.address}/services"))
    assert (len(ids), scan.ended, scan.complete) == (50, True, False)
    assert "page 4 could not be had" in scan.notes[0]
