"""Reads `content/healthy_start.yml`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.base.yaml_files import line_of, read_yaml
from bot.healthy_start.model import Rates, RulePack

_REMEDY = "restore the key from git; every rate needs a day, three amounts in pence and a source"


def load_rule_pack(path: Path) -> RulePack:
    """The rule pack.

    Raises:
        ContentError: a key is missing, an amount is not whole pence, or a rate has no source.
    """
    entry = read_yaml(path)
    try:
        rates = tuple(sorted((_rates(path, item) for item in entry["rates"]), key=lambda r: r.begins_on))
        review_by = entry["review_by"]
        pack = RulePack(
            review_by, rates, int(entry["income_limit_pence_a_month"]["value"]), int(entry["pregnancy_weeks"]["more_than"]),
            int(entry["child_below_months"]["value"]), int(entry["under_one_below_months"]["value"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise ContentError(path, line_of(path, str(error).strip("'")), f"missing or wrong: {error}", _REMEDY) from error
    if not rates or not isinstance(review_by, date):
        raise ContentError(path, line_of(path, "review_by"), "no rates, or `review_by` is not a date", _REMEDY)
    return pack


def _rates(path: Path, item: dict[str, Any]) -> Rates:
    if not item.get("source") or not isinstance(item.get("from"), date):
        raise ContentError(path, line_of(path, str(item.get("from"))), "a rate without a day or a source", _REMEDY)
    amounts = [item[name] for name in ("pregnancy_pence", "under_one_pence", "one_to_three_pence")]
    if any(not isinstance(amount, int) or amount <= 0 for amount in amounts):
        raise ContentError(path, line_of(path, str(item["from"])), "an amount that is not whole pence", _REMEDY)
    return Rates(item["from"], *amounts)
