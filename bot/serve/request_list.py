"""`python -m bot callbacks`: requests in the terminal, until there is a desk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.base.errors import BadInput
from bot.callbacks.model import Request
from bot.flows.house import House


def list_requests(house: House, as_json: bool) -> int:
    """Open requests, what is due first on top; never contact details."""
    with house.database.session() as session:
        requests = house.requests.open_requests(session)
    rows = [_row(request) for request in requests]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['reference']}  due {row['promised_by'] or '–'}  {row['area']}  {row['language']}  {row['about'] or '–'}")
    print(f"{len(rows)} open")
    return 0


def open_request(house: House, reference: str, opened_by: str) -> int:
    """One request with its contact details; recorded.

    Raises:
        BadInput: no such request.
    """
    with house.database.session() as session:
        request = house.requests.open_contact(session, reference.strip().upper(), opened_by, house.clock.now())
    if request is None:
        raise BadInput(f"there is no request {reference}")
    contact = asdict(request.contact) if request.contact else {}
    # What keeps the parent safe stands above everything else.
    safe = {name: contact.pop(name, None) for name in ("safe_to_call", "voicemail", "ask_for")}
    print(json.dumps({**safe, **contact, **_row(request)}, ensure_ascii=False, indent=2))
    return 0


def _row(request: Request) -> Mapping[str, Any]:
    return {
        "reference": request.reference,
        "kind": request.kind,
        "area": request.area,
        "language": request.language,
        "interpreter": request.interpreter,
        "about": request.about,
        "wish": asdict(request.wish),
        "created_at": request.created_at.isoformat(),
        "promised_by": request.promised_by.isoformat() if request.promised_by else None,
    }
