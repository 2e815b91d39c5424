"""Tints of the partnerships' colours can be read, light and dark."""

from __future__ import annotations

import re

import pytest
import yaml

from bot.channels.colours import contrast, css_variables, mixed, readable
from tests.conftest import ROOT

AREAS = {path.parent.name: yaml.safe_load(path.read_text())["colours"] for path in (ROOT / "content" / "areas").glob("*/area.yml")}


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


def test_mixing():
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#123456", "#ffffff", 1) == "#123456"


@pytest.mark.parametrize("area", AREAS)
def test_every_areas_colours_read_on_every_paper(area):
    css = css_variables(AREAS[area])
    light, dark = css.split("@media")
    values = [dict(re.findall(r"--([\w-]+):(#\w{6})", part)) for part in (light, dark)]
    assert contrast(values[0]["primary"], values[0]["on-primary"]) >= 4.5
    assert contrast(values[0]["accent"], values[0]["tint"]) >= 4.5
    assert contrast(values[0]["accent"], "#faf7f2") >= 4.5
    assert contrast(values[1]["accent"], values[1]["tint"]) >= 4.5
    assert contrast(values[1]["accent"], "#2a2724") >= 7


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#ff0000", "#1b1b1b"])
def test_any_colour_becomes_readable(colour):
    assert contrast(readable(colour, "#2a2724"), "#2a2724") >= 7


def test_a_colour_by_name_is_left_as_it_is():
    assert css_variables({"primary": "teal", "on_primary": "white"}) == ":root{--primary:teal;--on-primary:white}"
