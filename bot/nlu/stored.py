"""Models on disk as one JSON and one npz file: no pickles, nothing that runs when it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def write_model(folder: Path, values: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write both files."""
    (folder / "values.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    np.savez(folder / "arrays.npz", **arrays)


def read_model(folder: Path) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Read both files."""
    values = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
        return values, {name: stored[name] for name in stored.files}
