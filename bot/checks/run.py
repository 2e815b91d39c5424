"""Runs all checks and prints what they find."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.base.clock import SystemClock
from bot.base.errors import ContentError
from bot.checks.catalogues import check_catalogues
from bot.checks.content import check_content
from bot.checks.familiar import check_familiar_words
from bot.checks.finding import Finding
from bot.checks.messages import check_messages


def findings(root: Path, today: date) -> Iterator[Finding]:
    """Of all checks; a file that cannot be read is an error like any other."""
    for check in (check_catalogues, lambda r: check_content(r, today), check_messages, check_familiar_words):
        try:
            yield from check(root)
        except ContentError as error:
            yield Finding("error", str(error.path), str(error))


def run_checks(root: Path) -> int:
    """Print all findings; 1 when there is an error among them."""
    found = list(findings(root, SystemClock().today()))
    for finding in found:
        print(f"{finding.level}: {finding.where}: {finding.what}")
    errors = sum(finding.level == "error" for finding in found)
    print(f"{errors} errors, {len(found) - errors} warnings")
    return 1 if errors else 0
