"""Feeds over HTTP, on loopback: how real ones page, and everything that can be wrong with an answer."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.base.errors import ContentError
from bot.directory.feeds.envelope import BrokenPageError, read_page
from bot.directory.feeds.fetch import Fetcher, FetchError, Limits
from bot.directory.feeds.places import name_of
from bot.directory.feeds.source import Scan, nothing_known
from bot.directory.feeds.web import WebFeed
from tests.loopback import Answer, Asked, as_json, serving
from tests.unit.directory.feeds.conftest import LOOPBACK, Imports

Open = Callable[..., WebFeed]


WHOLE: dict[str, Any] = {
    "schedules": [{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00"}],
    "service_at_locations": [{"location": {"id": "hall", "name": "Hall"}}],
}


def row(number: Any, **more: Any) -> dict[str, Any]:
    """A record of a list that says everything, so that its own page need not be asked for."""
    return {"id": number, "name": f"Toddler Time {number}", "status": "active", "assured_date": "2026-10-01", **WHOLE, **more}


def v3(rows: list[Any], page: int, total: int, *, last: bool, **more: Any) -> dict[str, Any]:
    return {"total_items": total, "total_pages": 1, "page_number": page, "size": len(rows), "first_page": page == 1, "last_page": last,
            "empty": not rows, "contents": rows, **more}  # fmt: skip


def paged(total: int, most: int = 50, **said: Any) -> Callable[[Asked], Answer]:
    """A feed of so many services that never gives more than `most` at once."""

    def say(asked: Asked) -> Answer:
        if asked.path == "/":
            return as_json({"version": "HSDS-UK-3.0", "profile": "https://path/to/profile"})
        page = int(asked.query["page"])
        rows = [row(n) for n in range((page - 1) * most, min(page * most, total))]
        return as_json({**v3(rows, page, total, last=page * most >= total), **said})

    return say


def read(feed: WebFeed, begin: int = 1) -> tuple[list[str], Scan]:
    scan = Scan()
    return [one.id for batch in feed.batches(scan, nothing_known, begin) for one in batch.listed], scan


def test_all_pages_are_read_whatever_the_feed_says_of_their_number(web: Open) -> None:
    with serving(paged(120)) as server:
        ids, scan = read(web(server.address))
    assert (ids, scan.complete, scan.notes) == ([str(n) for n in range(120)], True, [])


@pytest.mark.parametrize("said", [{"last_page": None, "total_items": None}, {"last_page": True}, {"total_pages": 1, "last_page": None}])
def test_flags_and_totals_are_only_hints(web: Open, said: dict[str, Any]) -> None:
    with serving(paged(120, **said)) as server:
        ids, scan = read(web(server.address))
    assert (len(ids), scan.complete) == (120, True)


@pytest.mark.parametrize("total", [0, 1, 50, 100])
def test_a_last_page_that_is_full_or_empty_is_an_end(web: Open, total: int) -> None:
    with serving(paged(total, last_page=None, total_items=None)) as server:
        ids, scan = read(web(server.address))
    assert (len(ids), scan.complete) == (total, True)


def test_a_feed_that_counts_its_pages_from_nought_is_read_from_there(web: Open) -> None:
    def say(asked: Asked) -> Answer:
        page = int(asked.query["page"])
        rows = [row(n) for n in range(page * 50, min(page * 50 + 50, 120))]
        return as_json({"totalElements": 120, "number": page, "size": len(rows), "first": page == 0, "last": page >= 2, "content": rows})

    with serving(say) as server:
        ids, scan = read(web(f"{server.address}/services"))
    assert (ids, scan.complete, scan.notes) == ([str(n) for n in range(120)], True, [])


def test_a_first_page_that_calls_itself_another_is_read_once(web: Open) -> None:
    with serving(paged(120, first_page=False)) as server:
        ids, scan = read(web(server.address))
    assert (ids, scan.complete, scan.notes) == ([str(n) for n in range(120)], True, [])


def test_what_the_address_asks_for_is_asked_for_everywhere(web: Open) -> None:
    def say(asked: Asked) -> Answer:
        if asked.query.get("directory") != "families":
            return Answer(status=403)
        if asked.path.endswith("/services"):
            return as_json(v3([{"id": 7, "name": "Rhymes"}] if asked.query["page"] == "1" else [], 1, 1, last=True))
        return as_json(row(7)) if asked.path == "/services/7" else Answer(status=404)

    with serving(say) as server:
        found = list(web(f"{server.address}/services?directory=families&page=3").batches(Scan(), nothing_known))
    assert [(one.id, one.problem, "schedules" in (one.record or {})) for one in found[0].listed] == [("7", None, True)]


def test_records_that_a_feed_of_changes_calls_deleted_are_passed_over_and_end_nothing(web: Open) -> None:
    def change(number: int, state: str = "updated") -> dict[str, Any]:
        return {
            "state": state,
            "kind": "service",
            "id": number,
            "modified": number,
            **({"data": row(number)} if state == "updated" else {}),
        }

    gone = "deleted"
    pages = [[change(1), change(2, gone)], [change(3, gone), change(4, gone)], [change(5, gone), change(6)], []]

    def say(asked: Asked) -> Answer:
        at = int(asked.query.get("after", "0"))
        return as_json({"items": pages[at], "next_url": f"/services?after={min(at + 1, len(pages) - 1)}"})

    with serving(say) as server:
        ids, scan = read(web(f"{server.address}/services"))
    assert (ids, scan.complete) == (["1", "6"], True)


def test_no_record_of_a_page_is_passed_over_in_silence() -> None:
    assert len(read_page([{"id": n} for n in range(25_000)]).rows) == 25_000
    with pytest.raises(BrokenPageError, match="more than 200,000 records"):
        read_page({"contents": [0] * 200_001})


def test_two_selections_of_one_feed_are_two_feeds() -> None:
    names = {name_of(f"https://council.example/services{query}", "seatown") for query in ("", "?directory=families", "?directory=young")}
    assert len(names) == 3
    assert "feed:seatown:council.example/services" in names
    assert not any("families" in name for name in names)


def test_a_page_of_very_many_is_handed_on_in_parts_and_done_with_the_last(web: Open) -> None:
    def say(asked: Asked) -> Answer:
        rows = [row(n) for n in range(1200)] if asked.query["page"] == "1" else []
        return as_json(v3(rows, 1, 1200, last=True))

    with serving(say) as server:
        found = list(web(f"{server.address}/services").batches(Scan(), nothing_known))
    assert [(batch.page, len(batch.listed)) for batch in found] == [(0, 500), (0, 500), (1, 200)]


def test_a_wrong_total_is_noted_and_nothing_is_lost(web: Open) -> None:
    with serving(paged(60, total_items=9999)) as server:
        ids, scan = read(web(server.address))
    assert (len(ids), scan.complete) == (60, True)
    assert scan.notes == ["the feed says that it has 9999 services; it listed 60"]


def test_a_feed_that_repeats_a_page_is_not_the_whole_feed(web: Open) -> None:
    with serving(lambda asked: as_json(v3([row(n) for n in range(50)], 1, 200, last=False))) as server:
        ids, scan = read(web(f"{server.address}/services"))
    assert (len(ids), scan.complete) == (50, False)
    assert scan.notes == ["the feed gives the same page again; 50 of 200 services were seen"]
    assert len(server.asked) == 2


def test_spring_outpost_and_rpde_envelopes(web: Open) -> None:
    def spring(asked: Asked) -> Answer:
        page = int(asked.query["page"])
        return as_json(
            {"totalElements": 3, "totalPages": 1, "number": page, "size": 2, "last": page == 2, "content": [row(page), row(page + 10)]}
        )

    def lower(asked: Asked) -> Answer:
        return as_json({"totalelements": 1, "last": True, "content": [row(1)]})

    def rpde(asked: Asked) -> Answer:
        after = int(asked.query.get("after", 0))
        items = [{"id": n, "kind": "service", "state": "updated", "data": row(n)} for n in range(after, min(after + 2, 5))]
        return as_json({"items": items, "next": f"/services?after={after + 2}"})

    for say, expected in ((spring, 4), (lower, 1), (rpde, 5)):
        with serving(say) as server:
            ids, scan = read(web(f"{server.address}/services"))
        assert (len(ids), scan.complete) == (expected, True), say.__name__


def test_what_follows_on_another_machine_is_not_followed(web: Open) -> None:
    with serving(lambda asked: as_json({"items": [row(1)], "next_url": "https://elsewhere.example/services"})) as server:
        ids, scan = read(web(f"{server.address}/services"))
    assert (ids, scan.complete) == (["1"], False)
    assert "on another machine" in scan.notes[0]


def shallow(number: int, modified: str = "2026-10-01") -> dict[str, Any]:
    return {"id": number, "name": f"Toddler Time {number}", "status": "active", "last_modified": modified}


def detailed(asked: Asked, broken: dict[str, Answer], modified: dict[str, str]) -> Answer:
    own = asked.path.rpartition("/")[2]
    if own == "services":
        return as_json(v3([shallow(n, modified.get(str(n), "2026-10-01")) for n in range(30)], 1, 30, last=True))
    if own in broken:
        return broken[own]
    return as_json(
        {
            **shallow(int(own), modified.get(own, "2026-10-01")),
            "schedules": [{"byday": "MO", "opens_at": "10:00"}],
            "description": f"Round {own}",
        }
    )


def test_a_shallow_list_is_completed_from_each_services_own_page(imports: Imports, web: Open) -> None:
    with serving(lambda asked: detailed(asked, {}, {})) as server:
        report = imports.run(web(f"{server.address}/services"))
        assert (report.added, report.complete) == (30, True)
        service = imports.get("seatown-council-7")
        assert service is not None
        assert (service.summary, service.schedules[0].byday) == ("Round 7", ("MO",))
        before = len(server.asked)
        again = imports.run(web(f"{server.address}/services"))
        assert (again.unchanged, len(server.asked) - before) == (30, 1)  # what has not changed is not asked for
        server.say = lambda asked: detailed(asked, {}, {"3": "2026-11-01"})
        third = imports.run(web(f"{server.address}/services"))
        assert (third.changed, third.unchanged) == (1, 29)


@pytest.mark.parametrize(
    "more",
    [{}, {"attributes": []}, {"contacts": [], "cost_options": [{"amount": 2}]}, {"schedules": [], "service_at_locations": []},
     {"schedules": WHOLE["schedules"]}, {"service_at_locations": WHOLE["service_at_locations"]}],
)  # fmt: skip
def test_a_row_without_times_or_places_is_completed_whatever_else_it_holds(imports: Imports, web: Open, more: dict[str, Any]) -> None:
    def say(asked: Asked) -> Answer:
        listed = {**shallow(1), **more}
        return as_json(v3([listed], 1, 1, last=True) if asked.path == "/services" else {**listed, **WHOLE})

    with serving(say) as server:
        imports.run(web(f"{server.address}/services"))
    assert [one.byday for one in imports.all()[0].schedules] == [("TU",)]


@pytest.mark.parametrize(
    ("broken", "reason", "complete"),
    [
        (Answer(b"<html>Sorry</html>", kind="text/html"), "the answer is text/html, not JSON", True),
        (Answer(b"<html>Sorry</html>"), "a web page (HTML), not JSON", True),
        (as_json({"id": "someone-else"}), "its own page is about something else", True),
        (Answer(b"no", status=500), "the answer was 500, 3 times", False),
        (Answer(b"no", status=403), "the answer was 403", True),
    ],
)
def test_an_own_page_that_is_broken_refuses_one_record_and_keeps_what_was_there(
    imports: Imports, web: Open, broken: Answer, reason: str, complete: bool
) -> None:
    with serving(lambda asked: detailed(asked, {}, {})) as server:
        imports.run(web(f"{server.address}/services"))
        server.say = lambda asked: detailed(asked, {"3": broken}, {"3": "2026-11-01"})
        report = imports.run(web(f"{server.address}/services"))
    assert [(one.id, one.reason.removeprefix("its own page: ")) for one in report.refused] == [("3", reason)]
    assert (report.withdrawn, report.complete, report.unchanged) == (0, complete, 29)
    assert "Toddler Time 3" in imports.names()


def test_a_feed_without_own_pages_is_read_from_its_list(imports: Imports, web: Open) -> None:
    def say(asked: Asked) -> Answer:
        return as_json(v3([shallow(1)], 1, 1, last=True)) if asked.path == "/services" else Answer(b"{}", status=404)

    with serving(say) as server:
        report = imports.run(web(f"{server.address}/services"))
    assert (report.added, report.complete, imports.names()) == (1, True, ["Toddler Time 1"])


def test_when_all_own_pages_fail_the_import_stops_asking(imports: Imports, web: Open) -> None:
    def say(asked: Asked) -> Answer:
        if asked.path != "/services":
            return Answer(b"", status=503)
        page = int(asked.query["page"])
        return as_json(v3([shallow(page * 100 + n) for n in range(100)], page, 1000, last=False))

    with serving(say) as server:
        report = imports.run(web(f"{server.address}/services"))
        assert len(server.asked) < 200
    assert (report.complete, report.added) == (False, 0)
    assert any("in a row could not be had" in note for note in report.notes)


def test_an_interrupted_scan_goes_on_where_it_stopped(imports: Imports, web: Open) -> None:
    whole = paged(250)

    def fails_on_page_3(asked: Asked) -> Answer:
        return Answer(b"", status=500) if asked.query.get("page") == "3" else whole(asked)

    with serving(fails_on_page_3) as server:
        first = imports.run(web(f"{server.address}/services"))
        assert (first.added, first.complete) == (100, False)
        assert "page 3 could not be had: the answer was 500, 3 times" in first.notes
        server.say = whole
        server.asked.clear()
        second = imports.run(web(f"{server.address}/services"))
        assert [asked.query["page"] for asked in server.asked] == ["1", "3", "4", "5"]
        assert (second.added, second.complete, second.withdrawn, second.succeeded) == (150, True, 0, True)
        third = imports.run(web(f"{server.address}/services"))
    assert (third.unchanged, third.succeeded) == (250, True)


def test_a_page_of_which_services_could_not_be_had_is_read_again(imports: Imports, web: Open) -> None:
    """Of three pages the second fails in part and the third as a whole; the scan that goes on begins with the second."""

    def say(asked: Asked, *, fails: bool) -> Answer:
        if asked.path == "/services":
            page = int(asked.query["page"])
            if fails and page == 3:
                return Answer(b"", status=500)
            return as_json(v3([shallow(n) for n in range((page - 1) * 30, page * 30)], page, 90, last=page == 3))
        own = int(asked.path.rpartition("/")[2])
        return Answer(b"", status=500) if fails and 40 <= own < 45 else as_json({**shallow(own), **WHOLE})

    with serving(lambda asked: say(asked, fails=True)) as server:
        first = imports.run(web(f"{server.address}/services"))
        assert (first.added, first.complete) == (55, False)
        server.say = lambda asked: say(asked, fails=False)
        second = imports.run(web(f"{server.address}/services"))
        assert (second.added, second.unchanged, second.refused, second.complete) == (35, 25, [], True)
    assert len(imports.names()) == 90


def test_services_that_all_fail_on_the_first_page_are_not_forgotten(imports: Imports, web: Open) -> None:
    def say(asked: Asked, *, fails: bool) -> Answer:
        if asked.path == "/services":
            page = int(asked.query["page"])
            return as_json(v3([shallow(n) for n in range((page - 1) * 30, page * 30)], page, 60, last=page == 2))
        own = int(asked.path.rpartition("/")[2])
        return Answer(b"", status=500) if fails and own < 30 else as_json({**shallow(own), **WHOLE})

    with serving(lambda asked: say(asked, fails=True)) as server:
        assert not imports.run(web(f"{server.address}/services")).complete
        server.say = lambda asked: say(asked, fails=False)
        assert imports.run(web(f"{server.address}/services")).complete
    assert len(imports.names()) == 60


def test_a_feed_that_has_changed_since_the_interruption_is_read_once_more(imports: Imports, web: Open) -> None:
    whole = paged(250)
    with serving(lambda asked: Answer(b"", status=500) if asked.query.get("page") == "3" else whole(asked)) as server:
        imports.run(web(f"{server.address}/services"))
        server.say = paged(249)
        second = imports.run(web(f"{server.address}/services"))
        assert (second.complete, second.withdrawn) == (False, 0)
        assert "must be read once more" in second.notes[0]
        assert imports.run(web(f"{server.address}/services")).complete


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(b"<!DOCTYPE html><title>Not found</title>", kind="text/html"), "the answer is text/html, not JSON"),
        (Answer(b"\xef\xbb\xbf <html></html>"), "a web page"),
        (Answer(b'{"contents": [{"id": 1'), "only the beginning of it, 3 times"),
        (Answer(b'{"contents": []}', claimed=4000), "the connection broke, 3 times"),
        (Answer(b"\xff\xfe{}"), "not UTF-8"),
        (as_json({"message": "no"}), "not a page of services"),
        (as_json({"contents": "none"}), "not a page of services"),
        (Answer(b"[" * 200_000 + b"]" * 200_000), "nested too deeply"),
        (Answer(b"", status=404), "the answer was 404"),
        (Answer(b"", status=503), "the answer was 503, 3 times"),
        (Answer(b"", status=302, headers={"Location": "/services"}), "leads on and on"),
        (Answer(b"", status=302, headers={"Location": "file:///etc/passwd"}), "not an http or https address"),
        (Answer(b"x", headers={"Content-Encoding": "br"}), "packed with br"),
        (Answer(b"not gzip", headers={"Content-Encoding": "gzip"}), "packed wrongly"),
        (Answer(b" " * 3_000_000), "larger than 2 MB"),
        (Answer(gzip.compress(b" " * 300_000_000), headers={"Content-Encoding": "gzip"}), "larger than 2 MB"),
        (Answer(gzip.compress(b'{"contents": []}')[:-12], headers={"Content-Encoding": "gzip"}), "only the beginning"),
        (Answer(b"%PDF-1.4", kind="application/pdf"), "the answer is application/pdf, not JSON"),
    ],
)
def test_an_answer_that_is_no_feed_is_said_in_a_few_words_and_nothing_is_written(
    imports: Imports, web: Open, answer: Answer, reason: str
) -> None:
    with serving(lambda _asked: answer) as server, pytest.raises(ContentError) as error:
        imports.run(web(f"{server.address}/services"))
    assert reason in error.value.problem
    assert imports.names() == []


def test_a_server_that_says_nothing_or_drips_is_not_waited_for(web: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    from bot.directory.feeds import fetch

    monkeypatch.setattr(fetch, "_TIMEOUT", httpx.Timeout(0.3))
    with serving(lambda _asked: Answer(hang=True)) as server, pytest.raises(ContentError, match="no answer in time, 3 times"):
        read(web(f"{server.address}/services"))


def test_nobody_there(web: Open) -> None:
    with serving(paged(1)) as server:
        address = server.address
    with pytest.raises(ContentError, match="no connection, 3 times"):
        read(web(f"{address}/services"))


def test_it_is_tried_again_and_the_server_may_ask_for_time() -> None:
    pauses: list[float] = []
    answers = [Answer(b"", status=429, headers={"Retry-After": "7"}), Answer(b"", status=502), as_json({"contents": []})]
    with serving(lambda _asked: answers.pop(0)) as server:
        fetcher = Fetcher(LOOPBACK, sleep=pauses.append)
        assert fetcher.json(server.address) == {"contents": []}
        fetcher.close()
    assert pauses[0] == 7.0
    assert pauses[1] < 7.0


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "192.168.1.1", "0.0.0.0", "[::ffff:127.0.0.1]"]
)
def test_a_private_address_is_refused_before_anything_is_asked(host: str) -> None:
    with serving(paged(1)) as server:
        port = server.address.rpartition(":")[2]
        fetcher = Fetcher(Limits(attempts=1))
        with pytest.raises(ContentError, match="private network"):
            read(WebFeed(f"http://{host}:{port}/services", fetcher))
        fetcher.close()
        assert server.asked == []


def test_a_redirect_to_a_private_address_is_refused_too() -> None:
    fetcher = Fetcher(Limits(attempts=1, private=True))
    with serving(lambda _asked: Answer(b"", status=301, headers={"Location": "http://10.255.255.1:9/"})) as server:
        fetcher._client._transport._pool._network_backend._private = False
        with pytest.raises(FetchError, match="private network"):
            fetcher.json(server.address)
    fetcher.close()


def test_pages_with_a_mark_and_packed_ones_are_read(web: Open) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(v3([row(1)], 1, 1, last=True)).encode()
    with serving(lambda _asked: Answer(gzip.compress(body), headers={"Content-Encoding": "gzip"})) as server:
        assert read(web(f"{server.address}/services"))[0] == ["1"]


DIRTY = [
    row(1, description="word " * 2_000_000),
    row(2, minimum_age=-1, maximum_age=-1),
    row(3, schedules=[{"byday": "MO", "opens_at": "15:00", "closes_at": "09:00"}]),
    row(4, service_at_locations=[{"location": {"latitude": 0.0, "longitude": -30.0, "addresses": [{"postal_code": "HP21 7AA"}]}}]),
    row(5, url="javascript:alert(1)", email="Unknown-1@noemail.invalid"),
    row(6, assured_date="01/02/2026 00:00:00", schedules=[{"dtstart": "2026-12-01T00:00:00Z", "until": "31/12/2026", "freq": "week", "byday": "MO"}]),
    row("7 ", status="active"),
    row(8, alert={"text": "Moved"}, schedules={"a": 1}, cost_options="none", languages=7),
]  # fmt: skip


def test_dirt_loses_a_field_and_never_a_record(imports: Imports, web: Open) -> None:
    limits = Limits(private=True, page_bytes=32_000_000, attempts=1)
    with serving(lambda _asked: as_json(v3(DIRTY, 1, 8, last=True))) as server:
        report = imports.run(web(f"{server.address}/services", limits))
    assert (report.added, report.refused, report.complete) == (8, [], True)
    found = {n: imports.get(f"seatown-council-{n}") for n in range(1, 9)}
    assert all(found.values())
    assert len(found[1].summary or "") <= 2000
    assert (found[2].min_age_months, found[2].max_age_months) == (None, None)
    assert found[4].latitude is not None
    assert 51 < found[4].latitude < 52
    assert (found[5].url, found[5].email) == (None, None)
    assert found[6].checked_on.isoformat() == "2026-02-01"
    assert (found[6].schedules[0].dtstart.isoformat(), found[6].schedules[0].until.isoformat()) == ("2026-12-01", "2026-12-31")
    assert found[8].summary == "Moved"


def test_wrong_totals_and_repeated_pages_lose_and_withdraw_nothing(imports: Imports, web: Open) -> None:
    with serving(paged(120, total_items=7)) as server:
        whole = imports.run(web(f"{server.address}/services"))
    assert (whole.added, whole.refused, whole.complete) == (120, [], True)
    with serving(lambda _asked: as_json(v3([row(n) for n in range(50)], 1, 120, last=False))) as server:
        again = imports.run(web(f"{server.address}/services"))
    assert (again.unchanged, again.withdrawn, again.complete) == (50, 0, False)
    assert again.notes == ["the feed gives the same page again; 50 of 120 services were seen"]
    assert len(imports.names()) == 120


def test_ids_that_change_their_type_stay_the_ids_of_the_same_services(imports: Imports, web: Open) -> None:
    for written, counted in ((int, (3, 0)), (str, (0, 3)), (lambda n: f" {n} ", (0, 3))):
        rows = [row(written(n)) for n in range(3)]
        with serving(lambda _asked, rows=rows: as_json(v3(rows, 1, 3, last=True))) as server:  # type: ignore[misc]
            report = imports.run(web(f"{server.address}/services"))
        assert (report.added, report.changed + report.unchanged) == counted
        assert (report.withdrawn, report.refused) == (0, [])
    assert len(imports.names()) == 3


def test_a_feed_on_a_private_address_writes_nothing_unless_that_is_allowed(imports: Imports, web: Open) -> None:
    with serving(paged(1)) as server:
        with pytest.raises(ContentError, match="private network"):
            imports.run(web(f"{server.address}/services", Limits(attempts=1)))
        assert (imports.names(), server.asked) == ([], [])
        assert imports.run(web(f"{server.address}/services")).added == 1
