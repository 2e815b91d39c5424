"""`parse`, `talk` and the terminal chat: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

from bot.base.outside_json import read_json
from bot.base.settings import ROOT
from bot.base.text import clean
from bot.flows.exchange import Inbound, Outbound, plain
from bot.flows.house import House
from bot.serve.turn import Assistant


def contract_intents() -> set[str]:
    """The intents that free text is mapped onto: those with training messages."""
    return {path.stem for path in (ROOT / "data" / "nlu" / "en").glob("*.yml")}


async def parse_lines(assistant: Assistant, house: House, lines: TextIO, out: TextIO) -> None:
    """One reading for each line `{"text": …, "language"?: …}`; a line that is none gets an `error`."""
    known = contract_intents()
    for line in lines:
        entry, problem = _entry(line)
        if problem or entry is None:
            _write(out, {"error": problem})
            continue
        text = clean(entry.get("text") or "").lstrip("/ ")
        parsed = await assistant.understand(text, house.languages.named(entry.get("language")))
        _write(out, _parsed(entry, parsed, known))


def _parsed(entry: Mapping[str, Any], parsed: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    best = next((r for r in parsed["intent_ranking"] if r["name"] in known), parsed["intent"])
    return {
        "text": entry.get("text", ""),
        "intent": {"name": best["name"], "confidence": round(float(best["confidence"]), 4)},
        "also": [name for name in parsed.get("also", ()) if name in known],
        "fallback": bool(parsed.get("fallback")),
        "entities": [{"entity": e["entity"], "value": e["value"]} for e in parsed.get("entities", ())],
        "language": parsed.get("language"),
    }


async def talk_lines(assistant: Assistant, house: House, lines: TextIO, out: TextIO) -> None:
    """One line of replies for each line `{"sender": …, "text" | "press": …}`; an area holds for the lines of a sender that follow."""
    areas: dict[str, Any] = {}
    for line in lines:
        entry, problem = _entry(line)
        if problem or entry is None:
            _write(out, {"error": problem})
            continue
        sender = str(entry.get("sender", ""))
        areas[sender] = entry.get("area") or areas.get(sender)
        outbound = await assistant.answer(_inbound(house, entry, areas[sender]))
        replies = [{"text": r["text"], "buttons": r["buttons"], "dir": r["dir"]} for r in outbound.as_json()]
        _write(out, {"sender": sender, "language": outbound.language, "replies": replies})


def _inbound(house: House, entry: Mapping[str, Any], area: str | None) -> Inbound:
    press = entry.get("press")
    return Inbound(
        sender=house.sealer.pseudonym("talk", str(entry.get("sender", ""))),
        text=entry.get("text") or "",
        press=None if press is None else str(press),
        kind="not_text" if entry.get("photo") or entry.get("voice") else "text",
        area=area,
        language=house.languages.named(entry.get("language")),
    )


async def terminal_chat(assistant: Assistant, house: House, area: str | None) -> None:
    """Type and read; a number presses a button; an empty line ends it."""
    sender = house.sealer.pseudonym("terminal", "one")
    print("Write a message. A number presses that button. An empty line ends the chat.")
    buttons: list[str] = []
    while text := await _typed():
        number = int(text) if text.isdecimal() else 0
        pressed = buttons[number - 1] if 1 <= number <= len(buttons) else None
        outbound = await assistant.answer(Inbound(sender, "" if pressed else text, pressed, area=area))
        buttons = _show(outbound)


async def _typed() -> str:
    try:
        return input("› ").strip()
    except EOFError:
        return ""


def _show(outbound: Outbound) -> list[str]:
    buttons: list[str] = []
    for reply in outbound.replies:
        print(f"\n{plain(reply.text)}")
        for button in reply.buttons:
            buttons.append(button.title)
            print(f"  [{len(buttons)}] {button.title}")
    return buttons


def _entry(line: str) -> tuple[dict[str, Any] | None, str | None]:
    try:
        entry = read_json(line.encode("utf-8", "surrogatepass"))
    except ValueError as error:
        return None, f"not JSON: {error}"
    if not isinstance(entry, dict):
        return None, "not a JSON object"
    return (entry, None) if isinstance(entry.get("text") or "", str) else (None, "`text` is not a string")


def _write(out: TextIO, value: object) -> None:
    out.write(json.dumps(value, ensure_ascii=False) + "\n")
    out.flush()
