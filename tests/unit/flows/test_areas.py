"""Offers of an area: packs become sign-ups, volunteering becomes volunteering, and a wrong file is refused with its place."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from actions.leave_word import SignUpQuestions, SubmitSignUp
from bot.base.errors import ContentError
from bot.base.settings import ROOT
from bot.callbacks.rules import outcomes_of
from bot.flows.areas import load_areas


class Turn(SimpleNamespace):
    """What an action is given, without Rasa."""

    def slot(self, _name):
        return self.answers

    def say(self, key, _buttons=(), **_values):
        self.said = key

    def button(self, *_words):
        return None

    titled = button


@pytest.mark.parametrize(("offer", "kind"), [("toddler_pack", "sign_up"), ("volunteering", "volunteer")])
def test_an_offer_becomes_a_request_of_its_kind(house, offer, kind):
    sender = offer.ljust(32, "x")
    area = house.areas["borsetshire"]
    answers = {"offer": offer, "child_age_months": 8, "call_back_wanted": True, "agreed": True}
    turn = Turn(house=house, sender=sender, area=area, language=SimpleNamespace(code="pl"), answers=answers)
    events = SubmitSignUp(house).answer(turn)
    assert turn.said == "utter_sign_up_sent_call"
    assert events[-1]["name"] == "callback_form"
    with house.database.session() as session:
        [request] = house.requests.of_sender(session, sender)
    assert (request.kind, request.about, request.tray) == (kind, offer, "open")
    assert "introduced" in outcomes_of("volunteer")


def test_who_volunteers_is_not_asked_for_a_childs_age(house):
    turn = Turn(area=house.areas["borsetshire"])
    assert SignUpQuestions.next_question(None, turn, {"offer": "volunteering"}) == "call_back_wanted"
    assert SignUpQuestions.next_question(None, turn, {"offer": "toddler_pack"}) == "child_age_months"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: volunteer", "kind: helper", "kind 'helper'"),
        ("asks: [call_back_wanted]", "asks: [shoe_size]", "asks for 'shoe_size'"),
        ('name: "Volunteering with families", ', "", "lacks name"),
    ],
)
def test_a_wrong_offer_is_refused_with_its_file(tmp_path, old, new, told):
    file = shutil.copytree(ROOT / "content" / "areas" / "borsetshire", tmp_path / "borsetshire") / "area.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=told):
        load_areas(tmp_path, "borsetshire")
