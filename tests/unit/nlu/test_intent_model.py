"""Who greets and then asks has asked."""

from __future__ import annotations

import pytest

from bot.nlu.intent_model import after_greeting


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("salam, mera beta 2 saal ka hai aur bolta nahi", "mera beta 2 saal ka hai aur bolta nahi"),
        ("hi there is there a baby group on friday", "there is there a baby group on friday"),
        ("السلام عليكم، وين أقرب بنك طعام بساوثند", "وين أقرب بنك طعام بساوثند"),
        (
            "hello we moved here in may and do not know anybody, is there a group",
            "we moved here in may and do not know anybody, is there a group",
        ),
        ("hi", ""),
        ("hiya, you ok", ""),
        ("", ""),
    ],
)
def test_what_stands_after_a_greeting(text, rest):
    assert after_greeting(text) == rest
