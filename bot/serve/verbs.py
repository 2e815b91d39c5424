"""The verbs of `python -m bot`; each loads what it needs when it runs."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from bot.base.settings import ROOT, Settings, load_settings
from bot.serve.desk_options import add_desk_verbs
from bot.serve.hand_options import add_hand_verbs


def add_verbs(verbs: Any) -> None:
    """Put all verbs and their options on the parser."""
    _verb(verbs, "parse", parse, "JSON lines {text} on standard input → language, danger, intent, entities")
    _verb(verbs, "talk", talk, "JSON lines {sender, text | press} on standard input → replies")
    _verb(verbs, "chat", chat, "a conversation in the terminal").add_argument("--area")
    _verb(verbs, "serve", serve, "the service: chat page and what goes with it")
    _verb(verbs, "train", train, "train the model if anything that it rests on has changed").add_argument("--force", action="store_true")
    _verb(verbs, "set-up", set_up, "write .env, bring the database up to date")
    callbacks = _verb(verbs, "callbacks", show_callbacks, "open requests, without contact details")
    callbacks.add_argument("--json", action="store_true")
    callbacks.add_argument("--open", metavar="REFERENCE", help="one request with its contact details; who looked is recorded")
    callbacks.add_argument("--as", dest="opened_by", default=os.environ.get("USER", "command line"), help="who is looking")
    righted = _verb(verbs, "put-right", put_right, "close a report of something wrong and tell the parent who made it")
    righted.add_argument("reference")
    righted.add_argument("--say-nothing", action="store_true", help="nothing was wrong: close it without a word")
    _verb(verbs, "purge", purge, "delete what has been kept for long enough")
    telegram_verb = _verb(verbs, "telegram", telegram, "set-webhook: tell Telegram where to deliver, and write the menu of commands")
    telegram_verb.add_argument("action", choices=["set-webhook"])
    listed = _verb(verbs, "deliveries", deliveries, "messages that did not surely arrive, without their words")
    listed.add_argument("--again", type=int, metavar="NUMBER", help="send a dead message again")
    _verb(verbs, "send-updates", send_updates, "write to everybody who has asked for regular messages about what is on")
    _verb(verbs, "check", check, "check content, catalogues, word lists and training messages")
    _verb(verbs, "words", words, "bring the catalogues up to date with domain.yml, and familiar_words.txt with data/nlu")
    add_desk_verbs(_verb(verbs, "desk", desk, "the connectors' desk: accounts, demonstration requests, its own process"))
    _search_verb(verbs)
    _directory_verbs(verbs)


def _verb(verbs: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


def _directory_verbs(verbs: Any) -> None:
    text = "bring the directory up to date with a feed (address, saved pages, HSDS tables, or a sheet), or with all that are due"
    parser = _verb(verbs, "import-directory", import_directory, text)
    parser.add_argument("source", nargs="?", help="web address, folder or CSV file")
    parser.add_argument("--area", default=None, help="an area of content/areas; the installation's own when left out")
    parser.add_argument("--all", action="store_true", help="every feed of content/areas/*/feeds.yml that is due")
    parser.add_argument("--now", action="store_true", help="with --all: also those that are not due yet")
    parser.add_argument("--accept-shrink", action="store_true", help="a person has looked: withdraw all that is gone from the feed")
    parser.add_argument("--provider", help="whose data it is")
    parser.add_argument("--licence", help="under which terms")
    parser.add_argument("--json", action="store_true")
    text = "write the directory as an Open Referral UK 3.0 feed"
    exported = _verb(verbs, "export-directory", export_directory, text)
    exported.add_argument("folder", metavar="FOLDER")
    exported.add_argument("--area", default=None, help="one area; all that are given out when left out")
    text = "translate the directory's texts ahead of time, with the server that TRANSLATOR_URL names"
    translated = _verb(verbs, "translate-directory", translate_directory, text)
    translated.add_argument("--to", required=True, metavar="CODES", help="languages of translations/languages.yml, like ur,pl")
    translated.add_argument("--area", default=None)
    text = "every full postcode, from OS Code-Point Open (zip, folder or CSV) or the ONS Postcode Directory (CSV)"
    _verb(verbs, "import-postcodes", import_postcodes, text).add_argument("source", type=Path)
    attached = _verb(verbs, "attach-calendar", attach_calendar, "let an organiser's iCalendar file say when a service is on")
    attached.add_argument("service", nargs="?", help="id of the service; every attached calendar is read again when left out")
    attached.add_argument("source", nargs="?", help="a file, or an address that begins with https://")
    attached.add_argument("--named", action="store_true", help="a hall's calendar: only the events that name the service")
    add_hand_verbs(_verb(verbs, "directory", directory, "look at a service, type one in, change it, cancel a day"))
    _verb(verbs, "index-directory", index_directory, "bring the search's vectors of meaning up to date")


def _search_verb(verbs: Any) -> None:
    parser = _verb(verbs, "search", search, "the directory search without a dialogue")
    parser.add_argument("--topic", default="find_activities", help="an intent of intents.yml, or words")
    parser.add_argument("--near", help="postcode, outcode or place")
    parser.add_argument("--age-months", type=int)
    parser.add_argument("--on", help="a day, like 2026-11-26")
    parser.add_argument("--within-km", type=float)
    parser.add_argument("--free", action="store_true")
    parser.add_argument("--max-pence", type=int, help="free, or at most so much")
    parser.add_argument("--part", choices=["morning", "afternoon", "evening"])
    parser.add_argument("--language")
    parser.add_argument("--step-free", action="store_true")
    parser.add_argument("--online", action="store_true")
    parser.add_argument("--drop-in", action="store_true")
    parser.add_argument("--need", action="append", default=[], help="an id of content/directory/needs.yml; may be repeated")
    parser.add_argument("--area")
    parser.add_argument("--limit", type=int, default=3)
    parser.add_argument("--json", action="store_true")


def parse(_options: argparse.Namespace) -> int:
    """`parse` as in the interface: one JSON line out for each line in."""
    from bot.serve.lines import parse_lines  # noqa: PLC0415
    from bot.serve.start import build_assistant  # noqa: PLC0415

    assistant, house, _store = build_assistant(_ready())
    asyncio.run(parse_lines(assistant, house, sys.stdin, sys.stdout))
    return 0


def talk(_options: argparse.Namespace) -> int:
    """`talk` as in the interface."""
    from bot.serve.lines import talk_lines  # noqa: PLC0415
    from bot.serve.start import build_assistant  # noqa: PLC0415

    assistant, house, _store = build_assistant(_ready())
    asyncio.run(talk_lines(assistant, house, sys.stdin, sys.stdout))
    return 0


def chat(options: argparse.Namespace) -> int:
    """A conversation in the terminal."""
    from bot.serve.lines import terminal_chat  # noqa: PLC0415
    from bot.serve.start import build_assistant  # noqa: PLC0415

    assistant, house, _store = build_assistant(_ready())
    asyncio.run(terminal_chat(assistant, house, options.area))
    return 0


def serve(_options: argparse.Namespace) -> int:
    """Start the service and say where it is."""
    settings = _ready()  # before Rasa is loaded: what is wrong with them is said at once
    from bot.serve.launcher import launch  # noqa: PLC0415

    return launch(settings)


def train(options: argparse.Namespace) -> int:
    """Train when needed, in this process, with Rasa's own trainer."""
    from bot.serve.training import train_if_needed  # noqa: PLC0415

    train_if_needed(load_settings(), force=options.force)
    return 0


def set_up(_options: argparse.Namespace) -> int:
    """Keys and database."""
    from bot.serve.first_run import write_environment  # noqa: PLC0415

    write_environment(ROOT)
    _ready()
    return 0


def purge(_options: argparse.Namespace) -> int:
    """Delete what is old enough; prints how many of each."""
    from bot.flows.keep_data import purge as purge_all  # noqa: PLC0415
    from bot.serve.directory_verbs import open_rooms  # noqa: PLC0415

    for name, number in purge_all(open_rooms(_ready())).items():
        print(f"{name}: {number}")
    return 0


def telegram(_options: argparse.Namespace) -> int:
    """Set the webhook."""
    from bot.serve.delivery_verbs import set_telegram_webhook  # noqa: PLC0415
    from bot.serve.directory_verbs import open_rooms  # noqa: PLC0415

    return set_telegram_webhook(open_rooms(_ready()))


def deliveries(options: argparse.Namespace) -> int:
    """What did not arrive."""
    from bot.serve.delivery_verbs import list_troubles, send_again  # noqa: PLC0415
    from bot.serve.directory_verbs import open_rooms  # noqa: PLC0415

    house = open_rooms(_ready())
    return list_troubles(house) if options.again is None else send_again(house, options.again)


def send_updates(_options: argparse.Namespace) -> int:
    """Put the regular messages into the outbox; the running service sends them."""
    from bot.flows.send_unasked import send_whats_on  # noqa: PLC0415
    from bot.serve.directory_verbs import open_rooms  # noqa: PLC0415

    for became, number in sorted(send_whats_on(open_rooms(_ready())).items()):
        print(f"{became}: {number}")
    return 0


def check(_options: argparse.Namespace) -> int:
    """All data checks; exit code 1 when one fails, warnings are only printed."""
    from bot.checks.run import run_checks  # noqa: PLC0415

    return run_checks(ROOT)


def words(_options: argparse.Namespace) -> int:
    """Catalogues, and words that are no slips."""
    from bot.checks.catalogues import update_catalogues  # noqa: PLC0415
    from bot.checks.familiar import update_familiar_words  # noqa: PLC0415

    update_catalogues(ROOT)
    update_familiar_words(ROOT)
    return 0


def show_callbacks(options: argparse.Namespace) -> int:
    """Open requests, or one with its contact details."""
    from bot.serve.directory_verbs import open_rooms  # noqa: PLC0415
    from bot.serve.request_list import list_requests, open_request  # noqa: PLC0415

    house = open_rooms(_ready())
    return open_request(house, options.open, options.opened_by) if options.open else list_requests(house, options.json)


def desk(options: argparse.Namespace) -> int:
    """One of the desk's own verbs."""
    from bot.serve.desk_verbs import run_desk_verb  # noqa: PLC0415

    return run_desk_verb(_ready(), options)


def put_right(options: argparse.Namespace) -> int:
    """Close a report."""
    from bot.flows.report_wrong import put_right as close  # noqa: PLC0415
    from bot.serve.directory_verbs import open_rooms  # noqa: PLC0415

    told = close(open_rooms(_ready()), options.reference.strip().upper(), tell=not options.say_nothing)
    print(f"{told} told")
    return 0


def search(options: argparse.Namespace) -> int:
    """Directory search."""
    from bot.serve.directory_verbs import open_rooms, search_directory  # noqa: PLC0415

    return search_directory(open_rooms(_ready()), options)


def import_directory(options: argparse.Namespace) -> int:
    """Import a feed, or all."""
    from bot.serve import import_verb  # noqa: PLC0415
    from bot.serve.directory_verbs import open_rooms  # noqa: PLC0415

    return import_verb.import_directory(open_rooms(_ready()), options)


def export_directory(options: argparse.Namespace) -> int:
    """Export the directory."""
    from bot.serve import import_verb  # noqa: PLC0415
    from bot.serve.directory_verbs import open_rooms  # noqa: PLC0415

    return import_verb.export_directory(open_rooms(_ready()), options)


def translate_directory(options: argparse.Namespace) -> int:
    """Translate ahead."""
    from bot.serve import import_verb  # noqa: PLC0415
    from bot.serve.directory_verbs import open_rooms  # noqa: PLC0415

    return import_verb.translate_directory(open_rooms(_ready()), options)


def import_postcodes(options: argparse.Namespace) -> int:
    """Full postcodes."""
    from bot.serve.directory_verbs import import_every_postcode, open_rooms  # noqa: PLC0415

    return import_every_postcode(open_rooms(_ready()), options.source)


def attach_calendar(options: argparse.Namespace) -> int:
    """An organiser's calendar."""
    from bot.serve.directory_verbs import attach_calendars, open_rooms  # noqa: PLC0415

    return attach_calendars(open_rooms(_ready()), options.service, options.source, named_only=options.named)


def directory(options: argparse.Namespace) -> int:
    """What a person changes."""
    from bot.serve.directory_verbs import open_rooms  # noqa: PLC0415
    from bot.serve.hand_verbs import run_hand_verb  # noqa: PLC0415

    return run_hand_verb(open_rooms(_ready()), options)


def index_directory(_options: argparse.Namespace) -> int:
    """Vectors of meaning."""
    from bot.serve.directory_verbs import index_meaning, open_rooms  # noqa: PLC0415

    return index_meaning(open_rooms(_ready()))


def _ready() -> Settings:
    """Settings, with the database at its newest shape."""
    from bot.serve.first_run import upgrade_database  # noqa: PLC0415

    settings = load_settings()
    upgrade_database(settings)
    return settings


def print_json(value: object) -> None:
    """One line of JSON in its own letters."""
    print(json.dumps(value, ensure_ascii=False))
