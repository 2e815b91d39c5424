"""Packing the scripts takes blanks and comments away, and nothing of what they say."""

import re

import pytest

from bot.channels.assets import load_asset
from tests.conftest import ROOT

SCRIPTS = sorted((ROOT / "bot" / "channels").glob("*/*.js"))
_TEXT = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'|`[^`\n]*`')


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_text_of_a_script_goes_out_as_it_was_written(path):
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("//")]
    packed = load_asset([path], "text/javascript").plain.decode()
    assert len(packed) < sum(map(len, lines))
    texts = [found for line in lines for found in _TEXT.findall(line)]
    assert texts
    assert [text for text in texts if text not in packed] == []
