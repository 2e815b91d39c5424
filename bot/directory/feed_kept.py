"""What is kept of a source's own record: enough to see later what was said, and nobody who was named in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# People and bookkeeping that nobody needs here.
_NOT_KEPT = frozenset({"assurer_email", "pc_metadata", "metadata", "reviews", "contacts", "attention", "assured_by"})
_MASKS = frozenset({"masked", "mask_exact_address"})
_HIDDEN = frozenset({"addresses", "physical_addresses", "address_1", "name", "latitude", "longitude", "geometry", "description"})
_LONGEST, _DEEPEST = 4000, 12
_JSON = json.JSONEncoder(ensure_ascii=False, default=str)
_SUSPECT = tuple(f'"{name}": ' for name in sorted((_NOT_KEPT | _MASKS) - {"contacts"}))


def kept_of(record: Mapping[str, Any]) -> str:
    """The record in JSON, without people, overlong texts cut, and without the place where its address is masked."""
    own = {name: value for name, value in record.items() if name not in _NOT_KEPT}
    contacts = record.get("contacts")
    people = [one for one in contacts if isinstance(one, dict)] if isinstance(contacts, list) else []
    phones = [{"phones": one["phones"]} for one in people if one.get("phones")]
    if phones:
        own["contacts"] = phones
    text = _written(own)
    if len(text) > _LONGEST * 2 or text.count('"contacts": ') > bool(phones) or any(name in text for name in _SUSPECT):
        # Something below is to be left out or cut; most records are written as they are.
        kept = _kept({name: value for name, value in own.items() if name != "contacts"}, 0)
        text = _written({**kept, "contacts": _kept(phones, 1)} if phones else kept)
    return text


def _written(value: Any) -> str:
    return _JSON.encode(value)


def _kept(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        masked = any(value.get(name) is True for name in _MASKS)
        return {name: _kept(one, depth + 1) for name, one in value.items() if name not in _NOT_KEPT and not (masked and name in _HIDDEN)}
    return [_kept(one, depth + 1) for one in value] if isinstance(value, (list, tuple)) else value
