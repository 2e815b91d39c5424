"""The parts in which a second request may stand."""

from __future__ import annotations

import pytest

from bot.nlu.second_request import parts


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        (
            "en",
            "where is the food bank and how do i apply for healthy start",
            ["where is the food bank", "how do i apply for healthy start"],
        ),
        ("pl", "gdzie jest bank żywności i jak złożyć wniosek", ["gdzie jest bank żywności", "jak złożyć wniosek"]),
        ("ur-Latn", "food bank kahan hai aur healthy start kaise milega", ["food bank kahan hai", "healthy start kaise milega"]),
        ("ar", "وين بنك الطعام؟ وكيف اقدم على هيلثي ستارت", ["وين بنك الطعام", "وكيف اقدم على هيلثي ستارت"]),
        ("ro", "unde e banca de alimente, cum aplic la healthy start", ["unde e banca de alimente", "cum aplic la healthy start"]),
        ("en", "can you tell me where the food bank is", []),
        ("en", "", []),
        ("fr", "où est la banque et comment faire", []),
    ],
)
def test_cut_at_marks_and_at_and(language, text, found):
    assert parts(text, language) == found
