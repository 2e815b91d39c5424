"""Bank holidays in England and Wales, from the list that GOV.UK publishes, shipped with the library."""

from __future__ import annotations

from datetime import date
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays


@cache
def _holidays() -> dict[date, str]:
    # `use_cached_holidays` keeps this offline; the shipped list ends on 2028-12-26.
    source = BankHolidays(use_cached_holidays=True)
    return {h["date"]: h["title"] for h in source.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)}


def is_bank_holiday(on: date) -> bool:
    """Whether the day is a bank holiday in England and Wales (substitute days count)."""
    return on in _holidays()


def bank_holiday_name(on: date) -> str | None:
    """GOV.UK's English name of the bank holiday, or None."""
    return _holidays().get(on)
