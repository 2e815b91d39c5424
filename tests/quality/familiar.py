"""Words of ordinary messages that a danger list would take for slips of its own: `python -m tests.quality.familiar` writes them down."""

from __future__ import annotations

from bot.base.settings import ROOT
from bot.base.text import words
from bot.nlu.training_texts import read_messages
from bot.safety.phrases import FAMILIAR_WORDS, KINDS, PhraseBook, load_phrase_book

SAFETY = ROOT / "content" / "safety"


class AnyFact(dict[str, str]):
    """The replies' values do not matter here."""

    def __missing__(self, key: str) -> str:
        """Whatever is asked for."""
        return key

    def __contains__(self, key: object) -> bool:
        """Everything is there."""
        return True


def familiar_words(book: PhraseBook) -> set[str]:
    """What the file must hold: of the training messages about anything but danger, and of the examples that must not be caught."""
    texts = [text for _, intent, text in read_messages(ROOT / "data" / "nlu") if intent not in KINDS]
    texts += [text for examples in book.examples.values() for text in examples.must_not_catch]
    used = {word for text in texts for word in words(text)}
    return {word for word in used if book.steps.has_slip(word)}


def main() -> None:
    """Write the file anew."""
    file = SAFETY / FAMILIAR_WORDS
    file.unlink(missing_ok=True)
    found = familiar_words(load_phrase_book(SAFETY, AnyFact()))
    file.write_text("".join(f"{word}\n" for word in sorted(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
