"""The trained model, loaded once; a fresh database for it; the clock stands on Tuesday 24 November 2026."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from bot.base.db import open_database
from bot.base.sealing import new_key
from bot.base.settings import ROOT, load_settings
from tests.parent import Parent

_STOPPED_AT = "2026-11-24T10:00"
_numbers = itertools.count()


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """Assistant, rooms, store and settings, with an SQLite file of their own."""
    from bot.serve.first_run import upgrade_database
    from bot.serve.start import build_assistant

    folder = tmp_path_factory.mktemp("service")
    settings = load_settings(
        {
            "KINLINE_KEY": new_key(),
            "DATABASE_URL": f"sqlite:///{folder}/kinline.db",
            "KINLINE_CLOCK_STOPPED_AT": _STOPPED_AT,
            "KINLINE_MODEL_DIR": str(ROOT / "models"),
        }
    )
    upgrade_database(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KINLINE_CLOCK_STOPPED_AT", _STOPPED_AT)  # what is loaded with the model looks there for “tomorrow”
        assistant, house, store = build_assistant(settings, open_database(settings.database_url))
    return {"assistant": assistant, "house": house, "store": store, "settings": replace(settings), "folder": folder}


@pytest.fixture
def parent(service):
    """Makes a parent with a language: `parent("pl")`."""

    def make(language: str | None = None, area: str | None = None) -> Parent:
        sender = service["house"].sealer.pseudonym("test", str(next(_numbers)))
        return Parent(service["assistant"], sender, language, area)

    return make
