"""The only reader of the environment. Read once, checked at the start, fixed afterwards."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dotenv import dotenv_values

from bot.base.clock import LONDON, Clock, StoppedClock, SystemClock
from bot.base.errors import SettingsError

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """All settings; `.env.example` explains each.

    Attributes:
        key: 32 bytes in base64; seals contact details and makes pseudonyms.
        silence_minutes: a chat ends after so many minutes without a message.
        messages_kept_days: how long messages and counts of unfinished chats are kept.
        closed_kept_days: how long a closed request keeps its contact details.
        cases_kept_days: how long a danger case is kept.
        public_url: under which the service is reached from outside; empty when it is not.
        clock_stopped_at: for tests and demonstrations; None in service.
    """

    key: str
    database_url: str
    host: str
    port: int
    area: str
    content_dir: Path
    translations_dir: Path
    model_dir: Path
    silence_minutes: int
    messages_kept_days: int
    closed_kept_days: int
    cases_kept_days: int
    cookie_secure: bool
    log_level: str
    clock_stopped_at: datetime | None
    public_url: str = ""

    def clock(self) -> Clock:
        """The clock that this process goes by."""
        return StoppedClock(self.clock_stopped_at) if self.clock_stopped_at else SystemClock()


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment, with `.env` beneath it.

    Args:
        environment: for tests; the process environment over `.env` when None.

    Raises:
        SettingsError: names the variable and what to do.
    """
    if environment is None:
        stored = {k: v for k, v in dotenv_values(ROOT / ".env").items() if v is not None}
        environment = {**stored, **os.environ}
    read = _Reader(environment)
    key = environment.get("KINLINE_KEY", "")
    if not key:
        raise SettingsError("KINLINE_KEY is missing: run `make setup`, which writes a random one to .env")
    return Settings(
        key=key,
        database_url=environment.get("DATABASE_URL") or f"sqlite:///{ROOT / 'var' / 'kinline.db'}",
        host=environment.get("KINLINE_HOST", "127.0.0.1"),
        port=read.whole("KINLINE_PORT", 8080, 1, 65535),
        area=environment.get("KINLINE_AREA", "borsetshire"),
        content_dir=read.folder("KINLINE_CONTENT_DIR", ROOT / "content"),
        translations_dir=read.folder("KINLINE_TRANSLATIONS_DIR", ROOT / "translations"),
        model_dir=Path(environment.get("KINLINE_MODEL_DIR") or ROOT / "models"),
        silence_minutes=read.whole("KINLINE_SILENCE_MINUTES", 120, 5, 1440),
        messages_kept_days=read.whole("KINLINE_MESSAGES_KEPT_DAYS", 14, 1, 14),
        closed_kept_days=read.whole("KINLINE_CLOSED_KEPT_DAYS", 30, 1, 30),
        cases_kept_days=read.whole("KINLINE_CASES_KEPT_DAYS", 365, 1, 365),
        cookie_secure=environment.get("KINLINE_COOKIE_SECURE", "0") == "1",
        log_level=environment.get("KINLINE_LOG_LEVEL", "INFO").upper(),
        clock_stopped_at=read.instant("KINLINE_CLOCK_STOPPED_AT"),
        public_url=environment.get("KINLINE_PUBLIC_URL", "").rstrip("/"),
    )


@dataclass(frozen=True)
class _Reader:
    environment: Mapping[str, str]

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        text = self.environment.get(name) or str(default)
        if not text.isdigit() or not least <= int(text) <= most:
            raise SettingsError(f"{name} is {text!r}; it must be a whole number from {least} to {most}")
        return int(text)

    def folder(self, name: str, default: Path) -> Path:
        path = Path(self.environment.get(name) or default)
        if not path.is_dir():
            raise SettingsError(f"{name} points to {path}, which is not a folder")
        return path

    def instant(self, name: str) -> datetime | None:
        text = self.environment.get(name)
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise SettingsError(f"{name} is {text!r}; write it like 2026-11-24T10:00") from None
        return at if at.tzinfo else at.replace(tzinfo=LONDON)
