"""What providers write about school terms and bank holidays, since no field of any feed says it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.base.text import fold

_BREAK = r"(?:holidays?\b(?! (?:clubs?|camps?|schemes?|forms?|activit|provision|programme|workshop|childcare|food|fun))|half[- ]?terms?\b)"
"""Time without school, and no holiday club."""
_NOT = r"(?:\bnot|n't|\bnever)"
_ALL_YEAR = re.compile(
    r"(?:all|throughout|whole of) (?:the )?year|year[- ]?round|52 weeks|every week of the year"
    r"|(?:not|isn'?t) (?:just|only|limited to) (?:in |during )?(?:the )?(?:term|school holiday|holiday)|outside (?:of )?term"
    r"|term[- ]?time (?:and|&|as well as|plus|or) (?:\w+ )?(?:school )?holiday"
    r"|(?:including|incl\.?|and|also|even) (?:in |during |through )?(?:the )?(?:school holidays|half[- ]?terms?)"
    r"|holidays? (?:and|&|as well as) (?:in |during )?term"
    rf"|{_NOT} (?:be )?(?:clos(?:e|ed|ing)|stop|break)\b[^.;]{{0,30}}{_BREAK}|{_NOT} term[- ]?time only"
)
_TERM_TIME = re.compile(
    r"term[- ]?time|\btto\b|(?:during|in) (?:school )?terms?\b(?! of\b)|school terms?\b(?! dates)|term dates only|(?:school )?terms? only"
    r"|(?:(?<!why )\bnot\b(?! (?:forget|miss)\b)|closed|except|excluding|exc\b|excl\b|apart from|outside|break(?:s|ing)? (?:up )?for"
    r"|stops? (?:for|in)|n't (?:\w+ )?(?:run|meet|open|operate|on|running|available|held)\b"
    r"|\bno (?:\w+ ){0,2}(?:sessions?|groups?|class(?:es)?|meetings?|drop[- ]?ins?|clubs?|playgroups?|lessons?|stay and play)\b)"
    rf"[^.;]{{0,40}}(?:school|summer|easter|christmas)? ?{_BREAK}"
    r"|\bno (?:school holidays?|half[- ]?terms?)\b"
)
_EVERY_PATTERN_HAS_ONE = ("term", "tto", "holiday")
_SHORT = re.compile(r"\bhols\b")
_BANK = re.compile(r"\bbank[- ]holidays?")
_NOT_IN_TERM = re.compile(rf"(?:{_NOT}|closed|\bno sessions?) (?:\w+ ){{0,2}}(?:in|during) (?:school )?terms?(?:[- ]?time)?\b(?! of\b)")
_HOLIDAYS_ONLY = re.compile(
    r"(?:holidays?|half[- ]?terms?) only|only (?:runs )?(?:in|during) (?:the )?(?:school )?(?:holidays?|half[- ]?term)"
)
_HOLIDAYS_NOTED = re.compile(
    r"(?:during|in|every|each) (?:the )?(?:school holidays?|half[- ]?term)|^(?:school )?holidays?$|^half[- ]?terms?$"
)
_ON_BANK_HOLIDAYS = re.compile(r"(?:including|incl\.?|open(?: on)?|also on|even on|runs on|every day,?)(?: all)? bank[- ]holidays?")
_NOT_ON_BANK_HOLIDAYS = re.compile(r"(?:not|closed|except|excluding|no)[^.;]{0,25}bank[- ]holiday")


@dataclass(frozen=True)
class Timing:
    """When a rule holds, in so far as words say it."""

    term_time_only: bool = False
    holidays_only: bool = False
    on_bank_holidays: bool = False


def timing_said(text: str, *, of_schedule: bool = False) -> Timing:
    """What a description or note says of terms, school holidays and bank holidays.

    Args:
        of_schedule: it is the note of one schedule, so that “in the school holidays” means this one and not another.
    """
    folded = _SHORT.sub("holidays", fold(text))
    if not any(word in folded for word in _EVERY_PATTERN_HAS_ONE):
        return Timing()
    on_bank_holidays = bool(_ON_BANK_HOLIDAYS.search(folded)) and not _NOT_ON_BANK_HOLIDAYS.search(folded)
    school = _BANK.sub(" ", folded)
    if _ALL_YEAR.search(school):
        return Timing(on_bank_holidays=on_bank_holidays)
    if _NOT_IN_TERM.search(school):
        return Timing(holidays_only=True, on_bank_holidays=on_bank_holidays)
    term_time = bool(_TERM_TIME.search(school))
    holidays = _HOLIDAYS_ONLY.search(school) or (of_schedule and _HOLIDAYS_NOTED.search(school.strip(" .")))
    return Timing(term_time, not term_time and bool(holidays), on_bank_holidays)
