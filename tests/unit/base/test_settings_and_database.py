import stat

import pytest
from sqlalchemy import text

from bot.base.calendar import bank_holiday_name, is_bank_holiday
from bot.base.db import open_database
from bot.base.errors import SettingsError, StoreUnavailable
from bot.base.settings import load_settings
from tests.conftest import ROOT, TUESDAY


def test_a_missing_key_stops_the_start_with_what_to_do():
    with pytest.raises(SettingsError, match="make setup"):
        load_settings({})


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
