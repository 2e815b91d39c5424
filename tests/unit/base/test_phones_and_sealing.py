import pytest

from bot.base.errors import PhoneNotUsable, SettingsError
from bot.base.phones import masked, read_phone
from bot.base.sealing import Sealer, new_key, new_reference


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("07400 123456", "+447400123456"),
        ("+44 7400 123456", "+447400123456"),
        ("0044 7400123456", "+447400123456"),
        ("٠٧٤٠٠١٢٣٤٥٦", "+447400123456"),
        ("0115 915 5555", "+441159155555"),
        ("0800 1111", None),
    ],
)
def test_reads_numbers_as_people_write_them(typed, e164):
    if e164 is None:
        with pytest.raises(PhoneNotUsable):
            read_phone(typed)
    else:
        assert read_phone(typed).e164 == e164


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("+48 601 234 567", "foreign"), ("0909 8790000", "premium"), ("07400 1234", "incomplete"), ("07700 900123", "no_such_number"), ("abc", "not_a_number")],
)
def test_says_why_a_number_cannot_be_used(typed, reason):
    with pytest.raises(PhoneNotUsable) as refused:
        read_phone(typed)
    assert refused.value.reason == reason


def test_only_the_last_digits_are_read_back():
    assert masked(read_phone("07400 123456")) == "•••• 456"


def test_what_is_sealed_opens_with_the_same_key_only():
    sealer = Sealer(new_key())
    sealed = sealer.seal("07400123456")
    assert "07400" not in sealed
    assert sealer.open(sealed) == "07400123456"
    with pytest.raises(SettingsError, match="another KINLINE_KEY"):
        Sealer(new_key()).open(sealed)


def test_a_key_that_is_none_stops_the_start():
    with pytest.raises(SettingsError):
        Sealer("secret")


def test_pseudonyms_are_stable_and_differ_by_kind():
    sealer = Sealer(new_key())
    assert sealer.pseudonym("web", "a") == sealer.pseudonym("web", "a")
    assert sealer.pseudonym("web", "a") != sealer.pseudonym("telegram", "a")


def test_references_have_no_letters_that_look_alike():
    assert not set("".join(new_reference() for _ in range(200))) & set("01ILO")
