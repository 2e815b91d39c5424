"""Single values of a feed, cleaned: what real feeds hold in them is listed in the tests.

A value that makes no sense becomes None (the card then says “ask”); it never loses the record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, time
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from babel import Locale

from bot.base.errors import PhoneNotUsable
from bot.base.phones import read_phone
from bot.base.text import clean, fold
from bot.directory.feed_ages import Age, age_in_words
from bot.directory.feed_days import english_day
from bot.directory.feed_markup import without_markup
from bot.directory.model import Point

LONGEST_TEXT = 2000
MOST_READ = 50_000
MOST_PENCE = 10_000_000
"""A dearer price is a slip: a telephone number in the wrong column."""
_LARGEST = 1e9
_LONGEST_CODE = 35
_LONGEST_UNKNOWN, _SHORT = 12, 64
_OLDEST_YEARS, _EVERYBODY_YEARS = 120, 99
_GB_LATITUDES, _GB_LONGITUDES = (49.8, 60.9), (-8.7, 1.8)
_PHONE = re.compile(r"(?<!\d)(?:\+\s?44|\(?0)[\d\s().-]{7,}\d(?:\s*(?:ext|x)\.?\s*\d{1,5})?", re.IGNORECASE)
_SHORT_PHONE = re.compile(r"(?<!\d)(?:1\d{2}|999|11[68]\d{3})(?!\d)")
_AFTER_IT = re.compile(r"(?<=\d) ?\((?!0\))|(?<=^0800 1111)(?= (?!\d{3}))")
_ONE_NUMBER = re.compile(r"(?:(?:\+ ?|00)44[ ().-]*(?:\(?0\)?[ ().-]*)?|\(?0)(?:\d[ ().-]*){9}\d(?!\d)")
_EXTENSION = re.compile("ext|x", re.IGNORECASE)
_MOST_DIGITS = 11
# Freephone and 03 numbers are right for a service, if not for a parent; 01632 is kept for fiction.
_SHOWN_AS_GIVEN = ("0800", "0808", "03", "01632")
_CLOCK = re.compile(r"(?:\d{4}-\d{2}-\d{2}T)?(\d{1,2})(?:[:.](\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]00:?00)?\s*(am|pm)?|\s*(am|pm))")
_NAMED_HOURS = {
    "noon": time(12), "midday": time(12), "12noon": time(12), "12 noon": time(12), "12 midday": time(12), "midnight": time(0),
}  # fmt: skip
_EXAMPLE_HOSTS = {"example.com", "www.example.com", "example.org", "www.example.org"}
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_USUAL_LINK = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:[/?#]\S*)?", re.IGNORECASE)
_STEP_FREE = re.compile(r"step[- ]?free|level access|wheelchair|\bramp|\blift\b|ground floor")
_NOT_STEP_FREE = re.compile(
    r"\b(?:no|not|without)\b[^.;,]{0,25}(?:step[- ]?free|level access|wheelchair|ramp|lift)"
    r"|un(?:suitable|accessible)|stairs only|steps? (?:up|down|at|to)"
)
_CODE = re.compile(r"[a-z]{2,8}(?:-[A-Za-z0-9]{1,8})+")
_UNKNOWN = {"", "n/a", "none", "null", "unknown", "tbc", "-"}


def plain_text(value: Any, limit: int = LONGEST_TEXT) -> str | None:
    """Text without mark-up on one line, cut at a sentence's or word's end; None for nothing."""
    if not value or not isinstance(value, str):
        return None
    return _plain_short(value, limit) if len(value) <= _SHORT else _plain(value, limit)


def _plain(value: str, limit: int) -> str | None:
    value = value[:MOST_READ]
    if "<" in value or "&" in value:
        value = without_markup(value)
    text = " ".join(clean(value, MOST_READ).split())
    if len(text) <= _LONGEST_UNKNOWN and fold(text).rstrip(".") in _UNKNOWN:
        return None
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    end = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? "))
    return cut[: end + 1] if end > limit // 2 else cut[: cut.rfind(" ")] + "…"


# Names of providers, towns and prices come again and again.
_plain_short = lru_cache(maxsize=8192)(_plain)


def identifier(value: Any) -> str:
    """An id as text, whatever type it has; empty when there is none."""
    return str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def number(value: Any) -> float | None:
    """A number from 0 to 1,000,000,000; `-1`, empty, words and a row of 400 digits are none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        read = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return read if 0 <= read <= _LARGEST else None


def pounds(value: Any) -> float | None:
    """An amount of money, in pounds, that something for families may cost."""
    read = number(value)
    return None if read is None or read * 100 > MOST_PENCE else read


def ages_in_months(minimum: Any, maximum: Any) -> tuple[int | None, int | None]:
    """Ages in years to months, both inclusive; both open when they contradict each other.

    A whole highest age holds until the day before the next birthday: 5 years are 71 months.
    Half years are taken as they are: 1.5 years are 18 months. `18 months` and `6 weeks` are what they say.
    """
    low, high = age(minimum), age(maximum)
    low_months = None if low is None or low.months > _OLDEST_YEARS * 12 else int(low.months)
    # “0 to 99” is how forms without an empty box say “everybody”.
    high_months = None if high is None or high.months >= _EVERYBODY_YEARS * 12 else high.last_month
    if low_months is not None and high_months is not None and high_months < low_months:
        return None, None
    return low_months, high_months


def age(value: Any) -> Age | None:
    """`4` (years), `1.5`, `18 months`, `under 5`; None for what is no age."""
    years = number(value)
    if years is not None:
        return Age(years * 12, years == int(years))
    return age_in_words(value) if isinstance(value, str) else None


def clock_time(value: Any) -> time | None:
    """`10:00`, `09:00:00Z`, `9.30am`, `3pm`, `12 noon`: the hour on the wall, whatever zone is written."""
    return _clock_time(str(value)[:40]) if value else None


@lru_cache(maxsize=2048)
def _clock_time(written: str) -> time | None:
    text = written.strip().lower()
    if text in _NAMED_HOURS:
        return _NAMED_HOURS[text]
    match = _CLOCK.fullmatch(text.replace("z", "Z").replace("t", "T"))
    if match is None:
        return None
    hour, minute, half = int(match.group(1)), int(match.group(2) or 0), match.group(3) or match.group(4)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return time(0) if (hour, minute) == (24, 0) else None


def day(value: Any) -> date | None:
    """An ISO date or date-time, or a day as people in England write it."""
    return _day(str(value)[:40]) if value else None


@lru_cache(maxsize=4096)
def _day(written: str) -> date | None:
    text = written.strip()
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return english_day(text)


def phone(value: Any) -> str | None:
    """The first number in texts such as `Hub reception: 01632 960100`; None when there is none."""
    return _phone(str(value)[:200]) if value else None


@lru_cache(maxsize=4096)
def _phone(text: str) -> str | None:
    match = _PHONE.search(text)
    if match is None:
        short = _SHORT_PHONE.search(text)
        return short.group(0) if short else None
    written = _AFTER_IT.split(" ".join(match.group(0).split()))[0]
    # Hours or a second number may stand behind it: “020 7946 0100 10-4pm”.
    one = _ONE_NUMBER.match(written)
    return _shown_phone(written) or (_shown_phone(one.group(0)) if one else None)


def _shown_phone(written: str) -> str | None:
    try:
        return read_phone(written).national
    except PhoneNotUsable:
        digits = re.sub(r"\D", "", _EXTENSION.split(written)[0])
        return written if digits.startswith(_SHOWN_AS_GIVEN) and len(digits) <= _MOST_DIGITS else None


def email(value: Any) -> str | None:
    """An address that can be written to; the placeholders of feeds are none."""
    text = (plain_text(value) or "").removeprefix("mailto:")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) or text.casefold().endswith(".invalid"):
        return None
    return text


def link(value: Any) -> str | None:
    """A web address with its scheme; scripts, other schemes and `www.example.com` are none."""
    text = plain_text(value) or ""
    if not text or " " in text:
        return None
    usual = _USUAL_LINK.fullmatch(text)
    if usual:
        return None if usual.group(1).lower() in _EXAMPLE_HOSTS else text
    if not re.match(r"https?://", text, re.IGNORECASE):
        if not _HOST.match(text) or ":" in text.split("/")[0]:
            return None
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.username is not None:
        return None  # an e-mail address in the wrong column, or something that hides where it leads
    return text if _HOST.fullmatch(host) and host not in _EXAMPLE_HOSTS else None


def point(location: Mapping[str, Any]) -> Point | None:
    """Latitude and longitude if they lie in Great Britain; the sea and (0, 0) are slips."""
    try:
        latitude, longitude = float(location["latitude"]), float(location["longitude"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    inside = _GB_LATITUDES[0] <= latitude <= _GB_LATITUDES[1]
    return Point(latitude, longitude) if inside and _GB_LONGITUDES[0] <= longitude <= _GB_LONGITUDES[1] else None


def says_step_free(access: Sequence[str]) -> bool | None:
    """What texts about access say of steps; None when they say nothing, no before yes."""
    return _step_free(tuple(access)) if access else None


@lru_cache(maxsize=2048)
def _step_free(access: tuple[str, ...]) -> bool | None:
    texts = [fold(text) for text in access]
    if any(_NOT_STEP_FREE.search(text) for text in texts):
        return False
    return True if any(_STEP_FREE.search(text) for text in texts) else None


def language_code(entry: Any) -> str | None:
    """`ur` of `{"code": "ur"}`, `{"name": "Urdu"}` or `"Urdu"`; None for what is no language."""
    values = (entry.get("code"), entry.get("name"), entry.get("language")) if isinstance(entry, Mapping) else (entry,)
    for value in values:
        text = str(value or "").strip()[:_SHORT]
        language, _, rest = text.replace("_", "-").partition("-")
        if language.lower() in _codes():
            whole = f"{language.lower()}-{rest}"
            return whole if _CODE.fullmatch(whole) and len(whole) <= _LONGEST_CODE else language.lower()
        found = _names().get(fold(text))
        if found:
            return found
    return None


@cache
def _english() -> dict[str, str]:
    return {str(code): str(name) for code, name in Locale("en").languages.items()}


@cache
def _names() -> dict[str, str]:
    names = {fold(name): code for code, name in _english().items() if "_" not in code}
    more = {"sorani": "ckb", "kurdish sorani": "ckb", "farsi": "fa", "mandarin": "zh", "sylheti": "syl"}
    return {**names, **more}


@cache
def _codes() -> frozenset[str]:
    return frozenset(code.partition("_")[0].lower() for code in _english())
