"""Looking for services and changing the search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet

from actions._base import Events, ParentAction
from actions._is_it_on import tell_if_named_is_on
from actions._menu import menu_buttons
from actions._named import all_of_its_name, asks_for_it_alone, named_first, named_service, near_of, of_its_name, tell_about
from actions._turn import Turn
from actions._widening import say_what_was_given_up
from bot.base.errors import PlaceNotFound
from bot.base.text import isolate
from bot.directory.model import Query, Results
from bot.flows.search_state import MAX_AGE_MONTHS, SearchState, begin, located, recall, refine, without_place
from bot.flows.show_services import Cards
from bot.flows.tell_topic import tell_topic
from bot.replies.model import Button

CARDS_AT_A_TIME = 3
_INVITATION = "find_activities"  # its topic says nothing but: tell me where you are, your child's age and a day
_KINDS = (
    "age_months", "day", "time_of_day", "cost", "distance_km", "spoken_language", "access_need", "not_day", "not_time_of_day", "not_cost",
)  # fmt: skip


class FindService(ParentAction):
    """A find_* intent: what is true everywhere, then up to three local services."""

    offers_second_request = True

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_find_service"

    def answer(self, turn: Turn) -> Events:
        """Begin a search, keeping place and age of the one before."""
        named = named_service(turn)
        topic_id = _topic_meant(turn)
        state = begin(topic_id, recall(turn.slot("search")), turn.text)
        events = tell_if_named_is_on(turn)
        if events is not None:
            return events
        is_open = named is not None and named.is_offered_on(turn.house.clock.today())
        called_so = all_of_its_name(turn, named) if named and is_open else ()
        if named and is_open and asks_for_it_alone(turn, named):
            return [*_tell_about_all(turn, called_so, state), SlotSet("topic", topic_id)]
        if named and not is_open:
            # How that one stands, and then what there is for the need behind the question.
            tell_about(turn, named)
        state = replace(_understood(turn, state), named=called_so)
        state, results, neither = _or_of_second_request(turn, state, _search(turn, state, 0))
        _tell_what_is_true_everywhere(turn, topic_id, bool(results.hits) or (topic_id == _INVITATION and state.is_narrowed))
        if neither:
            _tell_what_is_true_everywhere(turn, neither, told=True)
        elif state.topic != topic_id:
            turn.say("utter_none_found_for", what=_title(turn, topic_id))
        return [*show(turn, state, results, neither=neither), SlotSet("topic", topic_id)]


class RefineSearch(ParentAction):
    """Another day, place, age, distance, price or language for the last search."""

    offers_second_request = True

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_refine_search"

    def answer(self, turn: Turn) -> Events:
        """Change the search, or ask what is looked for."""
        events = tell_if_named_is_on(turn)
        if events is not None:
            return events
        state = recall(turn.slot("search")) or begin("find_activities", None)
        if turn.house.directory.kinds_in(turn.text, (state.topic,)):
            state = replace(state, said=without_place(turn.text))
        before, state = state.shown, _understood(turn, state)
        results = _search(turn, state, 0)
        is_nearest = "nearer" in turn.values("distance_km") and bool(before) and tuple(h.service.id for h in results.hits) == before
        return show(turn, state, results, intro="utter_nothing_nearer" if is_nearest else "utter_found")


class ShowMore(ParentAction):
    """The next cards of the last search."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_show_more"

    def answer(self, turn: Turn) -> Events:
        """Go on, or say that there is no more."""
        state = recall(turn.slot("search"))
        if state is None:
            turn.say("utter_nothing_to_continue", menu_buttons(turn))
            return []
        return look_up(turn, state, more=True)


class ShowDetails(ParentAction):
    """More about one of the results shown."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_show_details"

    def answer(self, turn: Turn) -> Events:
        """Tell everything about the chosen service, or ask which one."""
        state = recall(turn.slot("search"))
        service_id = turn.value("choice") or _chosen(turn, state)
        events = tell_if_named_is_on(turn, service_id)
        if events is not None:
            return events
        hit = turn.house.directory.hit(service_id, _asked_of(turn, state, service_id)) if service_id else None
        if hit is None:
            named = named_service(turn) or (turn.house.directory.get(service_id) if service_id else None)
            called_so = all_of_its_name(turn, named) if named and turn.value("service_name") else ()
            if named and len(called_so) > 1:
                return _tell_about_all(turn, called_so, begin(named.topics[0], state, turn.text))
            if named:
                tell_about(turn, named, after_buttons(turn))
            elif state and state.shown:
                turn.say("utter_which_one", detail_buttons(turn, state.shown))
            else:
                turn.say("utter_nothing_to_continue", menu_buttons(turn))
            return []
        turn.show(Cards(turn.house, turn.language).details(hit), after_buttons(turn))
        return [SlotSet("service", hit.service.id)]


def _asked_of(turn: Turn, state: SearchState | None, service_id: str) -> Query:
    """Of what was shown, the session that the card shows; of anything else the next one."""
    if state and service_id in state.shown:
        return state.query(turn.area.id, turn.house.clock.today())
    return Query(near=near_of(state))


def _tell_about_all(turn: Turn, called_so: tuple[str, ...], state: SearchState) -> Events:
    """The one service that is called so; or all that are, at their places."""
    if len(called_so) > 1:
        state = replace(state, named=called_so)
        return show(turn, state, of_its_name(turn, called_so, near_of(state), CARDS_AT_A_TIME))
    service = turn.house.directory.get(called_so[0])
    if service:
        tell_about(turn, service, after_buttons(turn))
    return [SlotSet("service", called_so[0])]


def look_up(turn: Turn, state: SearchState, *, more: bool = False) -> Events:
    """Search, show up to three cards, remember."""
    return show(turn, state, _search(turn, state, state.seen if more else 0), more=more)


def show(
    turn: Turn, state: SearchState, results: Results, *, more: bool = False, intro: str = "utter_found", neither: str | None = None
) -> Events:
    """Cards with their buttons, or that there is nothing; and what is remembered of it.

    Args:
        neither: the topic of a second request for which there is nothing either.
    """
    _explain(turn, state, results, intro, more=more)
    cards = Cards(turn.house, turn.language)
    for number, hit in enumerate(results.hits, start=1):
        last = number == len(results.hits)
        turn.show(cards.card(hit, number), _result_buttons(turn, results, results.offset) if last else ())
    shown = tuple(hit.service.id for hit in results.hits) or (state.shown if more else ())
    state = replace(state, shown=shown, seen=results.offset + len(results.hits))
    if not results.hits:
        _say_that_there_is_none(turn, state, more=more, neither=neither)
        # A “yes” takes up what was offered.
        return [SlotSet("search", state.remembered()), SlotSet("pending", {"intent": "request_callback"})]
    if state.place is None and not more and state.topic != "find_family_hub":
        turn.say("utter_tell_place")
    return [SlotSet("search", state.remembered())]


def _say_that_there_is_none(turn: Turn, state: SearchState, *, more: bool, neither: str | None) -> None:
    buttons = after_buttons(turn, hub="find_family_hub" not in (state.topic, neither))
    if neither:
        turn.say("utter_none_found_both", buttons, first=_title(turn, state.topic), second=_title(turn, neither))
    else:
        turn.say("utter_no_more" if more else "utter_none_found", buttons)


def _title(turn: Turn, topic: str) -> str:
    return turn.words(f"utter_button_{topic}")


def _tell_what_is_true_everywhere(turn: Turn, topic_id: str, told: bool) -> None:
    """What the topic says, where it says something; a bare invitation only when there is nothing to show.

    Args:
        told: there is something to show, or the parent has said already what the invitation asks for.
    """
    topic = turn.house.library.topic(topic_id, ("en",))
    if topic and (topic.facts or not told):
        for reply in tell_topic(turn.house, topic_id, turn.language.code):
            turn.show(reply, source={"topic": topic_id})


def _search(turn: Turn, state: SearchState, offset: int) -> Results:
    query = state.query(turn.area.id, turn.house.clock.today())
    if state.named:
        return named_first(turn, state.named, query, offset, CARDS_AT_A_TIME)
    return turn.house.directory.search(query, offset=offset, limit=CARDS_AT_A_TIME)


def after_buttons(turn: Turn, *, hub: bool = False) -> list[Button]:
    """What can follow when there is nothing, or one thing, to show: a person, and the hub that knows more."""
    hubs = [turn.button("utter_button_find_family_hub", "find_family_hub")] if hub else []
    return [turn.button("utter_button_request_callback", "request_callback"), *hubs, turn.button("utter_button_menu", "menu")]


def detail_buttons(turn: Turn, shown: tuple[str, ...]) -> list[Button]:
    """A button for each service on the last cards."""
    services = [turn.house.directory.get(service_id) for service_id in shown]
    return [turn.titled(f"{n}. {s.name}"[:40], "ask_details", s.id) for n, s in enumerate(services, start=1) if s]


def _result_buttons(turn: Turn, results: Results, offset: int) -> list[Button]:
    buttons = [turn.button("utter_button_details", "ask_details", h.service.id, number=n) for n, h in enumerate(results.hits, start=1)]
    if results.total > offset + len(results.hits):
        buttons.append(turn.button("utter_button_show_more", "show_more"))
    return [*buttons, turn.button("utter_button_request_callback", "request_callback")]


def _or_of_second_request(turn: Turn, state: SearchState, results: Results) -> tuple[SearchState, Results, str | None]:
    """Where nothing is found, what the second request of the same message finds: a group for a mother may be one for her baby.

    Where that finds nothing either, its topic is the third part: the parent hears of both.
    """
    second = next((intent for intent in turn.also if intent.startswith("find_")), None)
    if results.hits or second is None or second == state.topic:
        return state, results, None
    other = replace(state, topic=second, named=())
    found = _search(turn, other, 0)
    turn.also.remove(second)
    return (other, found, None) if found.hits else (state, results, second)


def _explain(turn: Turn, state: SearchState, results: Results, intro: str, *, more: bool) -> None:
    """Say when the results are not quite what was asked, and why."""
    today = turn.house.clock.today().isoformat()
    if state.on and (state.until or state.on) < today:
        turn.say("utter_date_has_passed")
    if any(int(age) > MAX_AGE_MONTHS for age in turn.values("age_months")):
        turn.say("utter_age_too_high")
    if results.hits and results.widened and not more:
        say_what_was_given_up(turn, state, results)
    elif results.hits and not more:
        turn.say(intro, number=results.total)


def _understood(turn: Turn, state: SearchState) -> SearchState:
    said = [(kind, value) for kind in _KINDS for value in turn.values(kind)]
    said += [("need", need) for need in turn.house.directory.needs_in(turn.text)]
    said += _school_breaks(turn)
    state = refine(state, said)
    for place in turn.values("place"):
        try:
            found = turn.house.directory.place(place, turn.area.id)
        except PlaceNotFound:
            turn.say("utter_place_unknown", place=isolate(place))
            continue
        state = located(state, found)
    return state


def _school_breaks(turn: Turn) -> list[tuple[str, Any]]:
    """School holidays that the message names, as days of this area; that they are not known is said."""
    today, found = turn.house.clock.today(), []
    for name in turn.values("school_break"):
        span = turn.house.directory.closures.school_break(turn.area.id, name, today)
        if span is None:
            turn.say("utter_terms_unknown")
        else:
            found.append(("day", {"from": max(span[0], today).isoformat(), "to": span[1].isoformat()}))
    return found


def _topic_meant(turn: Turn) -> str:
    """The topic that was understood, unless the parent's own words name another; a guess with a day is “what is on”."""
    directory = turn.house.directory
    of_the_second = any(directory.kinds_in(turn.text, (second,)) for second in turn.also)
    topic = turn.intent if of_the_second else directory.topic_meant(turn.text, turn.intent)
    is_guess = bool(turn.metadata.get("unsure")) and topic == turn.intent
    if is_guess and turn.value("day") and not turn.house.directory.kinds_in(turn.text, (topic,)):
        return "find_activities"
    return topic


def _chosen(turn: Turn, state: SearchState | None) -> str | None:
    shown = state.shown if state else ()
    number = turn.value("ordinal")
    if number is not None and shown:
        at = int(number) - 1 if int(number) > 0 else len(shown) - 1
        return shown[at] if 0 <= at < len(shown) else None
    return shown[0] if len(shown) == 1 else turn.slot("service") if turn.slot("service") in shown else None
