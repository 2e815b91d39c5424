"""A long message is judged piece by piece."""

from __future__ import annotations

from bot.nlu.windows import READ_WHOLE, windows

SENTENCE = "we moved here in september and my son likes the park."


def test_a_message_of_ordinary_length_is_one_piece():
    text = " ".join(["word"] * READ_WHOLE)
    assert windows(text) == [text]
    assert windows("") == [""]


def test_a_long_one_is_cut_at_sentences_and_neighbours_share_one():
    parts = windows(" ".join([SENTENCE] * 10))
    assert all(len(part.split()) <= 30 and part.startswith("we moved") and part.endswith("park.") for part in parts)
    assert len(parts) == 9, "two sentences each, of which one is that of the piece before"


def test_words_without_full_stops_are_cut_too_and_none_is_lost():
    words = [f"w{at}" for at in range(200)]
    parts = windows(" ".join(words))
    assert {word for part in parts for word in part.split()} == set(words)
    assert max(len(part.split()) for part in parts) <= 30
