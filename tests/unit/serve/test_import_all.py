"""`import-directory --all`: each feed on its own."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import pytest

from bot.base.db import Database
from bot.base.sealing import new_key
from bot.base.settings import ROOT, load_settings
from bot.flows.house import House, open_house
from bot.serve.import_verb import import_directory

ALL = argparse.Namespace(source=None, all=True, now=True, area="borsetshire", json=True, accept_shrink=False)
FEEDS = """
feeds:
- {id: broken, source: broken, provider: Council, licence: OGL-UK-3.0}
- {id: good, source: good, provider: Council, licence: OGL-UK-3.0}
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the content, in which one area has two feeds."""
    content = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    (content / "areas" / "borsetshire" / "feeds.yml").write_text(FEEDS, encoding="utf-8")
    return content


@pytest.fixture
def house(database: Database, content: Path) -> House:
    environment = {"KINLINE_KEY": new_key(), "DATABASE_URL": "sqlite://", "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00"}
    return open_house(load_settings({**environment, "KINLINE_CONTENT_DIR": str(content)}), database)


def test_a_feed_with_an_unforeseen_fault_does_not_keep_the_next_from_being_read(
    house: House, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    area = content / "areas" / "borsetshire"
    (area / "broken" / "services.json").mkdir(parents=True)  # a folder where a file should be
    (area / "good").mkdir()
    rows = [{"id": 1, "name": "Toddler Time at the hall", "status": "active", "assured_date": "2026-10-01"}]
    (area / "good" / "services.json").write_text(json.dumps({"contents": rows}), encoding="utf-8")
    assert import_directory(house, ALL) == 1
    broken, good = json.loads(capsys.readouterr().out)
    assert (broken["complete"], broken["notes"]) == (False, ["stopped by a fault in this program (IsADirectoryError); please report it"])
    assert (good["complete"], good["added"]) == (True, 1)
