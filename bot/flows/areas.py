"""An area's branding, opening hours and offers, from `content/areas/<area>/area.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from bot.base.errors import ContentError, SettingsError
from bot.base.yaml_files import line_of, read_yaml
from bot.callbacks.model import CALL_WANTED, OpeningHours
from bot.callbacks.opening import read_opening_hours

OfferKind = Literal["sign_up", "volunteer"]
ASKS = ("child_age_months", CALL_WANTED)


@dataclass(frozen=True)
class Offer:
    """Something that parents of an area can sign up for.

    Attributes:
        asks: questions put before it is stored: child_age_months, call_back_wanted.
        kind: of the request that it becomes at the desk: a sign-up, or volunteering.
    """

    id: str
    name: str
    for_whom: str
    asks: tuple[str, ...]
    kind: OfferKind = "sign_up"


@dataclass(frozen=True)
class Area:
    """A partnership's patch.

    Attributes:
        fictional: for demonstrations; every card says so.
        colours: `primary` and `on_primary` as CSS colours.
    """

    id: str
    name: str
    fictional: bool
    assistant_name: str
    run_by: str
    colours: Mapping[str, str]
    opening: OpeningHours
    offers: tuple[Offer, ...]


def load_areas(folder: Path, own: str) -> dict[str, Area]:
    """All areas by id.

    Raises:
        ContentError: a broken area file.
        SettingsError: `own`, the installation's area, is not among them.
    """
    areas = {path.parent.name: _read(path) for path in sorted(folder.glob("*/area.yml"))}
    if own not in areas:
        raise SettingsError(f"KINLINE_AREA is {own!r}; choose one of: {', '.join(areas) or 'none found'}")
    return areas


def published_areas(areas: Mapping[str, Area], own: str) -> list[str]:
    """Areas whose directory is given out as a feed: the installation's own, and the others that are not made up."""
    return [area.id for area in areas.values() if area.id == own or not area.fictional]


def _read(path: Path) -> Area:
    entry: dict[str, Any] = read_yaml(path) or {}
    missing = [n for n in ("id", "name", "assistant_name", "run_by", "colours", "opening") if not entry.get(n)]
    if missing:
        raise ContentError(path, 1, f"lacks {', '.join(missing)}", "compare with another area's area.yml")
    try:
        opening = read_opening_hours(entry["opening"])
    except (ValueError, TypeError) as error:
        raise ContentError(
            path, line_of(path, "opening:"), f"opening hours: {error}", 'write days like `mon: [["09:00", "12:30"]]`'
        ) from error
    offers = tuple(_offer(path, offer) for offer in entry.get("offers", ()) if offer.get("active"))
    return Area(
        entry["id"], entry["name"], bool(entry.get("fictional")), entry["assistant_name"], entry["run_by"],
        entry["colours"], opening, offers,
    )  # fmt: skip


def _offer(path: Path, offer: Mapping[str, Any]) -> Offer:
    kind, asks = offer.get("kind", "sign_up"), tuple(offer.get("asks", ()))
    line = line_of(path, str(offer.get("id", "offers:")))
    if lacks := [name for name in ("id", "name", "for_whom") if not offer.get(name)]:
        raise ContentError(path, line, f"an offer lacks {', '.join(lacks)}", "compare with another area's offers")
    if kind not in get_args(OfferKind):
        raise ContentError(path, line, f"an offer is of the kind {kind!r}", f"choose one of: {', '.join(get_args(OfferKind))}")
    if unknown := [ask for ask in asks if ask not in ASKS]:
        raise ContentError(path, line, f"an offer asks for {', '.join(map(repr, unknown))}", f"choose from: {', '.join(ASKS)}")
    return Offer(offer["id"], offer["name"], offer["for_whom"], asks, kind)
