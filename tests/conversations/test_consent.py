"""What cannot be taken back is done on a press or a plain yes alone, through the whole path of a message."""

from __future__ import annotations

import pytest

from tests.conversations.test_conversation import book

pytestmark = pytest.mark.rasa

YES = {"en": "yes", "pl": "tak", "ur": "جی ہاں", "ar": "نعم", "ro": "da", "ckb": "بەڵێ", "ur-Latn": "haan"}
FORGET_ME = {
    "en": "forget me", "pl": "zapomnij o mnie", "ur": "مجھے بھول جائیں", "ar": "انسني", "ro": "uită-mă", "ckb": "لەبیرم بکە", "ur-Latn": "mujhe bhool jao",
}  # fmt: skip


def words(service, key, code):
    return service["house"].catalogue.text(key, code, {}, receipt="\0", reference="\0").partition("\0")[0].strip()


@pytest.mark.parametrize("code", YES)
async def test_a_plain_yes_deletes_in_every_language(parent, service, code):
    one = parent(code)
    await one.says(FORGET_ME[code])
    assert words(service, "utter_forgotten", code) in await one.says(YES[code])
    assert one.last.language == code


@pytest.mark.parametrize("typed", ["hmm", "ok so what happens then", "maybe"])
async def test_a_guessed_yes_deletes_nothing(parent, service, typed):
    anna = parent()
    await anna.says("forget me")
    assert "receipt" not in await anna.says(typed)
    assert await service["store"].retrieve(anna.sender)


async def test_in_the_middle_of_questions_yes_belongs_to_forget_me(parent, service):
    anna = parent()
    await book(anna, upto="voicemail")
    assert "voicemail" not in await anna.says("forget me")
    assert "receipt" in await anna.says("yes")
    assert await service["store"].retrieve(anna.sender) is None


async def test_a_name_is_no_permission(parent, service):
    anna = parent()
    assert "your idea" in await anna.says("i have an idea i want to share")
    await anna.says("a swap shop for coats in the library on saturdays")
    assert "May I pass this on" in await anna.says("Sam")
    assert "passed on" in await anna.says("yes please")


@pytest.mark.parametrize("typed", ["perhaps", "Aisha", "depends"])
async def test_a_guess_leaves_no_voicemail(parent, typed):
    anna = parent()
    await book(anna, upto="voicemail")
    assert "voicemail" in await anna.says(typed)
    assert "Which name" in await anna.says("👍")


@pytest.mark.parametrize(
    ("upto", "typed", "expected"),
    [
        ("when", "Any time", "Shall I send it"),
        ("safe", "I am not sure", "voicemail"),
        ("interpreter", "with an interpreter", "When would suit"),
        ("interpreter", "In my language", "When would suit"),
        ("confirmed", "yes, send it!", "Your reference"),
    ],
)
async def test_the_typed_title_of_a_button_presses_it(parent, upto, typed, expected):
    anna = parent()
    await book(anna, upto=upto)
    assert expected in await anna.says(typed)
