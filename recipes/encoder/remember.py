"""What the encoder says of the training messages: `python -m recipes.encoder.remember`.

Writes `bot/base/weights/remembered.npz` for the shipped weights; run it when they have changed, or when many messages
have. It reads every message once, a quarter of an hour on two cores, and needs nothing but the service's own environment.
"""

from __future__ import annotations

from bot.base.encoder import TunedEncoder
from bot.nlu.remembered import REMEMBERED_FILE, Remembered
from bot.nlu.training_texts import read_messages
from recipes.encoder.source import ROOT


def main() -> None:
    """Read and keep."""
    texts = list(dict.fromkeys(text for _, _, text in read_messages(ROOT / "data" / "nlu")))
    print(Remembered.of(TunedEncoder(), texts, ROOT / "models").save(REMEMBERED_FILE))


if __name__ == "__main__":
    main()
