"""`python -m bot import-directory`: one source, or every configured feed that is due. `export-directory`, `translate-directory`."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.base.errors import BadInput, KinlineError
from bot.directory.feeds import store
from bot.directory.feeds.config import ConfiguredFeed, load_feeds
from bot.directory.feeds.importer import FeedName
from bot.directory.feeds.importer import Progress as Told
from bot.directory.feeds.places import name_of, opened
from bot.directory.feeds.report import ImportReport, printable
from bot.flows import translate_directory as flow
from bot.flows.areas import published_areas
from bot.flows.house import House
from bot.replies.machine import machine_of
from bot.serve.directory_verbs import limits_of, refresh_calendars

logger = logging.getLogger(__name__)


def import_directory(house: House, options: argparse.Namespace) -> int:
    """Import and say what happened; 0 only when everything was read whole and nothing waits for a person.

    Raises:
        BadInput: neither a source nor `--all`, or an unknown area.
        ContentError: the source cannot be read at all.
    """
    if bool(options.source) == bool(options.all):
        raise BadInput("give one SOURCE (a web address, a folder or a CSV file), or --all")
    if options.all:
        return _import_all(house, options)
    area = options.area or house.settings.area
    if area not in house.areas:
        raise BadInput(f"no area {area}; there are {', '.join(house.areas)}")
    known = _configured(house, [area])
    own = next((one for one in known if options.source in (one.source, one.feed.name.rpartition(":")[2])), None)
    configured = own or _typed_in(house, options, area)
    report = _import_one(house, configured, options)
    _print(report, as_json=options.json)
    return 0 if report.succeeded else 1


def export_directory(house: House, options: argparse.Namespace) -> int:
    """Write the directory into a folder and say how much it is.

    Raises:
        BadInput: an unknown area.
        ContentError: the folder holds something else, or cannot be written.
    """
    if options.area and options.area not in house.areas:
        raise BadInput(f"no area {options.area}; there are {', '.join(house.areas)}")
    areas = [options.area] if options.area else published_areas(house.areas, house.settings.area)
    written = house.directory.publisher(areas).write(Path(options.folder))
    print(f"{written} services of {', '.join(areas)} written to {options.folder}")
    return 0


def translate_directory(house: House, options: argparse.Namespace) -> int:
    """Translate into each language and say how much there is; 0 only when nothing failed.

    Raises:
        BadInput: no server, or a language that is none of ours or has no machine.
    """
    machine = machine_of(house.settings.translator_url, house.settings.translator_key)
    if machine is None:
        raise BadInput("no translator: put the address of your own LibreTranslate server into TRANSLATOR_URL in .env")
    codes = [code.strip() for code in options.to.split(",") if code.strip()]
    for code in codes:
        if code not in house.languages or code == "en" or "-" in code:
            raise BadInput(f"{code!r} cannot be translated into by machine; use codes of translations/languages.yml such as ur,pl")
    areas = [options.area] if options.area else list(house.areas)
    whole = True
    for code in codes:
        report = flow.translate_directory(house, machine, code, areas)
        print(f"{code}: {report.made} made, {report.there} were there")
        for problem, number in sorted(report.problems.items()):
            print(f"{code}: {number} left in English: {problem}")
        whole = whole and report.complete and not any(problem.startswith("the server") for problem in report.problems)
    return 0 if whole else 1


def _typed_in(house: House, options: argparse.Namespace, area: str) -> ConfiguredFeed:
    shrink = house.settings.import_most_shrink_percent / 100
    source = options.source
    return ConfiguredFeed(FeedName(name_of(source, area), area, source, options.provider, options.licence, None, shrink), source, 24)


def _import_all(house: House, options: argparse.Namespace) -> int:
    """Each feed on its own: one that fails does not keep the others from being read."""
    areas = [options.area] if options.area else list(house.areas)
    configured = _configured(house, areas)
    # Organisers' calendars go with the schedule: their servers are only asked whether anything has changed.
    calendars_read = refresh_calendars(house)
    if not configured:
        print("no feeds are configured: write content/areas/<area>/feeds.yml (docs/directory.md)", file=sys.stderr)
        return 0 if calendars_read else 1
    reports = []
    for one in configured:
        if not options.now and not one.is_due(_completed_at(house, one), house.clock.now()):
            continue
        try:
            report = _import_one(house, one, options)
        except KinlineError as error:
            report = ImportReport(one.feed.name, notes=[str(error)])
        except Exception as error:  # whatever is wrong with one feed, the others are read
            logger.exception("%s could not be imported", one.feed.name)
            report = ImportReport(one.feed.name, notes=[f"stopped by a fault in this program ({type(error).__name__}); please report it"])
        reports.append(report)
    if options.json:
        print(f"[{', '.join(report.as_text for report in reports)}]")
    else:
        for report in reports:
            print(report.feed)
            _print(report, as_json=False)
        print(f"{len(reports)} of {len(configured)} feeds were due")
    return 0 if calendars_read and all(report.succeeded for report in reports) else 1


def _configured(house: House, areas: list[str]) -> list[ConfiguredFeed]:
    folder = house.settings.content_dir / "areas"
    return [one for area in areas for one in load_feeds(folder / area, house.settings.import_most_shrink_percent)]


def _completed_at(house: House, one: ConfiguredFeed) -> datetime | None:
    with house.database.session() as session:
        row = store.feed_row(session, one.feed.name)
    return row["completed_at"] if row else None


def _import_one(house: House, one: ConfiguredFeed, options: argparse.Namespace) -> ImportReport:
    with opened(one.source, limits_of(house)) as source, _progress(one.feed.name) as told:
        return house.directory.importer(one.feed.area).run(one.feed, source, accept_shrink=options.accept_shrink, progress=told)


@contextmanager
def _progress(name: str) -> Iterator[Told]:
    """A bar on standard error, when somebody looks at it."""
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"), TimeElapsedColumn(),
    )  # fmt: skip
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name.rpartition(":")[2], total=None, counts="")

        def told(report: ImportReport, total: int | None) -> None:
            counts = f"+{report.added} ~{report.changed} ={report.unchanged} !{len(report.refused)}"
            bar.update(task, completed=report.read, total=max(total or 0, report.read) or None, counts=counts)

        yield told


def _print(report: ImportReport, *, as_json: bool) -> None:
    if as_json:
        print(report.as_text)
        return
    for line in report.lines():
        print(printable(line))
