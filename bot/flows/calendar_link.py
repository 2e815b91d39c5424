"""Links under which a session can be put into a calendar."""

from __future__ import annotations

from urllib.parse import quote, unquote

from bot.directory.model import Service, Session
from bot.directory.session_file import moment_of_name, name_of, session_file
from bot.flows.house import House

_ENDING = ".ics"


def calendar_link(house: House, service: Service, session: Session) -> str:
    """The address of a session's file; on this machine where no public address is set."""
    settings = house.settings
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{base}/sessions/{quote(service.id, safe='')}/{name_of(session)}{_ENDING}"


def session_of_link(house: House, service_id: str, name: str) -> bytes | None:
    """The file of a link; None where the service is not offered or has no such session."""
    named = name.removesuffix(_ENDING)
    begins = moment_of_name(named) if name.endswith(_ENDING) else None
    service = house.directory.get(unquote(service_id)) if begins else None
    if begins is None or service is None or not service.is_offered_on(house.clock.today()):
        return None
    on_that_day = house.directory.sessions(service, begins.date(), begins.date())
    session = next((one for one in on_that_day if name_of(one).startswith(named)), None)
    return session_file(service, session, house.clock.now()) if session else None
