"""What the encoder said of training messages is kept beside its weights, fits them, and is done without where it is damaged."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from bot.base.encoder import KEY_DIGITS, LettersEncoder, TunedEncoder
from bot.base.settings import ROOT
from bot.nlu import remembered as kept
from bot.nlu.remembered import REMEMBERED_FILE, Remembered, encode_messages
from bot.nlu.training_texts import message_key, read_messages

TEXTS = [f"message number {number} about {what}" for number in range(40) for what in ("food", "milk", "swimming", "a cot")]


class SmallEncoder(LettersEncoder):
    """Keeps what it has read."""

    name = "small"

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts):
        self.read += texts
        return super().encode(texts)


@pytest.fixture
def file_of_half(tmp_path, monkeypatch):
    path = tmp_path / "remembered.npz"
    Remembered.of(SmallEncoder(), TEXTS[:80], tmp_path / "made").save(path)
    monkeypatch.setattr(kept, "REMEMBERED_FILE", path)
    return path


def test_what_ships_was_said_by_the_encoder_that_ships():
    encoder, remembered = TunedEncoder(), Remembered.load(REMEMBERED_FILE)
    assert remembered.encoder == encoder.name
    by_key = {message_key(text)[:KEY_DIGITS]: text for _, _, text in read_messages(ROOT / "data" / "nlu")}
    rows = [row for row, key in enumerate(remembered.keys) if key in by_key][::2000]
    assert len(rows) > 15
    texts = [by_key[remembered.keys[row]] for row in rows]
    vectors = encoder.encode(texts)
    seen = remembered.axes.along(vectors[:, :-1])
    ours = remembered.whole[rows] * remembered.steps
    likeness = (seen * ours).sum(axis=1) / np.linalg.norm(seen, axis=1) / np.linalg.norm(ours, axis=1)
    assert likeness.min() > 0.97
    assert np.abs(remembered.alarms[rows] - vectors[:, -1]).max() < 1.0


def test_remembered_messages_are_not_read_again(file_of_half, tmp_path):
    encoder = SmallEncoder()
    encoded = encode_messages(encoder, TEXTS, tmp_path / "memory")
    assert sorted(encoder.read) == sorted(TEXTS[80:])
    wanted = encoded.axes.along(encoder.encode(TEXTS))
    assert np.abs(encoded.seen - wanted).max() < 0.02
    assert encoded.alarms.shape == (len(TEXTS),)


def test_where_all_are_remembered_none_is_read(file_of_half, tmp_path):
    encoder = SmallEncoder()
    assert len(encode_messages(encoder, TEXTS[:80], tmp_path / "memory").seen) == 80
    assert encoder.read == []


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_a_missing_or_damaged_file_costs_time_alone(file_of_half, tmp_path, caplog, harm):
    if harm == "gone":
        file_of_half.unlink()
    else:
        content = bytearray(file_of_half.read_bytes())
        content[len(content) // 2] ^= 1
        file_of_half.write_bytes(content)
    encoder = SmallEncoder()
    with caplog.at_level(logging.WARNING):
        encoded = encode_messages(encoder, TEXTS, tmp_path / "memory")
    assert "read anew" in caplog.text
    assert sorted(encoder.read) == sorted(TEXTS)
    assert len(encoded.seen) == len(TEXTS)


def test_what_another_encoder_said_is_left_alone_and_the_log_says_so(file_of_half, tmp_path, caplog):
    class Other(SmallEncoder):
        name = "other"

    encoder = Other()
    with caplog.at_level(logging.WARNING):
        encode_messages(encoder, TEXTS, tmp_path / "memory")
    assert "another encoder" in caplog.text
    assert sorted(encoder.read) == sorted(TEXTS)
