"""The UUID under which something is known outside."""

from __future__ import annotations

import re
from uuid import UUID, uuid5

SPACE = UUID("0d7f6e5c-0d3e-5a44-8a3b-2f6a0c1b7e55")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def public_id(own: str) -> str:
    """Our own id where that is a UUID, else one that is made of it."""
    try:
        return str(UUID(own))
    except ValueError:
        return str(uuid5(SPACE, own))


def other_public_id(own: str) -> str | None:
    """The public id where it is another than our own."""
    return None if _UUID.fullmatch(own) else public_id(own)
