import os
import stat
import subprocess
import sys

import pytest
from sqlalchemy import text

from bot.base.calendar import bank_holiday_name, is_bank_holiday
from bot.base.db import open_database
from bot.base.env_file import read_env_file
from bot.base.errors import SettingsError, StoreUnavailable
from bot.base.sealing import Sealer
from bot.base.settings import load_settings
from tests.conftest import ROOT, TUESDAY


def test_a_missing_key_stops_the_start_with_what_to_do():
    with pytest.raises(SettingsError, match="make setup"):
        load_settings({})


@pytest.fixture
def start_with(tmp_path):
    """Starts the service beside another `.env`; its exit code and what it says."""
    folders = {"KINLINE_CONTENT_DIR": str(ROOT / "content"), "KINLINE_TRANSLATIONS_DIR": str(ROOT / "translations")}
    clean = folders | {
        k: v for k, v in os.environ.items() if not k.startswith(("KINLINE_", "DATABASE_", "TELEGRAM_", "WHATSAPP_", "TWILIO_"))
    }

    def start(env_file=None, mode=0o600, **environment):
        path = tmp_path / ".env"
        if env_file is not None:
            path.write_bytes(env_file.encode() if isinstance(env_file, str) else env_file)
            path.chmod(mode)
        code = (
            f"import pathlib, sys, bot.base.settings as settings; settings.ROOT = pathlib.Path({str(tmp_path)!r}); "
            "from bot.__main__ import main; sys.exit(main(['serve']))"
        )
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, env=clean | environment, capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stderr

    return start


KEY = "KINLINE_KEY=" + "a" * 43 + "=\n"


@pytest.mark.parametrize(
    ("env_file", "mode", "environment", "said"),
    [
        ("KINLINE_KEY=\n", 0o600, {}, ["KINLINE_KEY is empty in", "/.env", "put the installation's own key back"]),
        ("KINLINE_KEY=   \n", 0o600, {}, ["KINLINE_KEY is empty in", "/.env"]),
        ("KINLINE_PORT=8080\n", 0o600, {}, ["KINLINE_KEY is missing in", "/.env", "make setup"]),
        ("", 0o600, {}, ["KINLINE_KEY is missing in", "/.env"]),
        (None, 0o600, {}, ["KINLINE_KEY is missing in", "/.env", "make setup"]),
        (KEY, 0o600, {"KINLINE_KEY": ""}, ["KINLINE_KEY is empty in the environment", "before .env"]),
        (KEY, 0o644, {}, ["/.env", "mode 644", "chmod 600"]),
        (KEY, 0o640, {}, ["/.env", "mode 640", "chmod 600"]),
        (b"\xff\xfe\x00", 0o600, {}, ["/.env", "not text in UTF-8"]),
        (KEY + "WHATSAPP_PHONE_NUMBER_ID=1\nWHATSAPP_APP_SECRET=\n", 0o600, {}, ["WHATSAPP_APP_SECRET", "missing", "set all of"]),
    ],
)
def test_what_is_wrong_with_the_env_file_stops_the_start_with_one_line(start_with, env_file, mode, environment, said):
    code, line = start_with(env_file, mode, **environment)
    assert code == 1, line
    assert line.startswith("Kinline: ")
    assert line.count("\n") == 1
    for words in said:
        assert words in line


def test_an_env_file_that_cannot_be_read_stops_the_start_with_one_line(tmp_path, monkeypatch):
    path = tmp_path / ".env"
    path.write_text(KEY)
    path.chmod(0o600)

    def refuse(*_arguments, **_options):
        raise PermissionError(13, "Permission denied", str(path))

    # Root may read everything: the refusal is the system's words.
    monkeypatch.setattr("bot.base.env_file.dotenv_values", refuse)
    with pytest.raises(SettingsError, match=r"\.env cannot be read \(Permission denied\): start as the user"):
        read_env_file(path)
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(SettingsError, match="is not a file"):
        read_env_file(folder)


def test_a_key_that_is_none_says_what_to_do():
    with pytest.raises(SettingsError, match=r"KINLINE_KEY is not a key.*put the installation's own key back"):
        Sealer("short")


@pytest.mark.parametrize("name", ["KINLINE_HOST", "KINLINE_AREA", "KINLINE_LOG_LEVEL"])
def test_an_empty_value_is_the_default(name):
    """An empty host would listen on every address of the machine."""
    assert load_settings({"KINLINE_KEY": "k", name: ""}) == load_settings({"KINLINE_KEY": "k"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("KINLINE_PORT", "x"), ("KINLINE_PORT", "70000"), ("KINLINE_MESSAGES_KEPT_DAYS", "15"), ("KINLINE_CONTENT_DIR", "/no")],
)
def test_a_wrong_setting_is_named(name, value):
    with pytest.raises(SettingsError, match=name):
        load_settings({"KINLINE_KEY": "k", name: value})


def test_a_stopped_clock_comes_from_the_settings():
    settings = load_settings({"KINLINE_KEY": "k", "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00"})
    assert settings.clock().now() == TUESDAY


def test_every_setting_is_in_the_example():
    import re

    source = (ROOT / "bot" / "base" / "settings.py").read_text()
    named = set(re.findall(r'"((?:KINLINE|DATABASE|TELEGRAM|WHATSAPP|TWILIO)_[A-Z_]+)"', source))
    example = (ROOT / ".env.example").read_text()
    assert {name for name in named if f"{name}=" not in example} == set()


def test_a_database_file_is_for_its_owner_only(tmp_path):
    database = open_database(f"sqlite:///{tmp_path}/new/k.db")
    with database.session() as session:
        session.execute(text("SELECT 1"))
    assert stat.S_IMODE((tmp_path / "new" / "k.db").stat().st_mode) == 0o600


def test_a_failing_statement_does_not_carry_its_values_into_the_error(database):
    with pytest.raises(StoreUnavailable) as failed, database.session() as session:
        session.execute(text("INSERT INTO nothing VALUES (:words)"), {"words": "my secret"})
    assert "secret" not in str(failed.value)


def test_bank_holidays_are_those_of_england_and_wales():
    from datetime import date

    assert is_bank_holiday(date(2026, 12, 25))
    assert is_bank_holiday(date(2026, 12, 28))  # for Saturday 26
    assert bank_holiday_name(date(2026, 11, 30)) is None  # St Andrew's Day is Scotland's
