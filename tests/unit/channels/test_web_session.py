"""Session ids come from the server; settings of the widget are checked at the start."""

from __future__ import annotations

import pytest

from bot.base.errors import SettingsError
from bot.base.sealing import Sealer, new_key
from bot.base.settings import load_settings


def test_a_session_id_is_known_again_and_no_other_is(sealer):
    token = sealer.session_token()
    assert sealer.is_session_token(token)
    assert len(token.split(".")[0]) == 43
    assert sealer.session_token() != token
    for other in ("", ".", token[:-1], token + "x", token.split(".")[0], "x" + token, "ü.ü", token.replace(".", "")):
        assert not sealer.is_session_token(other)
    assert not Sealer(new_key()).is_session_token(token)


def test_the_sites_that_may_embed():
    settings = load_settings({"KINLINE_KEY": "k", "KINLINE_EMBED_ORIGINS": "https://www.example.org  http://localhost:8000"})
    assert settings.embed_origins == ("https://www.example.org", "http://localhost:8000")
    assert load_settings({"KINLINE_KEY": "k"}).embed_origins == ()


@pytest.mark.parametrize(
    "wrong", ["example.org", "http://example.org", "https://example.org/", "*", "https://*.example.org", "https://a;script-src"]
)
def test_a_site_that_is_written_wrongly_stops_the_start(wrong):
    with pytest.raises(SettingsError, match="KINLINE_EMBED_ORIGINS"):
        load_settings({"KINLINE_KEY": "k", "KINLINE_EMBED_ORIGINS": wrong})


@pytest.mark.parametrize("name", ["KINLINE_EXIT_URL", "KINLINE_MAP_URL"])
@pytest.mark.parametrize("wrong", ["http://example.org", "javascript:alert(1)", "https://a b", 'https://a"b'])
def test_links_of_the_settings_are_https(name, wrong):
    with pytest.raises(SettingsError, match=name):
        load_settings({"KINLINE_KEY": "k", name: wrong})
