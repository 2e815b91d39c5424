"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """An error stops `make lint` and `make run`'s gates; a warning is only listed."""

    level: Literal["error", "warning"]
    where: str
    what: str
