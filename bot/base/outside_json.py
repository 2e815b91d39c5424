"""JSON from anybody, of any shape."""

from __future__ import annotations

import json
from typing import Any


def read_json(body: bytes) -> Any:
    """What a body says; half signs (lone surrogates), which nothing can store or send, are gone.

    Raises:
        ValueError: it is no JSON, or nested deeper than anybody means it.
    """
    try:
        found = json.loads(body)
        if b"\\ud" in body.lower():
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "ignore"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return found
