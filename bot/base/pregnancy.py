"""How long a pregnancy lasts, in whole weeks as midwives count them."""

from __future__ import annotations

TERM_WEEKS = 40
"""On the day on which the baby is due."""
LAST_WEEK = 42
"""A larger number of weeks is taken for something else."""
