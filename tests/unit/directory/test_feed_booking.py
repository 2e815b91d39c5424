"""What providers write of booking, and what a volunteer writes in its column."""

from __future__ import annotations

import pytest

from bot.directory.feed_booking import booking
from bot.directory.feeds.sheet_service import service_record

JUST_COME = [
    "Why not drop in for a coffee?",
    "If you are not sure just drop in",
    "Why not come along without booking",
    "No need to book.",
    "Drop-in for all.",
    "Turn up and join in.",
    "No appointment needed.",
    "Booking is not required.",
    "You do not need to book.",
    "There is no need to register.",
    "Booking is not necessary, just turn up.",
    "No pre-booking required.",
    "You don't have to book.",
    "You don’t need to book in advance",
    "No need to pre-book",
    "Places cannot be booked.",
    "First come, first served; no bookings taken.",
    "Come along without an appointment.",
    "It is not necessary to book.",
    "No need to book just turn up",
    "No referral needed, just turn up.",
    "Booking isn't required",
    "You needn't book",
    "No prior booking needed",
    "Sessions are free and drop in",
    "There is no need for parents to book",
    "Bookings are not taken",
    "You do not need an appointment",
]
BOOK_FIRST = [
    "You will not be seen without an appointment",
    "We no longer offer a drop-in",
    "Book by phone.",
    "Bring a voucher from your GP.",
    "By referral only",
    "Booking essential.",
    "This is not a drop-in session.",
    "Please do not turn up without an appointment.",
    "No entry without booking",
    "You must pre-book",
    "Please don't just turn up, book first",
    "Sorry, no drop-ins",
    "Places must be booked",
    "No booking fee but please book",
    "You need a food bank voucher",
    "Please register online",
    "You do not need a referral but you must book.",
    "Parents need to book a place",
    "No booking, no entry",
    "Bookable online",
]
SAYS_NEITHER = [
    "Books and stories.",
    "We read a book together and sing.",
    "Come and share a book with your little one.",
    "We accept childcare vouchers.",
    "Healthy Start vouchers accepted.",
    "No referral needed.",
    "Borrow library books.",
    "You do not need to be referred.",
    "Book bags for every child",
    "No booking fee.",
    "Book of the month",
    "",
]


@pytest.mark.parametrize(
    ("text", "needed"), [*((t, False) for t in JUST_COME), *((t, True) for t in BOOK_FIRST), *((t, None) for t in SAYS_NEITHER)]
)
def test_whether_one_must_book(text: str, needed: bool | None) -> None:
    assert booking(text) == (needed, None if needed is None else text)


@pytest.mark.parametrize(
    ("text", "needed", "sentence"),
    [
        ("Play. No need to book. Come.", False, "No need to book."),
        ("A course. Book by phone.", True, "Book by phone."),
        ("We accept childcare vouchers. No need to book.", False, "No need to book."),
        ("No referral needed. Please book online.", True, "Please book online."),
    ],
)
def test_the_sentence_that_says_it_is_kept(text: str, needed: bool, sentence: str) -> None:
    assert booking(text) == (needed, sentence)


@pytest.mark.parametrize(
    ("cell", "needed"),
    [
        ("yes", True),
        ("Essential", True),
        ("Required", True),
        ("Yes, by e-mail", True),
        ("Book online", True),
        ("no", False),
        ("Not required", False),
        ("not needed", False),
        ("Drop in", False),
        ("ask Kim", None),
    ],
)
def test_what_a_volunteer_writes_in_the_column_for_booking(cell: str, needed: bool | None) -> None:
    record, said = service_record({"name": "Play", "booking": cell})
    assert record["booking_needed"] is needed
    assert bool(said) is (needed is None)
