"""A message as an action sees it, without the model."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions._turn import Turn
from bot.flows.house import House
from tests.desk.running import house_on

Says = Callable[..., Turn]


@pytest.fixture
def rooms(migrated_file: Path, tmp_path: Path) -> Iterator[House]:
    """The real rooms on a fresh database."""
    opened = house_on(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'test.db')}")
    yield opened
    opened.database.close()


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """The same on SQLite and on PostgreSQL."""
    opened = house_on(database_url)
    yield opened
    opened.database.close()


@pytest.fixture
def says(rooms: House) -> Says:
    """A turn: what the model took the words for, what is named in them, what is remembered."""

    def said(
        text: str, intent: str, *entities: tuple[str, Any], slots: Mapping[str, Any] | None = None, language: str = "en", **metadata: Any
    ) -> Turn:
        message = {
            "intent": {"name": intent}, "text": text, "entities": [{"entity": kind, "value": value} for kind, value in entities],
            "metadata": {"language": language, **metadata},
        }  # fmt: skip
        tracker = Tracker("anna", dict(slots or {}), message, [], False, None, {}, "action_listen")
        return Turn(rooms, CollectingDispatcher(), tracker)

    return said
