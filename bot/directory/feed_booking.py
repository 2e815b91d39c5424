"""Whether one must book, from what providers write about it.

Half of those who write of booking do so to say that there is no need to: a parent who reads “booking needed” there stays at
home, and one who reads “just come” where a place must be had first stands before a closed door.
"""

from __future__ import annotations

import re

from bot.base.text import fold

_ACT = r"(?:pre[- ]?)?(?:book|register|enrol)(?: (?:a place|in advance|ahead))?"
_THING = r"(?:prior |advance |previous )?(?:pre[- ]?)?(?:bookings?|appointments?|registration)"
_EVERY_PATTERN_HAS_ONE = ("book", "refer", "appointment", "voucher", "regist", "enrol", "drop", "turn up", "come along")
# What says nothing of whether one may just come: means of payment, things to read, a referral that nobody asks for.
_ASIDE = re.compile(
    r"(?:child ?care|healthy start|gift|nursery|discount|shopping|supermarket|fuel|energy|school uniform) vouchers?"
    r"|\b(?:accept|accepts|accepting|take|redeem) (?:[\w-]+ ){0,4}vouchers?|vouchers? (?:are |is )?(?:also )?(?:accepted|welcome|taken)"
    r"|\b(?:a|an|the|story|picture|library|favourite|good|board|new|recipe|cook|each|every|another|of|with|their|one) book\b"
    r"|\bbook (?:of|bags?|clubs?|swaps?|corners?|sharing|gifts?|gifting|week|fairs?|loans?|lending|start|trails?|box(?:es)?|tokens?)\b"
    r"|\bbooking (?:fees?|charges?)\b"
    r"|\b(?:no|without) (?:an? |any |formal |professional )*referrals?\b(?: (?:is |are )?(?:needed|required|necessary))?"
    r"|(?:\bnot|n't) (?:need|require|have to have) (?:an? |any |formal |professional )*referrals?\b"
    r"|(?:\bnot|n't) (?:need|have) to be referred"
    r"|\breferrals? (?:is |are )?not (?:needed|required|necessary|essential)|\bregister (?:office|of births)"
)
_NO_NEED = re.compile(
    rf"\b(?:no|without (?:any|the)) need (?:for [\w ]{{0,20}})?to {_ACT}"
    rf"|(?:\bnot|n't) (?:need|have|required|necessary|essential|obliged)(?: for [\w ]{{0,20}})? to {_ACT}|\bneed(?: not|n't) {_ACT}"
    rf"|(?:\bnot|n't) (?:need|require|have to (?:have|make)) (?:an? |any |to make an? )*{_THING}"
    rf"|\b{_THING} (?:(?:is |are )?(?:\w+ )?(?:not|never)|(?:is|are)n't) (?:\w+ )?"
    r"(?:required|needed|necessary|essential|compulsory|taken|accepted|possible)"
    rf"|\bno (?:need for )?(?:an? |any )*{_THING}\b(?!,? no (?:entry|place)| forms?\b)|\bunbooked\b"
    r"|(?:\bcannot|\bcan't|\bcan not|\bnot) be (?:pre[- ]?)?booked"
)
_NOT_WITHOUT = re.compile(
    r"(?:\bdo not|\bdon't|\bcannot|\bcan't|\bnever|\bunable to) (?:just |simply )?(?:turn up|drop[- ]?in|come along)"
    r"|(?:(?<!why )\bnot|n't|\bno) (?:longer )?(?:offer |offering |running )?(?:an? |any )?drop[- ]?ins?\b"
    r"|(?:\bno\b|(?<!why )\bnot\b|n't\b|\bnever\b|\bcannot\b|\bunable\b)[^.;,:!–—]{0,40}\bwithout\b"
)
_JUST_COME = re.compile(rf"drop[- ]?ins?\b|\bturn up\b|just come along|\bwithout (?:an? |any )*{_THING}")
_DROP_IN = re.compile(r"\bdrop[- ]?ins?\b")
_BOOKING = re.compile(r"\bbook(?:ings?|ed|able)?\b|\bpre-?book|\breferr(?:als?|ed)\b|\bappointments?\b|\bvouchers?\b|\bregister\b")


def booking(text: str) -> tuple[bool | None, str | None]:
    """Whether one must book (a referral or voucher counts), and the provider's sentence about it."""
    if not _may_say(fold(text)):
        return None, None
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        folded = fold(sentence)
        needed = _said(_ASIDE.sub(" ", folded)) if _may_say(folded) else None
        if needed is not None:
            return needed, sentence
    return None, None


def _may_say(folded: str) -> bool:
    return any(word in folded for word in _EVERY_PATTERN_HAS_ONE)


def _said(sentence: str) -> bool | None:
    if _NO_NEED.search(sentence):
        return False
    if _NOT_WITHOUT.search(sentence):
        return True if _BOOKING.search(sentence) or _DROP_IN.search(sentence) else None
    if _JUST_COME.search(sentence):
        return False
    return True if _BOOKING.search(sentence) else None
