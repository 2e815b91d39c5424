"""The only reader of the environment. Read once, checked at the start, fixed afterwards."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from bot.base.clock import LONDON, Clock, StoppedClock, SystemClock
from bot.base.env_file import KEY_REMEDY, read_env_file
from bot.base.errors import SettingsError

ROOT = Path(__file__).resolve().parents[2]
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?")


@dataclass(frozen=True)
class Smtp:
    """A mail server.

    Attributes:
        security: starttls, tls or none (loopback only).
    """

    host: str
    port: int
    user: str
    password: str
    sender: str
    security: str


@dataclass(frozen=True)
class TelegramSettings:
    """A bot; without `webhook_secret` it asks Telegram for messages itself (polling)."""

    token: str
    api_url: str
    webhook_secret: str


@dataclass(frozen=True)
class WhatsAppSettings:
    """A number of the WhatsApp Cloud API."""

    graph_url: str
    phone_number_id: str
    access_token: str
    app_secret: str
    verify_token: str


@dataclass(frozen=True)
class TwilioSettings:
    """A WhatsApp number at Twilio, in place of the Cloud API."""

    api_url: str
    account_sid: str
    auth_token: str
    number: str


@dataclass(frozen=True)
class Settings:
    """All settings; `.env.example` explains each.

    Attributes:
        key: 32 bytes in base64; seals contact details and makes pseudonyms.
        silence_minutes: a chat ends after so many minutes without a message.
        messages_kept_days: how long messages and counts of unfinished chats are kept.
        closed_kept_days: how long a request is kept at most after it ended.
        cases_kept_days: how long danger cases, the audit, referrals and the register of exports are kept at most.
        request_kept_days: how long a request of each kind is kept after it ended; danger cases and concerns, since they came.
        stale_after_days: so long after its source vouched for it, a service from a feed ranks below fresh ones.
        withheld_after_days: so long after that it is not offered any more.
        import_most_shrink_percent: a feed that lost more of its services than this waits for a person.
        import_private_addresses: feeds may lie in private networks.
        translator_url: a LibreTranslate server of one's own; empty = no machine translation.
        embed_origins: sites that may show the chat in a frame, such as `https://www.example.org`; a site's own origin always may.
        exit_url: where the quick exit leads; a page that says nothing about who looked at what.
        map_url: an address is appended to it, percent-encoded.
        clock_stopped_at: for tests and demonstrations; None in service.
        public_url: under which the service is reached from outside; empty when it is not.
        quiet_from, quiet_to: in between no message goes out that nobody has just asked for.
        person_quiet_minutes: so long after a connector's last message the assistant stays quiet.
        telegram, whatsapp, twilio: None when the channel is off.
        desk_idle_minutes: a connector is signed out after so many minutes without a page.
        desk_address: how connectors reach the desk from outside, for links in notifications; empty: no link.
        smtp: where notifications leave by e-mail; None: none do.
        staff_telegram_token: of the bot that writes to connectors; empty: it writes to nobody.
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
    request_kept_days: Mapping[str, int]
    cookie_secure: bool
    embed_origins: tuple[str, ...]
    exit_url: str
    map_url: str
    log_level: str
    stale_after_days: int
    withheld_after_days: int
    import_most_shrink_percent: int
    import_private_addresses: bool
    translator_url: str
    translator_key: str
    clock_stopped_at: datetime | None
    public_url: str
    quiet_from: time
    quiet_to: time
    person_quiet_minutes: int
    telegram: TelegramSettings | None
    whatsapp: WhatsAppSettings | None
    twilio: TwilioSettings | None
    desk_idle_minutes: int = 30
    desk_address: str = ""
    smtp: Smtp | None = None
    staff_telegram_token: str = ""
    telegram_api_url: str = "https://api.telegram.org"

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
        environment = {**read_env_file(ROOT / ".env"), **os.environ}
    read = _Reader(environment)
    closed, cases = read.whole("KINLINE_CLOSED_KEPT_DAYS", 30, 1, 30), read.whole("KINLINE_CASES_KEPT_DAYS", 365, 1, 365)
    return Settings(
        key=read.key(),
        database_url=environment.get("DATABASE_URL") or f"sqlite:///{ROOT / 'var' / 'kinline.db'}",
        host=environment.get("KINLINE_HOST") or "127.0.0.1",
        port=read.whole("KINLINE_PORT", 8080, 1, 65535),
        area=environment.get("KINLINE_AREA") or "borsetshire",
        content_dir=read.folder("KINLINE_CONTENT_DIR", ROOT / "content"),
        translations_dir=read.folder("KINLINE_TRANSLATIONS_DIR", ROOT / "translations"),
        model_dir=Path(environment.get("KINLINE_MODEL_DIR") or ROOT / "models"),
        silence_minutes=read.whole("KINLINE_SILENCE_MINUTES", 120, 5, 1440),
        messages_kept_days=read.whole("KINLINE_MESSAGES_KEPT_DAYS", 14, 1, 14),
        closed_kept_days=closed,
        cases_kept_days=cases,
        request_kept_days=_request_kept_days(read, closed, cases),
        cookie_secure=environment.get("KINLINE_COOKIE_SECURE", "0") == "1",
        embed_origins=read.origins("KINLINE_EMBED_ORIGINS"),
        exit_url=read.link("KINLINE_EXIT_URL", "https://www.bbc.co.uk/weather"),
        map_url=read.link("KINLINE_MAP_URL", "https://www.openstreetmap.org/search?query="),
        log_level=(environment.get("KINLINE_LOG_LEVEL") or "INFO").upper(),
        stale_after_days=read.whole("KINLINE_STALE_AFTER_DAYS", 180, 1, 3650),
        withheld_after_days=read.whole("KINLINE_WITHHELD_AFTER_DAYS", 540, 1, 3650),
        import_most_shrink_percent=read.whole("KINLINE_IMPORT_MOST_SHRINK_PERCENT", 20, 0, 100),
        import_private_addresses=environment.get("KINLINE_IMPORT_PRIVATE_ADDRESSES", "0") == "1",
        translator_url=environment.get("TRANSLATOR_URL", ""),
        translator_key=environment.get("TRANSLATOR_KEY", ""),
        clock_stopped_at=read.instant("KINLINE_CLOCK_STOPPED_AT"),
        public_url=environment.get("KINLINE_PUBLIC_URL", "").rstrip("/"),
        quiet_from=read.clock_time("KINLINE_QUIET_FROM", "20:00"),
        quiet_to=read.clock_time("KINLINE_QUIET_TO", "09:00"),
        person_quiet_minutes=read.whole("KINLINE_PERSON_QUIET_MINUTES", 30, 1, 1440),
        telegram=_telegram(read),
        whatsapp=_whatsapp(read),
        twilio=_twilio(read),
        desk_idle_minutes=read.whole("KINLINE_DESK_IDLE_MINUTES", 30, 1, 480),
        desk_address=environment.get("KINLINE_DESK_ADDRESS", "").rstrip("/"),
        smtp=read.smtp(),
        staff_telegram_token=environment.get("KINLINE_STAFF_TELEGRAM_TOKEN", ""),
        telegram_api_url=read.address("TELEGRAM_API_URL", "https://api.telegram.org"),
    )


def _request_kept_days(read: _Reader, closed: int, cases: int) -> Mapping[str, int]:
    """By kind of request; never longer than what holds for all of them."""
    return {
        "callback": read.whole("KINLINE_CALLBACK_KEPT_DAYS", closed, 0, closed),
        "sign_up": read.whole("KINLINE_SIGN_UP_KEPT_DAYS", closed, 0, closed),
        "volunteer": read.whole("KINLINE_VOLUNTEER_KEPT_DAYS", closed, 0, closed),
        "idea": read.whole("KINLINE_IDEA_KEPT_DAYS", 0, 0, closed),
        "wrong_answer": read.whole("KINLINE_WRONG_ANSWER_KEPT_DAYS", 0, 0, closed),
        "subscribe": read.whole("KINLINE_SUBSCRIBE_KEPT_DAYS", closed, 0, closed),
        "stop_messages": read.whole("KINLINE_STOP_MESSAGES_KEPT_DAYS", closed, 0, closed),
        "danger": read.whole("KINLINE_DANGER_KEPT_DAYS", cases, 1, cases),
        "concern": read.whole("KINLINE_CONCERN_KEPT_DAYS", cases, 1, cases),
    }


def _telegram(read: _Reader) -> TelegramSettings | None:
    token = read.environment.get("TELEGRAM_BOT_TOKEN", "")
    if not token:
        return None
    url = read.address("TELEGRAM_API_URL", "https://api.telegram.org")
    return TelegramSettings(token, url, read.environment.get("TELEGRAM_WEBHOOK_SECRET", ""))


def _whatsapp(read: _Reader) -> WhatsAppSettings | None:
    names = ("WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")
    values = read.all_or_none(names, "without the app secret anybody could write as any parent")
    return WhatsAppSettings(read.address("WHATSAPP_GRAPH_URL", "https://graph.facebook.com/v23.0"), *values) if values else None


def _twilio(read: _Reader) -> TwilioSettings | None:
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_NUMBER", "KINLINE_PUBLIC_URL")
    if not any(read.environment.get(name) for name in names[:3]):
        return None
    values = read.all_or_none(names, "Twilio's signature covers the public address")
    if read.environment.get("WHATSAPP_PHONE_NUMBER_ID"):
        raise SettingsError("both WHATSAPP_PHONE_NUMBER_ID and TWILIO_ACCOUNT_SID are set: choose one way to WhatsApp")
    return TwilioSettings(read.address("TWILIO_API_URL", "https://api.twilio.com"), *values[:3])


@dataclass(frozen=True)
class _Reader:
    environment: Mapping[str, str]

    def key(self) -> str:
        key = self.environment.get("KINLINE_KEY", "").strip()
        if not key:
            place = "the environment, which goes before .env" if "KINLINE_KEY" in os.environ else str(ROOT / ".env")
            raise SettingsError(f"KINLINE_KEY is {'empty' if 'KINLINE_KEY' in self.environment else 'missing'} in {place}: {KEY_REMEDY}")
        return key

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        text = self.environment.get(name) or str(default)
        if not text.isdigit() or not least <= int(text) <= most:
            raise SettingsError(f"{name} is {text!r}; it must be a whole number from {least} to {most}")
        return int(text)

    def smtp(self) -> Smtp | None:
        host = self.environment.get("KINLINE_SMTP_HOST", "")
        if not host:
            return None
        security = self.environment.get("KINLINE_SMTP_SECURITY") or "starttls"
        if security not in {"starttls", "tls", "none"}:
            raise SettingsError(f"KINLINE_SMTP_SECURITY is {security!r}; it must be starttls, tls or none")
        sender = self.environment.get("KINLINE_SMTP_FROM", "")
        if "@" not in sender:
            raise SettingsError("KINLINE_SMTP_FROM must be the address that notifications come from")
        return Smtp(
            host, self.whole("KINLINE_SMTP_PORT", 587, 1, 65535), self.environment.get("KINLINE_SMTP_USER", ""),
            self.environment.get("KINLINE_SMTP_PASSWORD", ""), sender, security,
        )  # fmt: skip

    def address(self, name: str, default: str) -> str:
        url = (self.environment.get(name) or default).rstrip("/")
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise SettingsError(f"{name} is {url!r}; it must begin with https:// (http:// only on this machine)")
        return url

    def all_or_none(self, names: tuple[str, ...], why: str) -> tuple[str, ...]:
        values = tuple(self.environment.get(name, "") for name in names)
        missing = [name for name, value in zip(names, values) if not value]
        if missing and len(missing) < len(names):
            raise SettingsError(f"{', '.join(missing)} missing: set all of {', '.join(names)}, or none; {why}")
        return () if missing else values

    def clock_time(self, name: str, default: str) -> time:
        text = self.environment.get(name) or default
        try:
            return time.fromisoformat(text)
        except ValueError:
            raise SettingsError(f"{name} is {text!r}; write it like 20:00") from None

    def folder(self, name: str, default: Path) -> Path:
        path = Path(self.environment.get(name) or default)
        if not path.is_dir():
            raise SettingsError(f"{name} points to {path}, which is not a folder")
        return path

    def link(self, name: str, default: str) -> str:
        address = self.environment.get(name) or default
        if not re.fullmatch(r"https://[^\s\"'<>]+", address):
            raise SettingsError(f"{name} is {address!r}; it must be one address that begins with https://")
        return address

    def origins(self, name: str) -> tuple[str, ...]:
        given = tuple(self.environment.get(name, "").split())
        for origin in given:
            if not _ORIGIN.fullmatch(origin):
                raise SettingsError(f"{name} holds {origin!r}; write origins like https://www.example.org, parted by blanks")
        return given

    def instant(self, name: str) -> datetime | None:
        text = self.environment.get(name)
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise SettingsError(f"{name} is {text!r}; write it like 2026-11-24T10:00") from None
        return at if at.tzinfo else at.replace(tzinfo=LONDON)
