"""`python -m bot callbacks`: requests in the terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.base.errors import BadInput
from bot.callbacks.model import CASES, Request
from bot.flows.house import House
from bot.staff import record_store


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
    """One request with its contact details; it stands in the desk's audit.

    Raises:
        BadInput: no such request; a safeguarding case is none here either.
    """
    with house.database.session() as session:
        read = house.requests.get_sealed(session, reference.strip().upper())
        if read is None or read.request.kind in CASES:
            raise BadInput(f"there is no request {reference}")
        request = house.requests.unseal(read.request, read.sealed)
        detail = f"contact details opened by {opened_by[:60]}"
        record_store.audit(session, house.clock.now(), record_store.TERMINAL, "callbacks --open", request.reference, detail)
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
        "wish": request.wish.as_plain(),
        "created_at": request.created_at.isoformat(),
        "promised_by": request.promised_by.isoformat() if request.promised_by else None,
    }
