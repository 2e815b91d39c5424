"""Says what was given up to find what is shown, and what is nearest instead."""

from __future__ import annotations

from datetime import date

from actions._turn import Turn
from bot.directory.model import Results
from bot.flows.search_state import SearchState
from bot.flows.show_services import Cards

_OF_TIME = ("part_of_day", "other_day")


def say_what_was_given_up(turn: Turn, state: SearchState, results: Results) -> None:
    """One sentence for each thing, what hurts most last; the last one leads on to the cards."""
    for code in results.widened:
        # Another day says it all: no need to add that it is another time of that day.
        if code == "part_of_day" and "other_day" in results.widened:
            continue
        key, values = _sentence(turn, state, results, code)
        turn.say(key, (), **values)


def _sentence(turn: Turn, state: SearchState, results: Results, code: str) -> tuple[str, dict[str, str]]:
    first = results.hits[0]
    if code in _OF_TIME and state.on is None and state.weekday is None and state.part_of_day is None:
        return "utter_widened_ruled_out", {}
    if code == "other_day":
        cards = Cards(turn.house, turn.language)
        asked = _asked_day(turn, state, cards)
        if asked is None:
            return "utter_widened_part_of_day", {}
        if first.next_session is None:
            return "utter_widened_no_day", {"asked": asked}
        return "utter_widened_other_day", {"asked": asked, "day": cards.day(first.next_session.starts_at.date())}
    if code == "further_away" and first.distance_km is not None:
        return "utter_widened_further_away", {"miles": Cards(turn.house, turn.language).way(first.distance_km)}
    if code == "any_access" and state.needs:
        return "utter_widened_not_marked", {}
    if code == "any_joining":
        return ("utter_widened_not_online" if state.online else "utter_widened_book_first"), {}
    return f"utter_widened_{code if code != 'further_away' else 'other_kind'}", {}


def _asked_day(turn: Turn, state: SearchState, cards: Cards) -> str | None:
    """The day in the parent's language; None when only a part of the day was asked for."""
    today = turn.house.clock.today()
    if state.on and state.until:
        return cards.days(max(date.fromisoformat(state.on), today), date.fromisoformat(state.until))
    if state.on:
        return cards.day(max(date.fromisoformat(state.on), today))
    return turn.words(f"utter_weekday_{state.weekday}") if state.weekday is not None else None
