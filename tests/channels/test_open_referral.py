"""The public feed over HTTP, and an import of it by another Kinline."""

from __future__ import annotations

import json

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from bot.directory.feeds.fetch import Fetcher, Limits
from bot.directory.feeds.source import Scan, nothing_known
from bot.directory.feeds.web import WebFeed
from tests.unit.directory.feeds.conftest import DATA

pytestmark = pytest.mark.rasa


def test_the_feed_is_valid_open_to_all_and_pages(running) -> None:
    base = f"{running['address']}/open-referral"
    with httpx.Client(timeout=20) as client:
        for address in (base, f"{base}/"):
            root = client.get(address)
            assert (root.status_code, root.json()["version"]) == (200, "HSDS-UK-3.0")
            assert root.headers["access-control-allow-origin"] == "*"
        page = client.get(f"{base}/services", params={"per_page": "7", "page": "2", "search": "ignored"}).json()
        assert (page["size"], page["page_number"], page["first_page"]) == (7, 2, False)
        whole = Draft202012Validator(json.loads((DATA / "schema_compiled" / "service.json").read_text()), format_checker=FormatChecker())
        for row in page["contents"]:
            detail = client.get(f"{base}/services/{row['id']}")
            assert detail.headers["content-type"].startswith("application/json")
            assert [error.message for error in whole.iter_errors(detail.json())] == []
        assert client.get(f"{base}/services", params={"page": "x", "per_page": "99999"}).json()["page_number"] == 1
        assert client.get(f"{base}/services", params={"page": "999"}).json()["empty"] is True
        assert client.get(f"{base}/services/00000000-0000-0000-0000-000000000000").status_code == 404
        assert client.get(f"{base}/organizations").json()["total_items"] > 5


def test_another_installation_reads_it_whole(running) -> None:
    fetcher = Fetcher(Limits(private=True))
    scan = Scan()
    feed = WebFeed(f"{running['address']}/open-referral", fetcher)
    listed = [one for batch in feed.batches(scan, nothing_known) for one in batch.listed]
    fetcher.close()
    assert (scan.complete, [one.problem for one in listed if one.problem]) == (True, [])
    assert len(listed) > 100
