"""Telephone numbers that a connector in England can ring. The only user of `phonenumbers`."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from bot.base.errors import PhoneNotUsable
from bot.base.text import ascii_digits

_REACHABLE = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
}
_LENGTH = 10
"""Figures of nearly every UK number after the first 0."""


@dataclass(frozen=True)
class Phone:
    """A number that can be rung; `national` is how people in the UK write it."""

    e164: str
    national: str


def read_phone(text: str) -> Phone:
    """The UK number written in `text`, in any common form and any numerals.

    Raises:
        PhoneNotUsable: `not_a_number`, `incomplete` (too short or too long), `no_such_number` (of the right length, but never
            given out), `foreign` (valid, but not +44), or `premium` (premium, shared-cost, pager and other numbers nobody should ring).
    """
    try:
        number = phonenumbers.parse(ascii_digits(text), "GB")
    except NumberParseException as error:
        raise PhoneNotUsable("not_a_number") from error
    if number.country_code != 44:
        raise PhoneNotUsable("foreign" if phonenumbers.is_possible_number(number) else "incomplete")
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:  # what is no valid number is of no type, and asking twice takes twice as long
        raise PhoneNotUsable("no_such_number" if len(str(number.national_number)) == _LENGTH else "incomplete")
    if kind not in _REACHABLE:
        raise PhoneNotUsable("premium")
    return Phone(
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL),
    )


def masked(phone: Phone) -> str:
    """The last three digits only, for read-back: `•••• 123`."""
    return f"•••• {phone.e164[-3:]}"
