"""The first look at a parent's words, before anything of them is stored: danger, and numbers that are not ours to keep."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.base.sealing import Sealer, new_reference
from bot.base.text import MAX_CHARACTERS, clean
from bot.privacy.numbers import Protected, Refused, protect, refused_in
from bot.safety.phrases import PhraseBook
from bot.safety.rules import Danger, findings, most_urgent

logger = logging.getLogger(__name__)

_LOOKED_AT = 4 * MAX_CHARACTERS
_OVERLAP = 200
"""Letters that two pieces share, so that no sentence about danger is cut in two."""

Confirm = Callable[[str, Sequence[Danger]], "Danger | None"]
"""The second line: which of the dangers that the lists saw in a text is one; None when none is."""


@dataclass(frozen=True)
class Seen:
    """Words that may be stored, and what was found in them.

    Attributes:
        text: with marks and tokens in place of numbers.
        refused: what was typed that the service never keeps.
        numbers: token and sealed telephone number of each token in the text; to be stored with it.
        too_long: only the beginning and the end were read.
    """

    text: str
    danger: Danger | None = None
    refused: tuple[Refused, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    too_long: bool = False

    def as_body(self) -> dict[str, Any]:
        """Plain values for the inbox; the numbers are stored apart."""
        danger = [self.danger.kind, self.danger.language, self.danger.phrase] if self.danger else None
        return {"text": self.text, "danger": danger, "refused": list(self.refused), "too_long": self.too_long}


def from_body(body: Mapping[str, Any]) -> Seen:
    """What `as_body` wrote."""
    danger: Sequence[Any] | None = body.get("danger")
    return Seen(
        body.get("text") or "", Danger(*danger) if danger else None, tuple(body.get("refused") or ()), (), bool(body.get("too_long"))
    )


def danger_in(text: str, phrases: PhraseBook, confirm: Confirm | None) -> Danger | None:
    """What the lists see and the second line does not calm; where that is away or fails, the lists have the last word."""
    found = findings(text, phrases) if text else []
    if found and confirm is not None:
        try:
            return confirm(text, found)
        except Exception as error:  # noqa: BLE001 - whatever it is, a cry for help must be answered
            logger.error("the second line of danger failed with %s, the lists decide", type(error).__name__)
    return most_urgent(found)


def _pieces(text: str) -> list[str]:
    """What danger is looked for in: more of a long message than is kept, piece by piece."""
    whole = clean(text, _LOOKED_AT).lstrip("/ ")
    return [whole[max(0, at - _OVERLAP) : at + MAX_CHARACTERS] for at in range(0, max(len(whole), 1), MAX_CHARACTERS)]


def look_at(text: str, phrases: PhraseBook, sealer: Sealer, confirm: Confirm | None = None) -> Seen:
    """Needs no network, database or model file, and does not fail for any text."""
    danger = next((found for piece in _pieces(text) if (found := danger_in(piece, phrases, confirm))), None)
    protected, numbers = _protected(text, sealer, frozenset())
    return Seen(protected.text, danger, protected.refused, numbers, len(text) > MAX_CHARACTERS)


def look_again(seen: Seen, text: str, sealer: Sealer, earlier: Iterable[str]) -> Seen:
    """The same message, knowing what came just before it: the rest of a refused number is refused too.

    Args:
        text: the message as it was typed.
        earlier: the parent's last messages as they are stored.
    """
    refused = refused_in(earlier)
    if not refused or not seen.text:
        return seen
    protected, numbers = _protected(text, sealer, refused)
    return replace(seen, text=protected.text, refused=protected.refused, numbers=numbers)


def _protected(text: str, sealer: Sealer, earlier: frozenset[Refused]) -> tuple[Protected, tuple[tuple[str, str], ...]]:
    numbers: list[tuple[str, str]] = []

    def keep(digits: str) -> str:
        numbers.append((new_reference(8), sealer.seal(digits)))
        return numbers[-1][0]

    return protect(clean(text).lstrip("/ "), keep, earlier), tuple(numbers)


def language_of_danger(seen: Seen, so_far: str | None) -> str:
    """In which language to answer danger when there is no time to find out.

    The chat's own, unless the parent has just written in another one; an English phrase can stand in any chat.
    """
    written = seen.danger.language if seen.danger else "en"
    # The Urdu list holds both spellings, and who has chosen one keeps it.
    if so_far and (written == "en" or written == so_far.split("-")[0]):
        return so_far
    return "ur-Latn" if written == "ur" and seen.text.isascii() else written
