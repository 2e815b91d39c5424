"""`python -m bot directory …`, and what a person puts right in what the repository holds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.base.sealing import new_key
from bot.base.settings import ROOT

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    values = {
        "KINLINE_KEY": new_key(),
        "DATABASE_URL": database_url,
        "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00",
        "KINLINE_CONTENT_DIR": str(tmp_path / "content"),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["directory", "--as", "sam", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def made_id(shown: str) -> str:
    return next(line.partition(": ")[2] for line in shown.splitlines() if line.startswith("id: "))


def test_a_service_is_typed_in_changed_and_cancelled_from_the_command_line(run: Run) -> None:
    code, shown, _ = run("add", "Toddler Time", "postcode=SS3 9AA", "languages=Urdu, pl", "is_free=yes", "--area", "southend")
    assert (code, "languages: ur, pl" in shown, "created by sam" in shown) == (0, True, True)
    own = made_id(shown)
    assert "session 2" in run("add-session", own, "day=Monday and Thursday", "starts=10am", "ends=noon")[1]
    assert "phone: 01632 960100" in run("change", own, "phone=01632 960100", "is_free=")[1]
    code, shown, _ = run("cancel", own, "7/12/2026", "--session", "1")
    assert "session 1: freq weekly, opens_at 10:00:00, closes_at 12:00:00, byday ['MO'], interval 1, except_on ['2026-12-07']" in shown
    assert "session 2" not in run("remove-session", own, "2")[1]
    assert "status: ended" in run("withdraw", own)[1]
    assert run("show", "toddler time", "--area", "southend")[1].count(" by sam: ") == 7


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("change", "nowhere", "phone=1"), "no service nowhere"), (("change", "OWN", "phone"), "write a name"), (("change", "OWN", "phone=x"), "phone"),
        (("change", "OWN", "min_age_months=two"), "whole number"), (("change", "OWN", "schedules=Monday"), "verbs of their own"),
        (("change", "OWN", "latitude=51.5", "longitude=2.9"), "Great Britain"), (("add-session", "OWN", "day=Someday"), "not understood"),
        (("add-session", "OWN", "weekday=Monday"), "no such column"), (("cancel", "OWN", "soon"), "not a day"), (("cancel", "OWN", "2026-12-01"), "no sessions"),
        (("remove-session", "OWN", "1"), "no session 1"), (("add", "A", "--area", "atlantis"), "no area"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_clear_line(run: Run, arguments: tuple[str, ...], problem: str) -> None:
    own = made_id(run("add", "Toddler Time", "--area", "southend")[1])
    code, shown, said = run(*(own if one == "OWN" else one for one in arguments))
    assert (code, shown) == (1, "")
    assert problem in said


def test_a_correction_of_what_the_repository_holds_stands_until_its_file_says_something_else(
    run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    services = tmp_path / "content" / "areas" / "southend" / "services.yml"
    text = services.read_text(encoding="utf-8")
    own = text.partition("- id: ")[2].split()[0]
    run("change", own, "opening=Mon 9-5", "for_whom=All of us")
    services.write_text(f"{text}\n# a comment\n", encoding="utf-8")
    assert "opening: Mon 9-5" in run("show", own)[1]
    old = 'for_whom: "Families, from pregnancy"'
    assert old in text.split("- id: ")[1]
    services.write_text(text.replace(old, 'for_whom: "Others"', 1), encoding="utf-8")
    shown = run("show", own)[1]
    assert ("for_whom: Others" in shown, "opening: Mon 9-5" in shown) == (True, True)
    assert f"{own}: for_whom was put right by a person" in caplog.text
