"""`parse` and `talk`: a line in, a line out, whatever stands in it."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import pytest

from bot.base.languages import load_languages
from bot.base.sealing import Sealer, new_key
from bot.flows.exchange import Inbound, Outbound
from bot.serve.lines import parse_lines, talk_lines
from tests.conftest import ROOT

HOUSE = SimpleNamespace(languages=load_languages(ROOT / "translations" / "languages.yml"), sealer=Sealer(new_key()))


class Listening:
    """Keeps what it was asked to understand."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []

    async def understand(self, text: str, language: str | None) -> dict[str, object]:
        self.asked.append((text, language))
        return {"intent_ranking": [], "intent": {"name": "greet", "confidence": 1.0}, "language": language or "en"}


async def parsed(*lines: str) -> tuple[list[dict[str, object]], list[tuple[str, str | None]]]:
    out, assistant = io.StringIO(), Listening()
    await parse_lines(assistant, HOUSE, io.StringIO("".join(f"{line}\n" for line in lines)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()], assistant.asked


async def test_what_is_no_message_gets_an_error_and_the_next_line_its_answer():
    found, asked = await parsed("{", "[]", '{"text": 5}', '{"text": "hi"}')
    assert ["error" in line for line in found] == [True, True, True, False]
    assert asked == [("hi", None)]


async def test_half_an_emoji_does_not_end_the_lines_after_it():
    found, asked = await parsed('{"text": "food bank \\ud83d", "language": "\\ud83d"}', '{"text": "hi"}')
    assert [line["text"] for line in found] == ["food bank ", "hi"]
    assert asked[0] == ("food bank", None)


async def test_a_line_that_is_nested_without_end_gets_an_error_and_the_next_line_its_answer():
    found, asked = await parsed("[" * 100_000, '{"text": "hi"}')
    assert "nested too deeply" in found[0]["error"]
    assert asked == [("hi", None)]


async def test_no_text_is_an_empty_message():
    assert (await parsed('{"text": null}', "{}"))[1] == [("", None), ("", None)]


async def test_a_slash_begins_no_command():
    assert (await parsed('{"text": "/greet"}', '{"text": "/{i want to die"}'))[1] == [("greet", None), ("{i want to die", None)]


@pytest.mark.parametrize(
    ("code", "known"), [("UR", "ur"), ("ur-latn", "ur-Latn"), ("en-GB", "en"), ("ckb_IQ", "ckb"), ("xx", None), ("", None)]
)
async def test_a_language_is_known_however_it_is_written(code, known):
    assert (await parsed(json.dumps({"text": "hi", "language": code})))[1] == [("hi", known)]


async def test_the_area_of_a_first_line_holds_for_those_that_follow_and_for_nobody_else():
    given: list[str | None] = []

    class Answering:
        async def answer(self, inbound: Inbound) -> Outbound:
            given.append(inbound.area)
            return Outbound("en", "", ())

    first = '{"sender": "a", "text": "hi", "area": "nottingham"}'
    lines = [first, '{"sender": "a", "text": "food"}', '{"sender": "b", "text": "hi"}', '{"sender": "a", "press": "1"}']
    await talk_lines(Answering(), HOUSE, io.StringIO("\n".join(lines)), io.StringIO())
    assert given == ["nottingham", "nottingham", None, "nottingham"]
