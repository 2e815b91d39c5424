"""What is kept of a source's own record: enough to see later what was said, and nobody who was named in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# People and bookkeeping that nobody needs here.
_NOT_KEPT = frozenset({"assurer_email", "pc_metadata", "metadata", "reviews", "contacts", "attention", "assured_by"})
_HIDDEN = frozenset({"addresses", "physical_addresses", "address_1", "name", "latitude", "longitude", "geometry", "description"})
_LONGEST, _DEEPEST = 4000, 12


def kept_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without people, overlong texts cut, and without the place where its address is masked."""
    contacts = record.get("contacts")
    people = [one for one in contacts if isinstance(one, Mapping)] if isinstance(contacts, list) else []
    phones = [{"phones": one["phones"]} for one in people if one.get("phones")]
    kept: dict[str, Any] = _kept(record, 0)
    return {**kept, "contacts": _kept(phones, 1)} if phones else kept


def _kept(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
    if depth > _DEEPEST:
        return None
    if isinstance(value, Mapping):
        masked = value.get("masked") is True or value.get("mask_exact_address") is True
        return {name: _kept(one, depth + 1) for name, one in value.items() if name not in _NOT_KEPT and not (masked and name in _HIDDEN)}
    return [_kept(one, depth + 1) for one in value] if isinstance(value, (list, tuple)) else value
