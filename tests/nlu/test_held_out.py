"""What understanding has reached on messages that nothing was trained on does not get lost.

`_known_failures.yml` names every message that is read wrongly. A message that is not on it must be read
right, one that is on it must keep failing: who makes it succeed takes it off with
`make evaluate NOTE=--note-failures`. Processors round differently, so one in a hundred may differ.
"""

from __future__ import annotations

import asyncio

import pytest

from bot.base.encoder import TunedEncoder, load_encoder
from bot.base.yaml_files import read_yaml
from tests.bench.figures import macro_f1
from tests.bench.understanding import KNOWN_FAILURES, SETS, Reader, Reading, failed
from tests.nlu.held_out import CODES, read_set

FLOORS = {
    # language: macro-F1 over the intents, dangers found by lists and model; alarming but harmless, ordinary (at most).
    # One or two points below what was measured on 28 November 2026. The goals (docs/evaluation.md) are higher.
    "en": (0.95, 0.945, 0.055, 0.02),
    "pl": (0.94, 0.945, 0.055, 0.045),
    "ur": (0.91, 0.92, 0.115, 0.02),
    "ar": (0.87, 0.89, 0.07, 0.06),
    "ro": (0.88, 0.905, 0.105, 0.022),
    "ckb": (0.85, 0.94, 0.08, 0.055),
    "ur-Latn": (0.9, 0.92, 0.06, 0.02),
}
MOST_LISTED = 0.02
"""Ordinary messages in which a danger list sees something; the model may not have to put more of the lists right than that."""
_MAY_DIFFER = 0.01


@pytest.fixture(scope="session")
def read(service):
    """Readings of a set in a language; each is read once."""
    encoder = load_encoder()
    assert isinstance(encoder, TunedEncoder), "the floors are those of the tuned encoder"
    reader = Reader(service["assistant"], service["house"], encoder, closely=False)
    known: dict[tuple[str, str], list[Reading]] = {}

    def readings(name: str, code: str) -> list[Reading]:
        if (name, code) not in known:
            known[name, code] = asyncio.run(reader.read(read_set(name, code)))
        return known[name, code]

    return readings


@pytest.mark.parametrize("code", CODES)
def test_figures_stay_above_their_floors(read, code):
    least_f1, least_found, most_harmless, most_ordinary = FLOORS[code]
    pairs = [(r.message.intent, r.found) for r in read("intents", code)]
    assert macro_f1(pairs) >= least_f1
    assert _alarmed(read("dangers", code)) >= least_found
    assert _alarmed(read("alarming_harmless", code)) <= most_harmless
    assert _alarmed(read("ordinary", code)) <= most_ordinary


@pytest.mark.parametrize("code", CODES)
def test_the_lists_alone_leave_ordinary_messages_in_peace(read, code):
    """Each message is read with the lists of all languages: a phrase that is careless in one shows in another."""
    ordinary = read("ordinary", code)
    assert sum(r.listed for r in ordinary) / len(ordinary) <= MOST_LISTED


def _alarmed(readings: list[Reading]) -> float:
    return sum(r.alarmed for r in readings) / len(readings)


@pytest.mark.parametrize("code", CODES)
def test_known_failures_keep_failing_and_there_are_no_others(read, code):
    listed = read_yaml(KNOWN_FAILURES)[code]
    fixed, new, total = [], [], 0
    for name in SETS:
        readings = read(name, code)
        total += len(readings)
        known = set(listed[name])
        fixed += [r.message.text for r in readings if r.message.text in known and not failed(r, name)]
        new += [r.message.text for r in readings if r.message.text not in known and failed(r, name)]
    assert len(new) <= _MAY_DIFFER * total, new
    assert len(fixed) <= _MAY_DIFFER * total, f"take these off the list: {fixed}"
