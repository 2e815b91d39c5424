"""Options of `python -m bot directory …`; nothing heavy is loaded for them."""

from __future__ import annotations

import argparse
import os


def add_hand_verbs(parser: argparse.ArgumentParser) -> None:
    """Put them on the parser of `directory`."""
    parser.add_argument("--as", dest="by", default=os.environ.get("USER", "command line"), help="who does it; kept with every change")
    verbs = parser.add_subparsers(dest="hand_verb", required=True, metavar="WHAT")
    fields = "such as phone=01632960100; nothing after = takes it away; docs/directory.md has all fields"
    times = "day, starts, ends, how_often, first_date, last_date, term_time_only, as in the volunteer's sheet"
    shown = verbs.add_parser("show", help="everything that is known of a service, its sessions numbered, and who changed what")
    shown.add_argument("service", help="id, or the name")
    shown.add_argument("--area")
    shown.add_argument("--json", action="store_true")
    added = verbs.add_parser("add", help="a service of its own, that no import touches")
    added.add_argument("name")
    added.add_argument("values", nargs="*", metavar="FIELD=VALUE", help=fields)
    added.add_argument("--area")
    for name, values, text in (("change", "FIELD=VALUE", fields), ("add-session", "COLUMN=VALUE", times)):
        one = verbs.add_parser(name)
        one.add_argument("service", help="its id")
        one.add_argument("values", nargs="+", metavar=values, help=text)
    gone = verbs.add_parser("remove-session", help="it is not held any more")
    gone.add_argument("service", help="its id")
    gone.add_argument("session", type=int, help="its number, as `show` counts them")
    cancelled = verbs.add_parser("cancel", help="one day on which it is not on, whatever a feed or a calendar says")
    cancelled.add_argument("service", help="its id")
    cancelled.add_argument("day", help="such as 2026-12-01 or 1/12/2026")
    cancelled.add_argument("--session", type=int, help="its number, where only one of several is cancelled")
    ended = verbs.add_parser("withdraw", help="it has ended: who asks for it by name hears so")
    ended.add_argument("service", help="its id")
