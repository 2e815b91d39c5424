"""Values that no publisher means: each costs its own field at most, never its record's neighbours, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.directory.feeds import store
from bot.directory.feeds.envelope import read_json
from bot.directory.feeds.pages import SavedPages
from bot.directory.feeds.source import Batch, Known, Listed, Scan
from tests.unit.directory.feeds.conftest import FEED, Imports

Record = Callable[..., dict[str, Any]]

ENDLESS = int("9" * 400)
BAD: dict[str, dict[str, Any]] = {
    "an age of 400 digits, version 1": {"eligibilitys": [{"minimum_age": ENDLESS, "maximum_age": 5}]},
    "an age of 400 digits": {"minimum_age": ENDLESS},
    "a price like 1e300": {"cost_options": [{"amount": 1e300}]},
    "a price of 19 digits": {"cost_options": [{"amount": "1000000000000000000"}]},
    "a telephone number for a price": {"cost_options": [{"amount": "07700900123"}]},
    "half a surrogate pair in many fields": {
        "email": "a\ud800@b.example", "url": "https://a.example/\ud800", "minimum_age": "\ud800", "last_modified": "\ud800",
        "languages": [{"code": "ur-\ud800"}], "fees": "\ud800 x", "assured_date": "\ud800",
    },
    "half a surrogate pair in the id": {"id": "b\ud800"},
    "half a surrogate pair in a long id": {"id": "b\ud800" * 60},
    "NUL in the id": {"id": "b\u0000c"},
    "NUL in the last change": {"last_modified": "20\u0000"},
    "languages without end": {"languages": [{"code": "ur-\u0000"}, {"code": "en-" + "x" * 100_000}]},
    "a point of 400 digits": {"service_at_locations": [{"location": {"latitude": ENDLESS, "longitude": 0.1}}]},
    "a raised two for a weekday": {"regular_schedules": [{"weekday": "²", "opens_at": "10:00"}]},
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_value_loses_neither_its_record_nor_its_page(imports: Imports, record: Record, kind: str) -> None:
    rows = [record(1), record(2, **BAD[kind]), record(3)]
    report = imports.records(*rows)
    assert (report.added, report.refused, report.complete) == (3, [], True)
    again = imports.records(*rows)
    assert (again.unchanged, again.succeeded) == (3, True)
    assert imports.names() == ["Toddler Time 1", "Toddler Time 2", "Toddler Time 3"]


def test_a_bad_age_and_a_bad_price_are_unknown(imports: Imports, record: Record) -> None:
    report = imports.records(record(1, minimum_age=ENDLESS, maximum_age=4, cost_options=[{"option": "per child", "amount": "07700900123"}]))
    service = imports.get("seatown-council-1")
    assert service is not None
    assert (service.min_age_months, service.max_age_months) == (None, 59)
    assert (service.cost_pence, service.is_free, service.cost_text) == (None, None, "per child")
    assert report.cleaned["minimum_age is not usable"].number == 1


def test_a_bad_record_without_a_name_is_refused_in_a_report_that_can_be_stored_and_printed(imports: Imports, record: Record) -> None:
    report = imports.records(record("\ud800z", name=""), record(2))
    assert [(one.id, one.reason) for one in report.refused] == [("z", "no name")]
    with imports.database.session() as session:
        row = store.feed_row(session, FEED.name)
    assert row is not None
    assert (row["locked_by"], json.loads(row["report"])) == (None, report.as_json())


def test_a_number_of_thousands_of_digits_loses_no_page(imports: Imports, record: Record, tmp_path: Path) -> None:
    body = json.dumps({"contents": [record(1), record(2, minimum_age=0), record(3)], "total_items": 0})
    (tmp_path / "services.json").write_text(
        body.replace('"minimum_age": 0', f'"minimum_age": {"9" * 5000}').replace('items": 0', f'items": {"9" * 30}')
    )
    assert imports.run(SavedPages(tmp_path)).added == 3


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r'"\ud83d\ude00"', "😀"), (r'"\ud83d\ud83d\ude00!"', " 😀!"), (r'"a\u0000b"', "a b"), (r'"\\u0000 \\ud800"', r"\u0000 \ud800"),
        (r'"\\\u0000"', "\\ "), (r'"\u00a3\uFB01\n\""', '£ﬁ\n"'), (r'{"\udfff": "\uDFFF"}', {" ": " "}),
    ],
)  # fmt: skip
def test_escapes_that_stand_for_no_character_are_blanks(written: str, read: Any) -> None:
    assert read_json(written.encode()) == read


class Faulty:
    """A source with a fault that nobody has thought of."""

    dialect = "saved pages"

    def batches(self, scan: Scan, known: Known, begin: int = 1) -> Iterator[Batch]:
        yield Batch((Listed("1", {"id": 1, "name": "Toddler Time", "status": "active"}),), 1)
        scan.note("page 2 could not be had")
        raise RuntimeError


def test_whatever_ends_an_import_its_report_is_kept_and_the_feed_is_let_go(imports: Imports, record: Record) -> None:
    with pytest.raises(RuntimeError):
        imports.run(Faulty())
    with imports.database.session() as session:
        row = store.feed_row(session, FEED.name)
    assert row is not None
    kept = json.loads(row["report"])
    assert (row["locked_by"], kept["added"], kept["complete"], kept["notes"]) == (None, 1, False, ["page 2 could not be had"])
    assert imports.records(record(1)).succeeded
