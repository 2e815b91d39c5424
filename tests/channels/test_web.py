"""The web channel over real HTTP."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing

import httpx
import pytest

from bot.base.settings import ROOT
from tests.waiting import until

pytestmark = pytest.mark.rasa


@pytest.fixture
def web(running):
    with httpx.Client(base_url=running["address"], timeout=30) as client:
        client.get("/")
        yield client


def say(web, text, **more):
    return web.post("/chat/turn", json={"text": text, **more}).json()


def test_a_turn_has_the_shape_of_the_interface(web):
    answer = say(web, "is there a food bank near HP21")
    assert set(answer) >= {"turn", "replies"}
    assert all(set(reply) >= {"text", "buttons", "dir"} for reply in answer["replies"])
    assert any("Family Food Bank" in reply["text"] for reply in answer["replies"])


def test_the_session_cookie_is_out_of_reach_for_scripts(running):
    answer = httpx.get(running["address"] + "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_nobody_reads_on_as_somebody_else(web, running):
    say(web, "hello, my name is Zuleika")
    with httpx.Client(base_url=running["address"]) as other:
        assert other.get("/chat/events?after=0").json()["turns"] == []
        assert "Zuleika" not in other.get("/").text


def test_a_reload_shows_the_turns_again(web):
    number = say(web, "what is healthy start")["turn"]
    turns = web.get(f"/chat/events?after={number - 1}").json()["turns"]
    assert turns[-1]["turn"] == number
    assert "what is healthy start" in web.get("/").text


@pytest.mark.parametrize("after", ["²", "9" * 31, "-1", "1.5"])
def test_a_number_of_a_turn_that_is_none_is_refused_kindly(web, after):
    answer = web.get("/chat/events", params={"after": after, "have": "²,x," + "9" * 31})
    assert answer.status_code == 400
    assert web.get("/chat/events", params={"after": "0", "have": "²,x," + "9" * 31}).status_code == 200


def test_an_area_that_is_none_changes_nothing(web):
    assert say(web, "hello", area="x" * 100)["replies"]


def test_a_press_by_title_number_and_id(web):
    first = say(web, "what can you do")
    titles = [t for r in first["replies"] for t in r["buttons"]]
    ids = [i for r in first["replies"] for i in r["button_ids"]]
    assert all(len(i) == 13 and "{" not in i for i in ids)
    assert web.post("/chat/turn", json={"press": titles[1]}).status_code == 200
    say(web, "what can you do")
    assert web.post("/chat/turn", json={"press": "1"}).json()["replies"]
    assert web.post("/chat/turn", json={"press": ids[0]}).json()["replies"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"text": null}'])
def test_a_broken_body_is_refused_kindly(web, body):
    answer = web.post("/chat/turn", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "error" in answer.json()


def test_a_body_that_is_too_large_is_refused(web):
    assert web.post("/chat/turn", json={"text": "a" * 1_200_000}).status_code == 413


def test_a_hundred_thousand_characters_are_read(web):
    answer = say(web, "I had a long week. " * 5263 + "where is the food bank")
    assert answer["replies"]


def test_the_page_works_without_script(running):
    with httpx.Client(base_url=running["address"], follow_redirects=True) as plain:
        plain.get("/")
        page = plain.post("/", data={"text": "<b>hello</b>", "area": "borsetshire", "language": "en"})
        assert page.status_code == 200
        assert "&lt;b&gt;hello" in page.text


@pytest.fixture
def plain(running):
    """A browser without scripts that has opened the page."""
    with httpx.Client(base_url=running["address"], follow_redirects=True, timeout=30) as browser:
        browser.get("/")
        yield browser


def test_without_script_danger_is_answered_while_the_database_takes_nothing(plain, running):
    plain.post("/", data={"text": "hello there"})
    with closing(sqlite3.connect(f"{running['folder']}/kinline.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        page = plain.post("/", data={"text": "i want to kill myself"}).text
        other.rollback()
    assert page.index("hello there") < page.index("i want to kill myself") < page.rindex("116 123")


def test_without_script_the_receipt_of_an_erasure_is_shown(plain):
    plain.post("/", data={"text": "my unusual word is Quixotryzz"})
    plain.post("/", data={"text": "forget me"})
    page = plain.post("/", data={"text": "yes"}).text
    assert "Your receipt is" in page
    assert "Quixotryzz" not in page


def test_other_pages_and_errors(web):
    assert "14" in web.get("/privacy").text
    assert "Ordnance" in web.get("/accessibility").text or "OS data" in web.get("/accessibility").text
    assert 'dir="rtl"' in web.get("/?lang=ur").text
    assert web.get("/nothing-here").status_code == 404
    assert web.get("/healthz").json() == {"database": True}
    assert "kinline_turns_total" in web.get("/metrics").text
    assert web.get("/metrics", headers={"x-forwarded-for": "1.2.3.4"}).status_code == 404


def test_neither_words_nor_numbers_reach_the_log_or_the_disk(web, running):
    say(web, "please call me on 07400 654321, I am Zuleika and my NI is JG654321B")
    log = running["log"].read_text()
    found = b"".join(path.read_bytes() for path in running["folder"].glob("kinline.db*"))
    for secret in ("07400 654321", "07400654321", "JG654321B"):
        assert secret not in log
        assert secret.encode() not in found
    assert "Zuleika" not in log


def test_forgetting_leaves_nothing_of_the_words(web, running):
    say(web, "my unusual word is Quixotryzz, where is the food bank")
    say(web, "forget me")
    assert "receipt" in say(web, "yes")["replies"][0]["text"]
    assert web.get("/chat/events?after=0").json()["turns"] == []


def test_clearing_the_chat_leaves_nothing_of_the_words(web, running):
    say(web, "my unusual word is Fandangolith, my husband beats me")
    assert web.post("/chat/clear").status_code == 204
    assert web.get("/chat/events?after=0").json()["turns"] == []
    assert until(lambda: b"Fandangolith" not in b"".join(path.read_bytes() for path in running["folder"].glob("kinline.db*")))


def test_a_busy_port_is_one_clear_line(running, tmp_path):
    from bot.base.sealing import new_key

    environment = os.environ | {
        "KINLINE_KEY": new_key(),
        "DATABASE_URL": f"sqlite:///{tmp_path}/k.db",
        "KINLINE_PORT": str(running["port"]),
    }
    done = subprocess.run([sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert f"port {running['port']} is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_service_listens_on_loopback_only(running):
    outside = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1", "127.0.1.1"}
    for address in outside:
        with socket.socket() as probe:
            probe.settimeout(1)
            assert probe.connect_ex((address, running["port"])) != 0


def test_commands_speak_json_lines(running, tmp_path):
    from bot.base.sealing import new_key

    environment = os.environ | {
        "KINLINE_KEY": new_key(),
        "DATABASE_URL": f"sqlite:///{tmp_path}/k.db",
        "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00",
    }
    lines = '{"text": "where is the food bank"}\nnot json\n{"text": "i want to kill myself"}\n'
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bot", "parse"],
        cwd=ROOT,
        env=environment,
        input=lines,
        capture_output=True,
        text=True,
        timeout=180,
    )
    first, broken, danger = [json.loads(line) for line in done.stdout.splitlines()]
    assert set(first) == {"text", "intent", "also", "fallback", "entities", "language"}
    assert first["intent"]["name"] == "find_food_help"
    assert first["language"] == "en"
    assert "error" in broken
    assert danger["intent"]["name"] == "crisis_self_harm"
