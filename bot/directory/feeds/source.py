"""What every source gives: batches of records, and afterwards whether that was all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.directory.feed_values import identifier

Known = Callable[[Sequence[tuple[str, str]]], "set[str]"]
"""Of (id, last change) pairs the ids that are stored as they are; their own pages need not be fetched."""


@dataclass(frozen=True)
class Listed:
    """One record as a source gives it.

    Attributes:
        record: whole, in the source's own dialect; None when it could not be had or need not be.
        problem: why it cannot be used.
        unchanged: it is stored as it is.
        change: when the source's list says that it changed last.
        passing: what the problem is may be over another time, so that its page has not been read whole.
    """

    id: str
    record: Mapping[str, Any] | None = None
    problem: str | None = None
    unchanged: bool = False
    change: str = ""
    passing: bool = False


@dataclass(frozen=True)
class Batch:
    """Some records.

    Attributes:
        page: the number of the page that they came from; an interrupted scan goes on there.
        total: how many there are in all, as far as the source says.
    """

    listed: tuple[Listed, ...]
    page: int
    total: int | None = None


@dataclass
class Scan:
    """How a reading went; filled while it goes on.

    Attributes:
        ended: the list was followed to its end.
        broken: something on the way could not be had that may be there.
        miscounted: fewer services were listed than the feed counts, and it did not say where its list ends. Some feeds always count
            too many, so that a person who has looked may believe the list.
        notes: what a person should know about the whole of it.
    """

    ended: bool = False
    broken: bool = False
    miscounted: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Everything was read. Only then may what was not seen be withdrawn."""
        return self.is_complete_by_its_list and not self.miscounted

    @property
    def is_complete_by_its_list(self) -> bool:
        """Everything that is listed was read, whatever the feed counts."""
        return self.ended and not self.broken

    def note(self, text: str) -> None:
        """Add a note, once."""
        if text not in self.notes:
            self.notes.append(text)


class Source(Protocol):
    """Where records come from."""

    dialect: str

    def batches(self, scan: Scan, known: Known, begin: int = 1) -> Iterator[Batch]:
        """All batches from a page on; says in `scan` how it went.

        Raises:
            ContentError: nothing of it can be read; nothing has been yielded then.
        """


def nothing_known(_pairs: Sequence[tuple[str, str]]) -> set[str]:
    """Everything is to be read anew."""
    return set()


def id_of(row: Any) -> str:
    """The id of a row of a list; empty for whatever has none."""
    return identifier(row.get("id")) if isinstance(row, Mapping) else ""


def change_of(row: Mapping[str, Any]) -> str:
    """When the source last changed it, in its own words; empty where it does not say."""
    value = row.get("last_modified") or row.get("lastModified") or row.get("updated_at") or row.get("lastmodified")
    return str(value)[:40] if isinstance(value, (str, int)) else ""


def miscounted(total: int, listed: int) -> str:
    """The note on a feed whose count of services is not what it listed."""
    return f"the feed says that it has {total} services; it listed {listed}"
