"""What the library holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Fact:
    """One value that parents are told, with where it came from.

    Attributes:
        kind: phone, url, email, text, amount, hours, address, date or duration.
        review_by: the last day on which it is stated as true.
        always_stated: emergency numbers, which are better old than absent, and this service's own rules.
    """

    id: str
    value: str
    kind: str
    source: str
    checked_on: date
    review_by: date
    always_stated: bool = False

    def is_overdue(self, on: date) -> bool:
        """Whether somebody should have looked at it again."""
        return on > self.review_by

    def is_current(self, on: date) -> bool:
        """Whether it may be stated on that day."""
        return self.always_stated or not self.is_overdue(on)


@dataclass(frozen=True)
class Topic:
    """A longer answer in one language.

    Attributes:
        paragraphs: Markdown, each able to stand alone; facts as `{fact:id}`.
        language: the code of the words, English where the one asked for has none.
    """

    id: str
    language: str
    title: str
    paragraphs: tuple[str, ...]
    facts: tuple[str, ...]
    checked_on: date
    review_by: date
    reviewed: bool
