"""The main choices, as buttons."""

from __future__ import annotations

from actions._turn import Turn
from bot.replies.model import Button

_CHOICES = ("find_activities", "healthy_start_about", "find_food_help", "find_family_hub", "request_callback", "change_language")


def menu_buttons(turn: Turn) -> list[Button]:
    """One button for each main choice, and one for the area's offers where it has any."""
    choices = (*_CHOICES, "sign_up") if turn.area.offers else _CHOICES
    return [turn.button(f"utter_button_{intent}", intent) for intent in choices]
