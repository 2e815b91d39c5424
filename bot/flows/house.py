"""Every room, opened once, as the doors are given them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from bot.base.clock import Clock
from bot.base.db import Database
from bot.base.encoder import load_encoder
from bot.base.languages import Languages, load_languages
from bot.base.quantities import localised
from bot.base.sealing import Sealer
from bot.base.settings import ROOT, Settings
from bot.callbacks.entry_store import EntryStore
from bot.callbacks.store import RequestStore
from bot.delivery.templates import Templates, load_templates
from bot.directory.directory import Directory
from bot.directory.open_referral import Freshness
from bot.flows.areas import Area, load_areas
from bot.flows.check_words import CheckWords, load_check_words
from bot.healthy_start.loader import load_rule_pack
from bot.healthy_start.model import RulePack
from bot.library.loader import Library, load_library
from bot.replies.catalogue import Catalogue, load_catalogue
from bot.safety.phrases import PhraseBook, load_phrase_book


@dataclass(frozen=True)
class House:
    """The rooms and what they stand on."""

    settings: Settings
    clock: Clock
    database: Database
    sealer: Sealer
    languages: Languages
    library: Library
    catalogue: Catalogue
    phrases: PhraseBook
    directory: Directory
    healthy_start: RulePack
    requests: RequestStore
    entries: EntryStore
    areas: Mapping[str, Area]
    templates: Templates
    check_words: Mapping[str, CheckWords]
    _facts_of_day: dict[tuple[str, date], Mapping[str, str]] = field(default_factory=dict)
    """Every bubble asks for them; a day's are made once. A year of days in seven languages is some megabytes."""

    def facts(self, code: str = "en") -> Mapping[str, str]:
        """Values that may be stated today, by fact id; lengths of time in the words of a language."""
        today = self.clock.today()
        if (code, today) not in self._facts_of_day:
            language = self.languages.get(code)
            values = {name: localised(value, language) for name, value in self.library.current_facts(today).items()}
            self._facts_of_day[(code, today)] = MappingProxyType(values)
        return self._facts_of_day[(code, today)]

    def area(self, area_id: str | None) -> Area:
        """The area of an id; the installation's own for an unknown one."""
        return self.areas.get(area_id or "") or self.areas[self.settings.area]


def open_house(settings: Settings, database: Database) -> House:
    """Read all content and open the rooms.

    Raises:
        ContentError: a content, catalogue or phrase file is broken.
        SettingsError: the installation's area does not exist, or the key is none.
    """
    clock = settings.clock()
    languages = load_languages_of(settings)
    codes = [language.code for language in languages]
    library = load_library(settings.content_dir, codes)
    areas = load_areas(settings.content_dir / "areas", settings.area)
    freshness = Freshness(settings.stale_after_days, settings.withheld_after_days)
    directory = Directory(database, clock, settings.content_dir, cache(load_encoder), freshness)
    directory.load_content(library.current_facts(clock.today()), frozenset(library.facts))
    sealer = Sealer(settings.key)
    return House(
        settings=settings,
        clock=clock,
        database=database,
        sealer=sealer,
        languages=languages,
        library=library,
        catalogue=load_catalogue(ROOT / "domain.yml", settings.translations_dir, languages),
        phrases=load_safety(settings.content_dir, library),
        directory=directory,
        healthy_start=load_rule_pack(settings.content_dir / "healthy_start.yml"),
        requests=RequestStore(sealer),
        entries=EntryStore(sealer),
        areas=areas,
        templates=load_templates(settings.content_dir / "whatsapp_templates.yml", at_twilio=settings.twilio is not None),
        check_words=load_check_words(settings.content_dir),
    )


def load_languages_of(settings: Settings) -> Languages:
    """The languages of this installation."""
    return load_languages(settings.translations_dir / "languages.yml")


def load_safety(content_dir: Path, library: Library) -> PhraseBook:
    """The danger lists with their fixed replies; numbers in them never go out of date."""
    values = {fact.id: fact.value for fact in library.facts.values()}
    return load_phrase_book(content_dir / "safety", values)
