"""Reads `content/healthy_start.yml`."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from bot.base.errors import ContentError
from bot.base.yaml_files import read_yaml
from bot.healthy_start.model import CHILD_BELOW_MONTHS, PREGNANT_MORE_THAN_WEEKS, Ground, Rates, Route, RulePack

__all__ = ["RulePack", "load_rule_pack"]

_ROUTES: tuple[Route, ...] = get_args(Route)
_NEEDS: dict[Ground, str] = {
    "universal_credit": "income_limit",
    "income_support": "nothing",
    "income_based_jsa": "nothing",
    "pension_credit_child": "nothing",
    "income_related_esa": "pregnancy",
    "no_recourse": "british_child_and_income_limit",
    "under_18_pregnant": "pregnancy",
}
"""What `rules.py` does for each ground. A change in the law changes both, so a pack that says otherwise is refused."""
_OUTSIDE_BENEFITS = ("no_recourse", "under_18_pregnant")
_BOTH = "a new rule changes bot/healthy_start too, not this file alone"

Keys = tuple[str, ...]


def load_rule_pack(path: Path) -> RulePack:
    """The rule pack.

    Raises:
        ContentError: a key is missing or unknown, an amount is not whole pence, a rule has no source,
            two rates begin on one day, or the pack says something that the rules do not do.
    """
    pack = _PackFile(path)
    checked_on, review_by = pack.day("checked_on"), pack.day("review_by")
    if review_by <= checked_on:
        raise pack.broken(("review_by",), "`review_by` is not after `checked_on`", "check the sources again, then set both days")
    return RulePack(
        review_by=review_by,
        rates=_rates(pack),
        income_limit_pence=_sourced_number(pack, "income_limit_pence_a_month", "value"),
        pregnant_more_than_weeks=_fixed_number(pack, "pregnancy_weeks", "more_than", PREGNANT_MORE_THAN_WEEKS),
        child_below_months=_fixed_number(pack, "child_below_months", "value", CHILD_BELOW_MONTHS),
        under_one_below_months=_sourced_number(pack, "under_one_below_months", "value"),
        routes=_routes(pack),
    )


class _PackFile:
    """The file, read once; finds the line of whatever is wrong in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._content = read_yaml(path)
        self._lines = [line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines()]

    def value(self, *keys: str, inside: Any = None, at: Keys = ()) -> Any:
        """What stands under nested keys, of the file or of one entry `inside` it that stands `at`."""
        found = self._content if inside is None else inside
        for depth, key in enumerate(keys):
            parent, found = found, found.get(key) if isinstance(found, dict) else None
            if found is None or found == "":
                there = depth + 1 if isinstance(parent, dict) and key in parent else depth
                raise self.broken((*at, *keys[:there]), f"`{'.'.join(keys)}` is missing", "add it, as in the version in git")
        return found

    def day(self, *keys: str, inside: Any = None, at: Keys = ()) -> date:
        """A day without a time."""
        found = self.value(*keys, inside=inside, at=at)
        if not isinstance(found, date) or isinstance(found, datetime):
            raise self.broken((*at, *keys), f"`{'.'.join(keys)}` is not a day", "write it as 2027-03-31, without quotes or a time")
        return found

    def number(self, *keys: str, inside: Any = None, at: Keys = ()) -> int:
        """A whole number above 0."""
        found = self.value(*keys, inside=inside, at=at)
        if type(found) is not int or found <= 0:
            problem = f"`{'.'.join(keys)}` is not a whole number above 0"
            raise self.broken((*at, *keys), problem, "write digits without quotes; amounts are in pence, £4.65 is 465")
        return found

    def source(self, *keys: str, inside: Any = None, at: Keys = ()) -> str:
        """Where a rule comes from."""
        found = self.value(*keys, "source", inside=inside, at=at)
        if not isinstance(found, str):
            raise self.broken((*at, *keys, "source"), "a source that is not text", "name the page, with its date where it has one")
        return found

    def broken(self, keys: Keys, problem: str, remedy: str) -> ContentError:
        """The error at the line of the last of these nested keys, all of which are there."""
        return ContentError(self.path, self._line(keys), problem, remedy)

    def _line(self, keys: Keys) -> int:
        line = 0
        for key in keys:
            found = next((n for n in range(line, len(self._lines)) if f"{key}:" in self._lines[n] or f": {key}" in self._lines[n]), None)
            if found is None:
                break
            line = found
        return line + 1


def _rates(pack: _PackFile) -> tuple[Rates, ...]:
    entries = pack.value("rates")
    if not isinstance(entries, list) or not entries:
        raise pack.broken(("rates",), "`rates` is not a list of rates", "restore it from git")
    rates = tuple(sorted((_rate(pack, entry) for entry in entries), key=lambda r: r.begins_on))
    for one, other in pairwise(rates):
        if one.begins_on == other.begins_on:
            raise pack.broken(("rates", str(one.begins_on)), "two rates from one day", "keep the right one, or mend its day")
    return rates


def _rate(pack: _PackFile, entry: Any) -> Rates:
    if not isinstance(entry, dict):
        raise pack.broken(("rates",), "a rate that is not a mapping", "every rate needs a day, three amounts in pence and a source")
    at = ("rates", str(entry.get("from")))
    begins_on = pack.day("from", inside=entry, at=at)
    pack.source(inside=entry, at=at)
    pregnancy, under_one, one_to_three = (
        pack.number(name, inside=entry, at=at) for name in ("pregnancy_pence", "under_one_pence", "one_to_three_pence")
    )
    return Rates(begins_on, pregnancy, under_one, one_to_three)


def _sourced_number(pack: _PackFile, rule: str, key: str) -> int:
    pack.source(rule)
    return pack.number(rule, key)


def _fixed_number(pack: _PackFile, rule: str, key: str, expected: int) -> int:
    found = _sourced_number(pack, rule, key)
    if found != expected:
        raise pack.broken((rule, key), f"`{rule}` is {found}, but the questions go by {expected}", _BOTH)
    return found


def _routes(pack: _PackFile) -> MappingProxyType[Ground, Route]:
    benefits = pack.value("benefits")
    unknown = [str(name) for name in benefits if name not in _NEEDS] if isinstance(benefits, dict) else []
    if unknown:
        raise pack.broken(("benefits", unknown[0]), f"there is no rule for the benefit {unknown[0]}", _BOTH)
    return MappingProxyType({ground: _route(pack, ground, needs) for ground, needs in _NEEDS.items()})


def _route(pack: _PackFile, ground: Ground, needs: str) -> Route:
    keys = (ground,) if ground in _OUTSIDE_BENEFITS else ("benefits", ground)
    pack.source(*keys)
    if pack.value(*keys, "needs") != needs:
        raise pack.broken((*keys, "needs"), f"{ground} does not need “{needs}” here, as it does in the rules", _BOTH)
    route = pack.value(*keys, "route")
    if route not in _ROUTES:
        raise pack.broken((*keys, "route"), f"there is no route {route}", f"one of {', '.join(_ROUTES)}")
    return next(known for known in _ROUTES if known == route)
