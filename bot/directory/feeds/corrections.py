"""What a person put right, laid over what a source says."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from bot.directory.feeds import change_store
from bot.directory.feeds.change_store import Correction
from bot.directory.model import Service
from bot.directory.store import service_of, values_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Corrected:
    """A service with its corrections.

    Attributes:
        kept: fields in which the person's word stands.
        overruled: fields of which the source says something else than it said then.
        reread: corrections of fields that are read otherwise now although the source is as it was; to be kept anew.
    """

    service: Service
    kept: tuple[str, ...]
    overruled: tuple[str, ...]
    reread: tuple[Correction, ...] = ()


def corrected(service: Service, corrections: Sequence[Correction], *, is_same_source: bool = False) -> Corrected:
    """A person's word holds for a field until the source says something new about that field.

    Args:
        is_same_source: the source says word for word what it said last; what differs comes from our own reading of it.
    """
    if not corrections:
        return Corrected(service, (), ())
    record = values_of(service)
    kept, overruled, reread, checked = [], [], [], service.checked_on
    for one in corrections:
        said = json.dumps(record.get(one.field), ensure_ascii=False, sort_keys=True)
        if said == one.source_value or is_same_source:
            kept.append(one)
            checked = max(checked, one.at.date())
            reread += [replace(one, source_value=said)] if said != one.source_value else []
        else:
            overruled.append(one.field)
    for one in kept:
        record[one.field] = json.loads(one.value)
    whole = _checked(service_of(json.dumps(record)), service, checked)
    return Corrected(whole, tuple(one.field for one in kept), tuple(overruled), tuple(reread))


def put_right(session: Session, services: Sequence[Service]) -> list[Service]:
    """Services of the repository with what people corrected; what their file says otherwise since counts, and is logged."""
    found = change_store.corrections(session, [one.id for one in services])
    results = [corrected(one, found.get(one.id, ())) for one in services]
    for one in results:
        for name in one.overruled:
            change_store.drop_correction(session, one.service.id, name)
            logger.warning("%s: %s was put right by a person, but its file has changed since, so the file counts", one.service.id, name)
    return [one.service for one in results]


def _checked(whole: Service, source: Service, on: date) -> Service:
    """A person's look at it makes it as fresh as a source's would."""
    later = on - source.checked_on
    return replace(
        whole,
        checked_on=on,
        stale_from=source.stale_from + later if source.stale_from else None,
        review_by=source.review_by + later if source.review_by else None,
    )
