"""The directory's texts translated ahead of time, so that nobody waits for a machine in a conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.directory.model import Service
from bot.flows.house import House
from bot.replies import store
from bot.replies.machine import VERSION, Machine

_AT_ONCE = 40
_SOURCE = "en"


@dataclass
class TranslationReport:
    """What was done for one language.

    Attributes:
        problems: why there is no translation → of how many texts.
    """

    language: str
    made: int = 0
    there: int = 0
    problems: dict[str, int] = field(default_factory=dict)
    complete: bool = True


def texts_of(service: Service) -> dict[str, str]:
    """Field → the provider's own words in it, which a parent may be shown in their language."""
    texts = {"summary": service.summary, "how_to_join": service.how_to_join, "for_whom": service.for_whom}
    found = {name: text for name, text in texts.items() if text}
    return {**found, **{f"access {number}": text for number, text in enumerate(service.access)}}


def translated(house: House, service: Service, language: str) -> Mapping[str, str]:
    """Text → its machine translation, for the texts of a service that have one in a language."""
    if language == _SOURCE:
        return {}
    with house.database.session() as session:
        return store.translations(session, texts_of(service).values(), _SOURCE, language)


def translate_directory(
    house: House, machine: Machine, language: str, areas: Sequence[str], told: Callable[[TranslationReport], None] = lambda _report: None
) -> TranslationReport:
    """Translate what has not been translated yet; what is stored already costs nothing.

    Stops when the server rests after failing again and again; what was made until then is kept.
    """
    report = TranslationReport(language)
    for services in house.directory.offered_in(areas):
        wanted = _wanted(services)
        with house.database.session() as session:
            there = store.stored(session, wanted, _SOURCE, language, machine.provider.name, VERSION)
        report.there += len(there)
        for some in _in_parts([one for one in wanted.items() if one[0] not in there]):
            made = dict(zip((text for text, _names in some), machine.translate_all(some, _SOURCE, language)))
            good = {text: one.text for text, one in made.items() if one.text}
            for one in made.values():
                if one.problem:
                    report.problems[one.problem] = report.problems.get(one.problem, 0) + 1
            with house.database.session() as session:
                store.put(session, good, _SOURCE, language, machine.provider.name, VERSION, house.clock.now())
            report.made += len(good)
            told(report)
            if machine.is_resting:
                report.complete = False
                return report
    return report


def _wanted(services: Sequence[Service]) -> dict[str, tuple[str, ...]]:
    """Text → the names in it that must not change."""
    wanted: dict[str, tuple[str, ...]] = {}
    for service in services:
        names = (service.name, *service.also_called, service.organisation or "", *(service.address or "").split(", "))
        for text in texts_of(service).values():
            wanted.setdefault(text, tuple(name for name in names if name))
    return wanted


def _in_parts(texts: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[Sequence[tuple[str, tuple[str, ...]]]]:
    return (texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE))
