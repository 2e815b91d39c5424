"""A run of figures with signs between them: which of it is a date, a time of day or an amount, and which a telephone number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

BETWEEN = r"(?:[^\w£€$%+\[\]]|_){0,4}"
"""What people put between the figures of one number: any signs, but not of money, and no word."""
RUN = re.compile(rf"\+?\(?\d(?:{BETWEEN}\d){{3,60}}")
_GROUP = re.compile(r"\d+")

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_JOINED = r"[./\-\u2010-\u2015]"
_CERTAIN = re.compile(
    rf"{_YEAR}(?P<a>{_JOINED}){_MONTH}(?P=a){_DAY}"
    rf"|{_DAY}\s?(?P<b>{_JOINED})\s?{_MONTH}\s?(?P=b)\s?(?:{_YEAR}|\d\d)"
    rf"|{_MONTH}(?P<c>/){_DAY}/(?:{_YEAR}|\d\d)"
    rf"|{_DAY}\s{_MONTH}\s{_YEAR}"
    r"|(?:[01]?\d|2[0-4])(?P<d>[.:])[0-5]\d"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d\d)?"
    r"|\d{1,5}(?P<e>\.)\d\d"
)
_POSSIBLE = re.compile(rf"{_DAY}(?P<a>{_JOINED}){_MONTH}|{_YEAR}|\d{{1,2}}")
_DAY_OF_PAIRS = re.compile(rf"{_DAY}\D+{_MONTH}\D+\d\d|{_MONTH}\D+{_DAY}\D+\d\d")
_YEAR_OR_HOUR = re.compile(rf"{_YEAR}|(?:[01]\d|2[0-4])[0-5]\d")
_LONGEST_MOMENT = 3

_INTERNATIONAL = re.compile(r"(?:\+|00)(?:44(?:0?\d{10})|(?!44)[1-9]\d{7,14})")
_WHOLE_PHONE = re.compile(r"(?:\+|00)[1-9]\d{7,14}|0[1-9]\d{8,9}|44\d{10}|7\d{9}")
_UK_PHONE = (11, 10)
"""Figures of a UK number with its 0; nearly all have eleven."""
_CARD_LENGTHS = range(13, 20)
_CARD_BEGINS = re.compile(r"[3-6]|22[2-9]|2[3-7]")
"""Source: the ranges of American Express, Visa, Mastercard and Maestro."""


@dataclass(frozen=True)
class Run:
    """Figures in groups, as somebody has typed them.

    Attributes:
        text: from the first figure, or the + or bracket before it, to the last; figures 0-9.
        groups: where each group of figures begins and ends in the text.
    """

    text: str
    groups: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> Run:
        """A run that `RUN` has found."""
        return cls(text, tuple(found.span() for found in _GROUP.finditer(text)))

    def part(self, first: int, last: int) -> Run:
        """Groups from `first` up to but without `last`; a + in front stays with the first."""
        start = 0 if first == 0 else self.groups[first][0]
        return Run.of(self.text[start : self.groups[last - 1][1]])

    @property
    def digits(self) -> str:
        """The figures, with the + of an international number in front."""
        return ("+" if self.text.startswith("+") else "") + "".join(self.text[start:end] for start, end in self.groups)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many figures each group has."""
        return tuple(end - start for start, end in self.groups)

    @property
    def signs(self) -> tuple[str, ...]:
        """What stands between the groups, without blanks."""
        return tuple(self.text[a[1] : b[0]].strip() for a, b in zip(self.groups, self.groups[1:]))

    def is_moments(self) -> bool:
        """Whether all of it is dates, times of day, years, amounts and small numbers, with a certain one among them."""
        reached = {(0, False)}
        for at in range(len(self.groups)):
            for sure in (False, True):
                if (at, sure) in reached:
                    reached |= {(end, sure or certain) for end, certain in self._moments(at)}
        return (len(self.groups), True) in reached

    def _moments(self, first: int) -> Iterator[tuple[int, bool]]:
        for last in range(first + 1, min(first + _LONGEST_MOMENT, len(self.groups)) + 1):
            for pattern in (_CERTAIN, _POSSIBLE):
                if self._is_one(pattern, first, last):
                    yield last, pattern is _CERTAIN

    def _is_one(self, pattern: re.Pattern[str], first: int, last: int) -> bool:
        found = pattern.fullmatch(self.text, self.groups[first][0], self.groups[last - 1][1])
        if found is None:
            return False
        sign = next((value for value in found.groupdict().values() if value), None)
        around = {self.signs[at] for at in (first - 1, last - 1) if 0 <= at < len(self.signs)}
        return sign not in around  # 07.40.01.23 is no time of day

    def numbers(self) -> tuple[int, int]:
        """Which groups remain without the certain moments at both ends."""
        first, last = 0, len(self.groups)
        while end := next(
            (one for one in range(first + _LONGEST_MOMENT, first, -1) if one < last and self._is_one(_CERTAIN, first, one)), 0
        ):
            first = end
        while start := next((s for s in range(last - _LONGEST_MOMENT, last) if s > first and self._is_one(_CERTAIN, s, last)), 0):
            last = start
        return first, last

    def is_day_of_pairs(self) -> bool:
        """Whether three pairs can be a day, a month and a year, as 12-10-26 can and 20-45-67 cannot."""
        return self.sizes == (2, 2, 2) and bool(_DAY_OF_PAIRS.fullmatch(self.text))

    def is_year_or_hour(self) -> bool:
        """Whether it is four figures that can be a year or, like 1030, a time of day."""
        return bool(_YEAR_OR_HOUR.fullmatch(self.digits)) and len(self.groups) == 1

    def phone_in_front(self) -> int:
        """How many of the first groups are a telephone number with a 0 or an international code; 0 when none are."""
        sums = {sum(self.sizes[:count]): count for count in range(1, len(self.groups) + 1)}
        if self.digits.startswith(("+", "00")):
            counts = sorted(sums.values(), reverse=True)
            return next((count for count in counts if _INTERNATIONAL.fullmatch(self.part(0, count).digits)), 0)
        return next((sums[size] for size in _UK_PHONE if size in sums), 0) if re.match(r"0[1-9]", self.digits) else 0

    def is_phone(self) -> bool:
        """Whether all of it is a telephone number that shows itself as one."""
        return bool(_WHOLE_PHONE.fullmatch(self.digits))

    def is_card(self) -> bool:
        """Whether the figures have a card number's beginning and length and end in the right check figure.

        Source: ISO/IEC 7812-1, annex B.
        """
        if len(self.digits) not in _CARD_LENGTHS or not _CARD_BEGINS.match(self.digits):
            return False
        doubled = [int(figure) * (1 + at % 2) for at, figure in enumerate(reversed(self.digits))]
        return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0
