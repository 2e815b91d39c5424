"""No page of the desk is heavy or slow, whoever looks at it and however much is in the database."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.callbacks import marks_store
from bot.callbacks.model import Wish
from bot.delivery import address_store, outbox_store
from bot.delivery import store as delivery
from bot.delivery.model import Outgoing
from bot.desk.app import all_views, make_app
from bot.flows import work_on_request as work
from bot.flows.book_callback import book
from bot.flows.merge_requests import merge
from bot.staff import record_store
from bot.staff import store as staff_store
from bot.staff.model import ROLES
from tests.desk.running import ANY_TIME, CAREFUL, a_callback, address, member, move_to, seat

GETS = [view.guard for view in all_views() if "GET" in view.guard.methods]
MOST_BYTES, MOST_QUERIES = 100_000, 10
QUEUES = (
    "show=mine",
    "show=unclaimed",
    "show=late",
    "show=escalated",
    "area=southend&topic=other&show=escalated",
    "kind=idea&language=ckb",
)
MORE = [
    *(f"/desk/queue?{chosen}" for chosen in QUEUES), "/desk/search?q=07700 900123", "/desk/search?q=AAA", "/desk/data?reference={reference}&receipt=X",
    "/desk/audit?reference={reference}", "/desk/requests/{reference}/services?service=a", "/desk/together/search?language=ur&topic=find_food_help",
    "/desk/figures?measure=requests&by=area", "/desk/requests/{other}", "/desk/requests/QQQQQQ",
]  # fmt: skip


@pytest.fixture
def well_filled(house, team, busy):
    """A desk in its second year: in every list more than a page shows."""
    for number in range(150):
        book(house, f"{number:032d}", sorted(house.areas)[number % 6], "ckb", ANY_TIME, Wish(), "healthy_start_apply", True)
    for number in range(40):
        member(house, f"Connector{number}", "connector", "coordinator", languages=("pl", "ur", "ckb"), areas=tuple(house.areas))
    for sender in ("e" * 32, "f" * 32):
        merge(house, busy["reference"], a_callback(house, sender, contact=CAREFUL).reference, team["all"])
    today, now = house.clock.today(), house.clock.now()
    with house.database.session() as session:
        for number, sender in enumerate(("s" * 32, "e" * 32, "f" * 32)):
            address_store.heard_from(session, sender, "telegram", house.sealer.seal("1"), now - timedelta(hours=number))
        for number in range(30):
            bubble = {"text": "Three places near you. " * 12, "dir": "ltr", "lang": "pl", "buttons": [], "button_ids": []}
            delivery.add_turn(session, "s" * 32, "Where can we get food for two days? " * 4, [bubble], now)
            record_store.save_reply(session, f"Reply {number}", "pl", "We ring on Monday. " * 50, 0)
            record_store.add_missed(session, now, team["all"].id, "pl", "crisis_medical", "He does not wake up. " * 14)
            record_store.add_export(session, f"export{number}", now, team["all"].id, "requests", ["AAAAAA"])
            staff_store.add_absence(session, team["connector"].id, today, today, "holiday")
        for number in range(120):
            record_store.audit(session, now, team["all"].id, "request", busy["reference"], f"contact details opened {number}")
            outbox_store.add(session, f"{number:032d}", "whatsapp", "person", [Outgoing("On Monday", "en", "ltr")], now)
            outbox_store.end(session, outbox_store.next_for(session, f"{number:032d}").outbox_id, now, "dead", "blocked")
    return busy


def test_every_page_is_small_and_asks_the_database_at_most_ten_times(house, well_filled):
    asked, app, minutes = [], make_app(house, with_jobs=False), 0
    event.listen(house.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    everything, six = tuple(ROLES), tuple(house.areas)
    for name, roles, areas in (
        ("All", everything, ()),
        ("Six", everything, six),
        ("Words", ("editor",), six),
        ("Carla", ("coordinator", "editor"), six),
    ):
        who = member(house, name, *roles, areas=areas)
        if "coordinator" in roles:
            work.reassign(house, well_filled["reference"], who, who.id)
        sitting = {stage: seat(house, who, stage, app) for stage in ("full", "together", "password")}
        shell = sitting["full"].get("/desk/help").text
        static = sum(
            int(sitting["full"].get(path).headers["content-length"])
            for path in set(re.findall(r'(?:href|src)="(/desk/static/[^"]+)"', shell))
        )
        pages = [(guard.stage, address(guard, well_filled)) for guard in GETS]
        for stage, path in [*pages, *(("full", path.format(**well_filled)) for path in MORE)]:
            minutes += 2  # so that being at the desk is written down too, with every page
            move_to(house, f"2026-11-24T{10 + minutes // 60}:{minutes % 60:02d}")
            with house.database.session() as session:
                marks_store.set_answer(session, well_filled["reference"], "unread")
            asked.clear()
            answer = sitting[{"half": "password", "public": "full"}.get(stage, stage)].get(path)
            assert answer.status_code in (200, 303, 403, 404), path
            assert len(answer.content) + static <= MOST_BYTES, (name, path, len(answer.content), static)
            assert len(asked) <= MOST_QUERIES, (name, path, len(asked), asked)
