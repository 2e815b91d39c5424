"""Which language a message is in, with the conversation as context.

Letters decide, learned from the training messages of the seven codes that are offered; scripts
that none of them uses decide at once; when more speaks for a language that is not offered than
words are known, it is that one. A short message does not change the conversation's language, nor
do names, addresses and names of services: that takes words which are common in another one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier

from bot.base.text import words
from bot.nlu.other_languages import OtherLanguages
from bot.nlu.telling_words import Shares, leaves, telling, uncapitalised, without_addresses

Floats = npt.NDArray[np.float32]

_BUCKETS = 2**16
_STAY = 2.5
"""How many nats of evidence the conversation's language is worth; a clear sentence has more."""
_SURE_WORDS = 3
"""Fewer change nothing in a chat that has a language already, unless they are in another script."""
_GREETING_WORDS = 5
"""Fewer, all of them English words, begin a chat in English, whatever else they could be."""
_ARABIC_SHARE = 0.2
_ARABIC_SCRIPT = frozenset({"ur", "ar", "ckb"})
_MARKS = re.compile(r"\[[a-zA-Z]+-\w+\]")
_POSTCODE = re.compile(r"[a-zA-Z]{1,2}\d[a-zA-Z\d]?\s*(?:\d[a-zA-Z]{2})?")
_IN_LATIN_LETTERS = "-Latn"
"""Who writes Sorani or Arabic in Latin letters is answered in the language, in its own letters."""
_FOREIGN_SURE = 0.9
_KNOWN_WELL = 0.75
_MARGIN = 0.1
_EVERYWHERE = 4
"""Words that parents of so many languages use (“healthy start”, places, names) say nothing of the language."""
_SCRIPTS: Mapping[str, str] = {
    "CYRILLIC": "uk", "BENGALI": "bn", "GURMUKHI": "pa", "ETHIOPIC": "ti", "DEVANAGARI": "hi", "GUJARATI": "gu", "TAMIL": "ta",
    "MALAYALAM": "ml", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh", "GREEK": "el", "HEBREW": "he", "THAI": "th",
    "GEORGIAN": "ka", "ARMENIAN": "hy", "SINHALA": "si", "TELUGU": "te", "KANNADA": "kn",
}  # fmt: skip


class LanguageModel:
    """Scores for the offered languages and a look at others.

    Args:
        codes: in the order of the weights' rows.
        weights: shape (len(codes), 65536); `bias` shape (len(codes),).
        vocabulary: words seen in the training messages, per code, and in which share of them.
        others: languages that are not offered.
        borrowed: words that stand in messages of every language.
    """

    def __init__(
        self,
        codes: Sequence[str],
        weights: Floats,
        bias: Floats,
        vocabulary: Mapping[str, Shares],
        others: OtherLanguages,
        borrowed: Collection[str] = frozenset(),
    ) -> None:
        self.codes = tuple(codes)
        self.weights, self.bias = weights, bias
        # Rows are picked by bucket for every message; picked from columns, all of it would be copied.
        self._by_bucket = np.ascontiguousarray(weights.T)
        self.vocabulary = dict(vocabulary)
        self.others = others
        self.borrowed = frozenset(borrowed)
        times = Counter(word for known in self.vocabulary.values() for word in known)
        self._everywhere = frozenset(word for word, languages in times.items() if languages >= _EVERYWHERE)
        self._vectorizer = _vectorizer()

    def identify(self, text: str, so_far: str | None = None, *, answering: bool = False) -> tuple[str, float]:
        """The language's code and a confidence from 0 to 1.

        Args:
            so_far: the conversation's language; kept unless the evidence is strong.
            answering: a question is open that takes any words, such as a name: only a clear sentence changes the language then.

        Returns:
            A code of the seven, or a BCP-47 code of a language that is not offered.
        """
        text = _MARKS.sub(" ", text)
        if _POSTCODE.fullmatch(text.strip()):
            return so_far or "en", 0.0
        text = without_addresses(text)
        script = _script(text)
        if script is None:
            return so_far or "en", 0.0
        heard = [word for word in words(text) if not word.isdigit()]
        if script in _SCRIPTS:
            return self.others.of_script(heard, text, script, _SCRIPTS[script]), 1.0
        # A letter alone is markup or a slip more often than a word that tells a language.
        told = [word for word in heard if len(word) > 1 and word not in self._everywhere]
        if so_far and script == "LATIN" and (not told or (so_far in _ARABIC_SCRIPT and len(heard) < _SURE_WORDS)):
            return so_far, 0.0  # “ok”, a name, a brand: people who write from the right use Latin words all the time
        foreign = self._foreign(text, told or heard, script) if len(heard) >= _SURE_WORDS else None
        if foreign and (so_far not in self.codes or self._speaks_another(text, so_far, foreign, answering)):
            base = foreign.removesuffix(_IN_LATIN_LETTERS)
            return (base if base in self.codes else foreign), _FOREIGN_SURE
        best, sure = self._offered(text, heard, script, so_far)
        if so_far in self.codes and best != so_far and not self._leaves(text, script, so_far, best, answering):
            return so_far, 0.0
        return best, sure

    def _leaves(self, text: str, script: str, so_far: str, best: str, answering: bool) -> bool:
        """Whether the words are enough to go on in another offered language; to begin in Arabic letters is enough by itself."""
        if script == "ARABIC" and so_far not in _ARABIC_SCRIPT and not answering:
            return True
        said = uncapitalised(text)
        found = telling(said, self.vocabulary[best], self.vocabulary[so_far])
        return leaves(found, said, self.borrowed, answering=answering)

    def _speaks_another(self, text: str, so_far: str, foreign: str, answering: bool) -> bool:
        """Whether enough speaks for a language that is not offered."""
        said = uncapitalised(text)
        strange = {word for word in said if word not in self.vocabulary[so_far]}
        return bool(said) and leaves(self.others.signs(foreign, strange, text), said, self.borrowed, answering=answering)

    def _offered(self, text: str, heard: Sequence[str], script: str, so_far: str | None) -> tuple[str, float]:
        if so_far in self.codes and len(heard) < _SURE_WORDS and (so_far in _ARABIC_SCRIPT) == (script == "ARABIC"):
            return so_far, 0.0  # “super thanks”, “Fatima Khan”: who writes Polish in England says that too, and names tell nothing
        known_in_english = script == "LATIN" and all(word in self.vocabulary["en"] or word in self.borrowed for word in heard)
        if so_far is None and len(heard) < _GREETING_WORDS and known_in_english:
            return "en", 0.0  # “hi”, “12 dec at 10am”: most languages of England have borrowed it
        scores = self._scores(text)
        scores[np.array([(code in _ARABIC_SCRIPT) != (script == "ARABIC") for code in self.codes])] = -50.0
        if so_far in self.codes:
            scores[self.codes.index(so_far)] += _STAY
        elif len(heard) < _SURE_WORDS and script == "LATIN":
            scores[self.codes.index("en")] += _STAY / 2
        best = self._whatever_keyboard(heard, self.codes[int(scores.argmax())])
        share = np.exp(scores - scores.max())
        known = sum(word in self.vocabulary[best] for word in heard)
        if known == 0 or (script == "LATIN" and so_far in _ARABIC_SCRIPT and known < len(heard) / 2):
            # Letters that look like a language without a single known word: gibberish says nothing.
            return so_far or (best if script == "ARABIC" else "en"), 0.0
        return best, float(1 / share.sum())

    def _whatever_keyboard(self, heard: Sequence[str], best: str) -> str:
        """Arabic where its words are in letters of a Persian, Urdu or Kurdish keyboard, some of which look the same and are others."""
        if best not in _ARABIC_SCRIPT - {"ar"} or "ar" not in self.codes:
            return best
        own, arabic = self.vocabulary[best], self.vocabulary["ar"]
        speaks_for = telling(heard, arabic, own)
        return (
            "ar"
            if speaks_for and len(speaks_for) > 2 * len(telling(heard, own, arabic)) and _known(heard, arabic) > _known(heard, own)
            else best
        )

    def _scores(self, text: str) -> Floats:
        row = self._vectorizer.transform([text])
        return np.asarray(row.data @ self._by_bucket[row.indices] + self.bias, dtype=np.float32)

    def _foreign(self, text: str, telling: Sequence[str], script: str) -> str | None:
        """A language that is not offered, when more speaks for it than words are known of any that is."""
        codes = [code for code in self.codes if (code in _ARABIC_SCRIPT) == (script == "ARABIC")]
        known = max(sum(word in self.vocabulary[code] for word in telling) for code in codes) / len(telling)
        if known > _KNOWN_WELL:
            return None
        code, share = self.others.likeliest(telling, text, script)
        return code if code and share >= known + _MARGIN else None

    def saved(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """Plain values and arrays for `restored`."""
        values = {
            "codes": list(self.codes),
            "vocabulary": {code: dict(sorted(shares.items())) for code, shares in self.vocabulary.items()},
            "others": self.others.saved(),
            "borrowed": sorted(self.borrowed),
        }
        return values, {"weights": self.weights.astype(np.float16), "bias": self.bias}

    @classmethod
    def restored(cls, values: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> LanguageModel:
        """The same model as was saved."""
        others = OtherLanguages.restored(values["others"], values["codes"])
        weights, bias = arrays["weights"].astype(np.float32), arrays["bias"].astype(np.float32)
        return cls(values["codes"], weights, bias, values["vocabulary"], others, values["borrowed"])


def train_language_model(
    texts: Sequence[str], codes: Sequence[str], others: OtherLanguages, borrowed: Collection[str] = frozenset()
) -> LanguageModel:
    """Learn from messages and their languages; each language weighs the same."""
    names = sorted(set(codes))
    # Short pieces of messages are learned as well: parents write fragments.
    pieces, labels = list(texts), list(codes)
    for text, code in zip(texts, codes):
        parts = text.split()
        if len(parts) >= 6:
            middle = len(parts) // 2
            pieces += [" ".join(parts[:middle]), " ".join(parts[middle:])]
            labels += [code, code]
    model = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=12, tol=None, class_weight="balanced", random_state=0, n_jobs=-1)
    model.fit(_vectorizer().transform(pieces), labels)
    order = [list(model.classes_).index(name) for name in names]
    vocabulary: dict[str, Shares] = {}
    for name in names:
        messages = [text for text, code in zip(texts, codes) if code == name]
        counts = Counter(word for text in messages for word in set(words(text)))
        vocabulary[name] = {word: round(times / len(messages), 6) for word, times in counts.items() if times >= 2}
    weights, bias = model.coef_[order].astype(np.float32), model.intercept_[order].astype(np.float32)
    return LanguageModel(names, weights, bias, vocabulary, others, borrowed)


def _known(heard: Sequence[str], words_of: Shares) -> int:
    """How many words of a message are words of a language."""
    return sum(word in words_of for word in heard)


def _vectorizer() -> HashingVectorizer:
    return HashingVectorizer(
        analyzer="char_wb", ngram_range=(1, 4), n_features=_BUCKETS, lowercase=True, alternate_sign=False, norm="l2", dtype=np.float32
    )


def _script(text: str) -> str | None:
    """The script of most letters, as the first word of their Unicode names; None without letters."""
    counts = Counter(unicodedata.name(c, "").split(" ")[0] for c in text if c.isalpha())
    if counts["ARABIC"] and counts["ARABIC"] >= _ARABIC_SHARE * max(sum(counts.values()), 1):
        return "ARABIC"  # names of benefits and brands are Latin in the middle of Arabic-script sentences
    return counts.most_common(1)[0][0] if counts else None
