"""Services and their sessions as cards, every label in the parent's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel.core import UnknownLocaleError
from babel.dates import format_date, format_interval, format_timedelta

from bot.base.languages import Language
from bot.base.quantities import duration, way
from bot.base.text import isolate
from bot.directory.geography import miles
from bot.directory.model import Hit, Service
from bot.flows.calendar_link import calendar_link
from bot.flows.house import House
from bot.flows.language_name import language_of_its_speakers
from bot.flows.say_cost import say_cost
from bot.flows.say_opening import say_opening
from bot.flows.translate_directory import translated
from bot.replies.machine import isolated
from bot.replies.model import Reply

_YEAR = 12


class Cards:
    """Writes cards for one parent.

    Args:
        language: of the labels; a service's own words stay in the provider's.
    """

    def __init__(self, house: House, language: Language) -> None:
        self._house = house
        self._language = language
        self._facts = house.facts(language.code)

    def card(self, hit: Hit, number: int | None = None) -> Reply:
        """One service: what, for whom, when next, where and how far, cost, how to join, contact, checked."""
        service = hit.service
        name = f"{number}. {service.name}" if number else service.name
        lines = [self._own(name)]
        if service.fictional:
            lines.append(self._words("utter_card_fictional"))
        lines += [
            self._words("utter_card_for", ages=self.ages(service)),
            self._words("utter_card_when", when=self._when_with_terms(hit)),
            self._words("utter_card_where", where=self.where(hit)),
            self._words("utter_card_cost", cost=self.cost(service)),
        ]
        lines.append(self._words("utter_card_contact", contact=self.contact(service)))
        if hit.next_session:
            lines.append(self._words("utter_card_calendar", link=isolate(calendar_link(self._house, service, hit.next_session))))
        lines.append(self._words("utter_card_checked", ago=self.ago(service.checked_on)))
        return self._reply("\n".join(lines))

    def details(self, hit: Hit) -> Reply:
        """The card with the provider's description and how to join."""
        service = hit.service
        made = translated(self._house, service, self._language.code)
        if self._language.direction == "rtl":
            made = {text: isolated(translation) for text, translation in made.items()}
        lines = [self.card(hit).text]
        if made:
            lines.append(self._words("utter_card_machine_made"))
        if service.summary:
            if self._language.code != "en" and service.summary not in made:
                lines.append(self._words("utter_card_own_words"))
            lines.append(made.get(service.summary) or self._own(service.summary))
        join = made.get(service.how_to_join or "") or self.how_to_join(service)
        lines.append(self._words("utter_card_join", how=join))
        if service.access:
            access = "; ".join(made.get(text) or self._own(text) for text in service.access)
            lines.append(self._words("utter_card_access", access=access))
        if service.languages:
            lines.append(self._words("utter_card_languages", languages=self._language_names(service.languages)))
        attribution = self._house.directory.attribution_of(service.id)
        if attribution:
            lines.append(self._words("utter_card_attribution", attribution=isolate(attribution)))
        return self._reply("\n".join(lines))

    def ages(self, service: Service) -> str:
        """Ages in words; open ends as such."""
        low, high = service.min_age_months, service.max_age_months
        if low in (None, 0) and high is None:
            return self._words("utter_card_ages_unknown")
        if high is None:
            return self._words("utter_card_ages_from", low=self.age(low or 0))
        if not low:
            return self._words("utter_card_ages_to", high=self.age(high + 1))
        return self._words("utter_card_ages_between", low=self.age(low), high=self.age(high + 1))

    def age(self, months: int) -> str:
        """`8 months` or `2 years` in the parent's language."""
        whole_years = months % _YEAR == 0 or months >= 2 * _YEAR
        return duration(months // _YEAR, "year", self._language) if whole_years else duration(months, "month", self._language)

    def when(self, hit: Hit) -> str:
        """Next session as day, date and times; `ask for the time` where the hours are not known."""
        if hit.next_session is None:
            return self._opening(hit.service.opening) if hit.service.opening else self._words("utter_card_ask")
        starts_at, ends_at = hit.next_session.starts_at, hit.next_session.ends_at
        if hit.next_session.all_day:
            return f"{self.day(starts_at.date())} ({self._words('utter_card_ask_time')})"
        until = f"–{ends_at:%H:%M}" if ends_at else ""
        return self._at(starts_at.date(), f"{starts_at:%H:%M}{until}")

    def _opening(self, text: str) -> str:
        return isolate(text) if self._language.code == "en" else say_opening(text, self._words)

    def _when_with_terms(self, hit: Hit) -> str:
        when = self.when(hit)
        term_time = hit.next_session is not None and hit.next_session.term_time_only
        return f"{when} ({self._words('utter_card_term_time')})" if term_time else when

    def day(self, on: date) -> str:
        """`Thursday, 26 November`, in the parent's language; English where dates have no such locale."""
        return _dated(on, self._language.locale)

    def days(self, first: date, last: date) -> str:
        """`30 November – 6 December`; the days apart where dates have no such locale."""
        try:
            return format_interval(first, last, "MMMMd", locale=_locale(self._language.locale))
        except (KeyError, UnknownLocaleError, ValueError):
            return f"{self.day(first)} – {self.day(last)}"

    def moment(self, at: datetime) -> str:
        """Day and time."""
        return self._at(at.date(), f"{at:%H:%M}")

    def _at(self, on: date, times: str) -> str:
        comma = "،" if self._language.direction == "rtl" else ","
        return f"{self.day(on)}{comma} {isolate(times)}"

    def where(self, hit: Hit) -> str:
        """Address and distance."""
        service = hit.service
        parts = [p for p in (service.address, service.postcode) if p]
        place = isolate(", ".join(parts)) if parts else self._words("utter_card_ask")
        if hit.distance_km is None or not parts:
            return place
        return f"{place} ({self._words('utter_card_distance', miles=self.way(hit.distance_km))})"

    def way(self, km: float) -> str:
        """`1 mile` or `2.5 miles` in the parent's language."""
        return way(float(miles(km)), self._language)

    def cost(self, service: Service) -> str:
        """Free, the price, or `ask`; beside English no English words stand in it."""
        if service.is_free:
            return self._words("utter_card_free")
        if not service.cost_text:
            return self._words("utter_card_ask")
        return service.cost_text if self._language.code == "en" else say_cost(service.cost_text, self._words)

    def contact(self, service: Service) -> str:
        """Phone, link and e-mail as the provider gives them."""
        known = [isolate(value) for value in (service.phone, service.url, service.email) if value]
        return " · ".join(known) if known else self._words("utter_card_ask_connector")

    def how_to_join(self, service: Service) -> str:
        """Whether to book, and how."""
        if service.how_to_join:
            return isolate(service.how_to_join)
        if service.booking_needed is None:
            return self._words("utter_card_ask")
        return self._words("utter_card_book" if service.booking_needed else "utter_card_drop_in")

    def ago(self, checked_on: date) -> str:
        """`3 weeks ago`."""
        passed = max((self._house.clock.today() - checked_on).days, 0)
        if passed == 0:
            return self._words("utter_card_today")
        ago = format_timedelta(-timedelta(days=passed), add_direction=True, locale=_locale(self._language.locale))
        # Where the locale data has no such phrase (Sorani), Babel answers `-3 w`: give the day instead.
        return self.day(checked_on) if ago.startswith("-") else ago

    def _language_names(self, codes: tuple[str, ...]) -> str:
        names = [language_of_its_speakers(self._house, c) for c in codes]
        return ", ".join(isolate(name) for name in names)

    def _words(self, key: str, **values: object) -> str:
        return self._house.catalogue.text(key, self._language.code, self._facts, **values)

    def _own(self, text: str) -> str:
        return isolate(text) if self._language.direction == "rtl" else text

    def _reply(self, text: str) -> Reply:
        return Reply(text, self._language.code, self._language.direction)


def _locale(name: str) -> str:
    return name.replace("-", "_")


def _dated(on: date, locale: str) -> str:
    try:
        return format_date(on, "EEEE d MMMM", locale=_locale(locale))
    except (KeyError, UnknownLocaleError, ValueError):
        return f"{on:%A} {on.day} {on:%B}"
