"""Amounts of money as typed and as shown."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.base.text import ascii_digits

_AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[,\s]\d{3})+|\d+)(?:[.,](\d{1,2}))?(?![\d])")
_MOST_PENCE = 10_000_000


def pence(text: str) -> int | None:
    """The first amount in a text, in pence; None when there is none or it is absurd.

    `£408.01`, `408,01`, `1,200` and numerals of other scripts are understood.
    """
    match = _AMOUNT.search(ascii_digits(text).replace("٫", ".").replace("٬", ","))
    if match is None:
        return None
    whole, part = re.sub(r"\D", "", match.group(1)), (match.group(2) or "0").ljust(2, "0")
    amount = int(whole) * 100 + int(part)
    return amount if amount <= _MOST_PENCE else None


def pounds(amount_pence: int) -> str:
    """`£18.60`; whole pounds without pence."""
    amount = Decimal(amount_pence) / 100
    return f"£{amount:,.0f}" if amount == amount.to_integral() else f"£{amount:,.2f}"
