"""The fields of a service that people may change, and what may stand in each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from bot.base.errors import BadInput
from bot.base.text import fold
from bot.directory import feed_values as read
from bot.directory.geography import parse_postcode
from bot.directory.model import Schedule

_TEXTS: Mapping[str, int] = {
    "summary": read.LONGEST_TEXT, "organisation": 200, "for_whom": 300, "cost_text": 300, "address": 300, "opening": 300,
    "how_to_join": 300, "kind": 80, "successor": 200,
}  # fmt: skip
_LISTS = frozenset({"also_called", "topics", "languages", "access"})
_NUMBERS: Mapping[str, int] = {"min_age_months": 1440, "max_age_months": 1440, "cost_pence": read.MOST_PENCE}
_YES_NO, _YES_NO_OR_UNKNOWN = frozenset({"offered", "online"}), frozenset({"is_free", "booking_needed", "step_free"})
_DEGREES = frozenset({"latitude", "longitude"})
_READ: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "phone": (read.phone, "not a telephone number"),
    "email": (read.email, "not an e-mail address"),
    "url": (read.link, "not a web address"),
}
_STATUSES = ("open", "ended", "unknown")
_OTHERS = frozenset({"name", "status", "postcode", "schedules", "review_by"})
CHANGEABLE = frozenset({*_TEXTS, *_LISTS, *_NUMBERS, *_YES_NO, *_YES_NO_OR_UNKNOWN, *_DEGREES, *_READ, *_OTHERS})
_WORDS_OF_YES_NO = {"yes": True, "no": False, "true": True, "false": False}


class BadChange(BadInput):
    """A value that cannot be; the message says which field and why."""


def checked(name: str, value: Any, topics: Collection[str]) -> Any:
    """A value of the right kind for a field, cleaned; None or an empty text take it away where it may be unknown.

    Raises:
        BadChange: it is none, or there is no such field.
    """
    if name not in CHANGEABLE:
        raise BadChange(f"{name}: there is no such field to change")
    if name in _LISTS:
        return _list(name, value, topics)
    if name == "schedules":
        return _kept(name, value, isinstance(value, tuple) and all(isinstance(one, Schedule) for one in value), "opening times")
    if name in _YES_NO:
        return _kept(name, value, isinstance(value, bool), "yes or no")
    if name == "status":
        return _kept(name, value, value in _STATUSES, f"one of {', '.join(_STATUSES)}")
    if name == "name":
        found = read.plain_text(value, 200)
        return _kept(name, found, found is not None, "a service needs a name")
    return None if value is None or value == "" else _one(name, value)


def _one(name: str, value: Any) -> Any:
    """A value of a field that may be unknown."""
    if name in _NUMBERS:
        is_whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _NUMBERS[name]
        return _kept(name, value, is_whole, f"a whole number from 0 to {_NUMBERS[name]}, or nothing")
    if name in _YES_NO_OR_UNKNOWN:
        return _kept(name, value, isinstance(value, bool), "yes or no, or nothing where nobody knows")
    if name in _DEGREES:
        is_degrees = isinstance(value, (int, float)) and not isinstance(value, bool) and -180 <= value <= 180
        return float(_kept(name, value, is_degrees, "degrees, such as 51.54"))
    if name == "review_by":
        return _kept(name, value, type(value) is date, "a day")
    if name == "postcode":
        postcode = parse_postcode(value) if isinstance(value, str) else None
        return str(_kept(name, postcode, postcode is not None, "not a postcode"))
    reads, why = _READ.get(name) or ((lambda text: read.plain_text(text, _TEXTS[name])), "not a text")
    found = reads(value)
    return _kept(name, found, found is not None, why)


def _kept(name: str, value: Any, is_right: bool, why: str) -> Any:
    if not is_right:
        raise BadChange(f"{name}: {why}")
    return value


def _list(name: str, value: Any, topics: Collection[str]) -> tuple[str, ...]:
    texts = [read.plain_text(one, 300) for one in value] if isinstance(value, (list, tuple)) else [None]
    if None in texts:
        raise BadChange(f"{name}: a list of texts")
    known = [text for text in texts if text]
    wrong = [topic for topic in known if name == "topics" and topic not in topics]
    if wrong:
        raise BadChange(f"topics: there is no topic {wrong[0]}")
    if name == "languages":
        codes = [read.language_code(text) for text in known]
        if None in codes:
            raise BadChange("languages: codes such as ur, or names such as Urdu")
        known = [code for code in codes if code]
    return tuple(dict.fromkeys(known))


def typed(name: str, text: str) -> Any:
    """What somebody types for a field, as the kind of value that `checked` takes; lists have commas.

    Raises:
        BadChange: not that kind of value, or not typed in this way.
    """
    if name == "schedules":
        raise BadChange("schedules: there are verbs of their own for sessions")
    if name in _LISTS:
        return [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if not text.strip():
        return None
    if name in _YES_NO | _YES_NO_OR_UNKNOWN:
        return _WORDS_OF_YES_NO.get(fold(text), text)
    if name == "review_by":
        return read.day(text) or text
    try:
        return int(text) if name in _NUMBERS else float(text) if name in _DEGREES else text
    except ValueError:
        return text
