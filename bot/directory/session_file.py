"""One session as an iCalendar file that a phone opens.

Source: RFC 5545. The zone travels with the file, so that a phone abroad shows the hour on the wall in England.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from icalendar import Calendar, Event, Timezone

from bot.base.clock import LONDON
from bot.directory.model import Service, Session

_WRITTEN = "%Y%m%dT%H%M"
_WITHOUT_END = timedelta(hours=1)


def name_of(session: Session) -> str:
    """A session as it stands in a link: its beginning on the wall in England, and its place: `20261126T1000`, `20261126T1000-1`."""
    begins = session.starts_at.astimezone(LONDON).strftime(_WRITTEN)
    return begins if session.place is None else f"{begins}-{session.place}"


def moment_of_name(text: str) -> datetime | None:
    """The beginning that a link names, or None."""
    try:
        return datetime.strptime(text.partition("-")[0], _WRITTEN).replace(tzinfo=LONDON)
    except ValueError:
        return None


def session_file(service: Service, session: Session, now: datetime) -> bytes:
    """A calendar with the one session: what, where, how to ask, where it comes from."""
    service = service.at(session.place)
    calendar = Calendar()
    calendar.add("prodid", "-//Kinline//sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    begins, ends = session.starts_at.astimezone(LONDON), (session.ends_at or session.starts_at + _WITHOUT_END).astimezone(LONDON)
    # Two years of changes of the clocks are plenty for one session.
    around, year = session.starts_at.date(), timedelta(days=370)
    calendar.add_component(Timezone.from_tzid("Europe/London", first_date=around - year, last_date=around + year))
    event = Event()
    event.add("uid", f"{service.id}-{name_of(session)}@kinline")
    event.add("dtstamp", now.astimezone(timezone.utc))
    event.add("dtstart", begins.date() if session.all_day else begins)
    event.add("dtend", ends.date() if session.all_day else ends)
    event.add("summary", service.name)
    where = ", ".join(part for part in (service.address, service.postcode) if part)
    if where:
        event.add("location", where)
    if service.latitude is not None and service.longitude is not None:
        event.add("geo", (service.latitude, service.longitude))
    told = [service.summary, service.phone, service.url]
    told += ["Made up, for demonstration only."] if service.fictional else []
    told += ["In school term time only."] if session.term_time_only else []
    event.add("description", "\n".join(text for text in told if text))
    if service.url:
        event.add("url", service.url)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
