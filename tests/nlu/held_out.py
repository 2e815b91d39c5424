"""The messages that understanding is measured on; nothing is ever trained on them.

`tests/nlu/<language>/intents.yml`, `dangers.yml` (each with its `kind`: explicit, veiled or buried),
`alarming_harmless.yml` and `ordinary.yml`: a list `messages` of `{intent, text}`. A folder of one's own
in the same shape can be read in their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.base.settings import ROOT
from bot.base.yaml_files import read_yaml

CODES = ("en", "pl", "ur", "ar", "ro", "ckb", "ur-Latn")
FOLDER = ROOT / "tests" / "nlu"
_OLDER = {"intents": "messages"}
"""The name a set had before."""


@dataclass(frozen=True)
class HeldOut:
    """One message and what it means.

    Attributes:
        kind: of a danger, how openly it is said; empty for other messages.
    """

    language: str
    intent: str
    text: str
    kind: str = ""

    @property
    def is_danger(self) -> bool:
        """Whether it must be taken for danger."""
        return self.intent.startswith("crisis_")


def read_set(name: str, language: str, folder: Path = FOLDER) -> list[HeldOut]:
    """The messages of one set and language; empty when there are none."""
    for known_as in (name, _OLDER.get(name)):
        path = folder / language / f"{known_as}.yml"
        if known_as and path.exists():
            entries = read_yaml(path)["messages"]
            return [HeldOut(language, entry["intent"], entry["text"], entry.get("kind", "")) for entry in entries]
    return []
