"""Options of `python -m bot desk …`; nothing heavy is loaded for them."""

from __future__ import annotations

import argparse


def add_desk_verbs(parser: argparse.ArgumentParser) -> None:
    """Put the verbs of the desk on its parser."""
    verbs = parser.add_subparsers(dest="desk_verb", required=True, metavar="DESK_VERB")
    served = verbs.add_parser("serve", help="the desk's own process; `serve` starts it by itself")
    served.add_argument("--fd", type=int, help="an open socket to listen on")
    served.add_argument("--port", type=int, default=8081, help="a port on loopback, without --fd")
    first = verbs.add_parser("create-administrator", help="an account with which the desk can be set up")
    first.add_argument("--email")
    first.add_argument("--name")
    first.add_argument("--all-roles", action="store_true", help="for a very small team, or to look around")
    first.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    demo = verbs.add_parser("demonstration", help="made-up requests, to look at the desk with")
    demo.add_argument("what", choices=["load", "remove"])
    verbs.add_parser("missed-examples", help="write accepted reports of missed dangers to content/safety/reported")
