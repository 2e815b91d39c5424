"""What an import did, for a person and for a machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.directory.open_referral import Refused

_MOST_EXAMPLES = 3


@dataclass
class Cleaned:
    """How often a kind of slip was met, and where first."""

    number: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass
class ImportReport:
    """Counts and reasons; filled while the import goes on.

    Attributes:
        feed: its name.
        complete: the feed was read to its end; only then is anything withdrawn.
        needs_person: why it stopped for somebody to look; None when it did not.
        without_topic: names of services that fit no line of the categories' table.
        kept_corrections: what a person put right and the import left alone.
        overruled: what a person put right and the source has changed since.
        taken_over: services that another feed gave before.
        cleaned: what made no sense and was left out of records that are used otherwise, by kind.
        notes: what else somebody should know.
    """

    feed: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    refused: list[Refused] = field(default_factory=list)
    without_topic: list[str] = field(default_factory=list)
    kept_corrections: list[str] = field(default_factory=list)
    overruled: list[str] = field(default_factory=list)
    taken_over: int = 0
    cleaned: dict[str, Cleaned] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    complete: bool = False
    needs_person: str | None = None

    def clean(self, kind: str, record_id: str, value: str) -> None:
        """Count something that was left out, and keep the first few as examples."""
        entry = self.cleaned.setdefault(kind, Cleaned())
        entry.number += 1
        if len(entry.examples) < _MOST_EXAMPLES:
            entry.examples.append(f"{value} ({record_id})")

    @property
    def kept(self) -> int:
        """Records that were there before."""
        return self.changed + self.unchanged

    @property
    def read(self) -> int:
        """Records so far."""
        return self.added + self.changed + self.unchanged + len(self.refused)

    @property
    def succeeded(self) -> bool:
        """Whether nothing is left for a person to do."""
        return self.complete and self.needs_person is None

    def as_json(self) -> dict[str, Any]:
        """Everything, plainly."""
        return {
            "feed": self.feed,
            "complete": self.complete,
            "needs_person": self.needs_person,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "withdrawn": self.withdrawn,
            "refused": [{"id": one.id, "reason": one.reason} for one in self.refused],
            "without_topic": self.without_topic,
            "kept_corrections": self.kept_corrections,
            "overruled": self.overruled,
            "taken_over": self.taken_over,
            "cleaned": {kind: vars(entry) for kind, entry in self.cleaned.items()},
            "notes": self.notes,
        }

    @property
    def as_text(self) -> str:
        """Everything in JSON, on one line."""
        return printable(json.dumps(self.as_json(), ensure_ascii=False))

    def lines(self) -> Iterator[str]:
        """For a terminal, the counts first."""
        counts = (("added", self.added), ("changed", self.changed), ("unchanged", self.unchanged), ("withdrawn", self.withdrawn))
        yield ", ".join(f"{name} {number}" for name, number in (*counts, ("refused", len(self.refused))))
        yield from (f"refused {one.id}: {one.reason}" for one in self.refused)
        yield from (f"in no topic, so not searched: {name}" for name in self.without_topic)
        yield from (f"kept as a person put it right: {one}" for one in self.kept_corrections)
        yield from (f"put right by a person, but the source has changed since, so the source counts: {one}" for one in self.overruled)
        yield from (f"left out {one.number} times, {kind}: {'; '.join(one.examples)}" for kind, one in self.cleaned.items())
        if self.taken_over:
            yield f"{self.taken_over} services were in the directory from another source, and are this feed's now"
        yield from (f"note: {note}" for note in self.notes)
        if not self.complete:
            yield "not complete: nothing was withdrawn; run it again"
        if self.needs_person:
            yield f"stopped for a person: {self.needs_person}"


def printable(text: str) -> str:
    """The same text as it can be stored and printed: half a pair of surrogates, which no encoding knows, is a question mark."""
    return text.encode("utf-8", "replace").decode()
