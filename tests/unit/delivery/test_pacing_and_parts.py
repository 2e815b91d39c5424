import itertools
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.model import Pace
from bot.delivery.pacing import Pacer
from bot.delivery.parts import split, units
from bot.delivery.quiet_hours import not_before
from tests.conftest import TUESDAY


def run(pacer, senders, seconds):
    """Send as fast as the pacer lets; the instants at which each went out."""
    now, sent = 0.0, []
    queue = list(senders)
    while queue and now < seconds:
        for sender in list(queue):
            if pacer.wait_s(sender, now) == 0:
                sent.append((now, sender))
                queue.remove(sender)
        now = round(now + 0.01, 2)
    return sent


def test_no_second_holds_more_than_the_provider_takes():
    sent = run(Pacer(Pace(30, 5, 1.0)), [f"p{n}" for n in range(200)], 20)
    assert len(sent) == 200
    for start in range(700):
        at = start / 100
        assert sum(at <= when < at + 1 for when, _ in sent) <= 30 + 30 // 4 + 1


def test_one_parent_gets_a_burst_and_then_one_a_second():
    sent = [when for when, _ in run(Pacer(Pace(30, 5, 1.0)), ["a"] * 8, 20)]
    assert max(sent[:5]) < 0.3
    assert all(later - earlier >= 0.99 for earlier, later in itertools.pairwise(sent[4:]))


def test_a_provider_that_asks_for_patience_gets_it_for_that_parent_alone():
    pacer = Pacer(Pace(30, 5, 1.0))
    pacer.hold_up("a", 10, 0.0)
    assert pacer.wait_s("a", 1.0) == 9
    assert pacer.wait_s("b", 1.0) == 0
    assert pacer.wait_s("a", 10.1) == 0


def test_when_several_parents_are_held_up_the_whole_channel_waits():
    pacer = Pacer(Pace(30, 5, 1.0))
    for parent in "abc":
        pacer.hold_up(parent, 10, 0.0)
    assert pacer.wait_s("d", 1.0) == 9


def test_who_waits_for_the_channel_waits_once_and_no_turn_is_lost():
    pacer = Pacer(Pace(30, 5, 1.0))
    waits = {f"p{n}": pacer.wait_s(f"p{n}", 100.0) for n in range(100)}
    waiting = {sender: wait for sender, wait in waits.items() if wait}
    assert 90 <= len(waiting) <= 94
    assert max(waiting.values()) <= 100 / 30
    for sender, wait in waiting.items():
        assert pacer.wait_s(sender, 100.0 + wait + 0.001) == 0


def test_a_danger_reply_does_not_queue_behind_other_parents():
    pacer = Pacer(Pace(30, 5, 1.0))
    for n in range(100):
        pacer.wait_s(f"p{n}", 100.0)
    assert pacer.wait_s("in danger", 100.0, is_urgent=True) == 0
    assert pacer.wait_s("p99", 100.0, is_urgent=True) == 0, "nor behind the parent's own turn"


@given(st.text(max_size=400), st.integers(min_value=8, max_value=60))
def test_parts_keep_the_limit_and_every_word(text, limit):
    parts = split(text, limit)
    assert all(0 < units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_text_is_cut_between_paragraphs_first():
    text = "First paragraph here.\n\nSecond one. It has two sentences.\n\nThird."
    assert split(text, 60) == ["First paragraph here.\n\nSecond one. It has two sentences.", "Third."]
    assert split(text, 40) == ["First paragraph here.", "Second one. It has two sentences.", "Third."]


def test_an_emoji_counts_twice_and_is_never_cut_in_two():
    assert units("👍") == 2
    assert split("👍" * 10, 5) == ["👍👍"] * 5


@pytest.mark.parametrize(
    ("hour", "wanted_day", "wanted_hour"), [(10, 24, 10), (19, 24, 19), (20, 25, 9), (23, 25, 9), (0, 24, 9), (8, 24, 9), (9, 24, 9)]
)
def test_quiet_hours_end_at_nine(hour, wanted_day, wanted_hour):
    at = not_before(TUESDAY.replace(hour=hour), time(20), time(9))
    assert (at.day, at.hour) == (wanted_day, wanted_hour)


def test_quiet_hours_within_a_day_and_none_at_all():
    assert not_before(TUESDAY.replace(hour=13), time(12), time(14)).hour == 14
    assert not_before(TUESDAY, time(0), time(0)) == TUESDAY


def test_quiet_hours_over_the_change_of_the_clocks():
    night = TUESDAY.replace(month=10, day=24, hour=23)
    assert not_before(night, time(20), time(9)) - night == timedelta(hours=10)
