"""Languages that are not offered, and offered ones in letters that are not their own."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from bot.base.settings import ROOT
from bot.nlu.language_model import LanguageModel
from bot.nlu.other_languages import load_other_languages

CODES = ["ar", "ckb", "en", "pl", "ro", "ur", "ur-Latn"]


@cache
def model():
    """Without a word of any offered language: what is named is named by the lists."""
    others = load_other_languages(ROOT / "content" / "languages" / "not_offered.yml", CODES)
    weights, bias = np.zeros((len(CODES), 2**16), dtype=np.float32), np.zeros(len(CODES), dtype=np.float32)
    return LanguageModel(CODES, weights, bias, {code: {} for code in CODES}, others)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("hr", "gdje mogu naći igraonicu za bebe"),
        ("hr", "gde mogu da nadjem pomoc za bebu"),
        ("hr", "moja beba ima dva mjeseca i ne spava"),
        ("sq", "ku mund të gjej ndihmë për fëmijën tim"),
        ("sq", "nuk kam para per qumesht"),
        ("lt", "man reikia maisto kūdikiui"),
        ("lt", "kur galiu rasti pagalba savo vaikui"),
        ("vi", "em bé của tôi cần sữa"),
        ("vi", "toi can giup do cho con toi"),
        ("yo", "mo nílò oúnjẹ fún ọmọ mi"),
        ("yo", "mo nilo ounje fun omo mi"),
        ("hu", "hol talalok segitseget a gyerekemnek"),
        ("sk", "hladam skupinu pre deti prosim"),
        ("kmr", "ez dixwazim bi kurmanci biaxivim"),
        ("so", "xaggee ka heli karaa caawimaad ilmahayga"),
        ("ps", "زه د خپل ماشوم لپاره مرسته چیرته موندلی شم"),
        ("fa", "شیر خشک ندارم چه کار کنم"),
        ("pa", "ਮੈਨੂੰ ਆਪਣੇ ਬੱਚੇ ਲਈ ਮਦਦ ਕਿੱਥੇ ਮਿਲੇਗੀ"),
        ("gu", "મને મારા બાળક માટે મદદ ક્યાં મળશે"),
    ],
)
@pytest.mark.parametrize("so_far", [None, "en", "pl"])
def test_a_language_that_is_not_offered_is_named(code, text, so_far):
    assert model().identify(text, so_far)[0] == code


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ckb", "min yarmatim dawe bo mndalakam"),
        ("ckb", "mndalakam nexosha chi bkam"),
        ("ckb", "le kwe detwanim yarmati war bgrm"),
        ("ar", "wen fi majmo3a lal atfal 2arib"),
        ("ar", "bddi mosa3ade la ibni ma 3andi 7alib"),
        ("ar", "ana me7taga mosa3da fel sakan"),
    ],
)
@pytest.mark.parametrize("so_far", [None, "en"])
def test_sorani_and_arabic_in_latin_letters_are_sorani_and_arabic(code, text, so_far):
    assert model().identify(text, so_far)[0] == code
