"""Ages as people write them: years where nothing else is said, and months for babies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.base.text import fold

_AGE = re.compile(
    r"(?:from |under |up to )?(\d{1,3}(?:\.\d+)?) ?(?:(m|mths?|mos?|months?)|(w|wks?|weeks?)|y|yrs?|years?)?(?: olds?| of age)?"
)
_WEEKS_IN_MONTH = 52 / 12


@dataclass(frozen=True)
class Age:
    """An age in months.

    Attributes:
        whole_years: it was said in years, so that it lasts until the next birthday.
        below: said as `under 5`, so that it is not reached any more.
    """

    months: float
    whole_years: bool = False
    below: bool = False

    @property
    def last_month(self) -> int:
        """The last month of life that is still of this age."""
        if self.below:
            return max(int(self.months) - 1, 0)
        return int(self.months) + (11 if self.whole_years else 0)


def age_in_words(text: str) -> Age | None:
    """`18 months`, `6 weeks`, `2 yrs`, `under 5`; `birth` is nought, and None is what is no age."""
    folded = fold(text)
    if folded in {"birth", "from birth", "newborn"}:
        return Age(0)
    match = _AGE.fullmatch(folded)
    if match is None:
        return None
    count, in_months, in_weeks = float(match.group(1)), match.group(2), match.group(3)
    months = count if in_months else count / _WEEKS_IN_MONTH if in_weeks else count * 12
    return Age(months, not in_months and not in_weeks and count == int(count), folded.startswith("under"))
