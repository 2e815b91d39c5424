"""What a person put right, laid over what a source says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.directory.feeds.change_store import Correction
from bot.directory.model import Service
from bot.directory.store import service_of, values_of


@dataclass(frozen=True)
class Corrected:
    """A service with its corrections.

    Attributes:
        kept: fields in which the person's word stands.
        overruled: fields of which the source says something else than it said then.
    """

    service: Service
    kept: tuple[str, ...]
    overruled: tuple[str, ...]


def corrected(service: Service, corrections: Sequence[Correction]) -> Corrected:
    """A person's word holds for a field until the source says something new about that field."""
    if not corrections:
        return Corrected(service, (), ())
    record = values_of(service)
    kept, overruled, checked = [], [], service.checked_on
    for one in corrections:
        if json.dumps(record.get(one.field), ensure_ascii=False, sort_keys=True) == one.source_value:
            kept.append(one)
            checked = max(checked, one.at.date())
        else:
            overruled.append(one.field)
    for one in kept:
        record[one.field] = json.loads(one.value)
    return Corrected(_checked(service_of(json.dumps(record)), service, checked), tuple(one.field for one in kept), tuple(overruled))


def _checked(whole: Service, source: Service, on: date) -> Service:
    """A person's look at it makes it as fresh as a source's would."""
    later = on - source.checked_on
    return replace(
        whole,
        checked_on=on,
        stale_from=source.stale_from + later if source.stale_from else None,
        review_by=source.review_by + later if source.review_by else None,
    )
