"""Two weeks of a team's work, with a clock that is moved by hand.

Three connectors and a coordinator, sickness, a power cut, Christmas with its bank holidays, 300 requests in six languages.
No promise is broken silently, and the figures equal what happened.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from bot.base.calendar import is_bank_holiday
from bot.callbacks import queue_store, timer_store
from bot.callbacks.entry_store import calls_of, entry_table
from bot.callbacks.model import Wish
from bot.callbacks.queue_store import QueueQuery
from bot.callbacks.rules import SPOKEN
from bot.delivery.store import turns_after
from bot.flows import work_on_request as work
from bot.flows.ask_about_call import answer_question, open_question, put_waiting
from bot.flows.book_callback import book, withdraw
from bot.flows.desk_hours import rota_of
from bot.flows.go_away import go_away, hand_over_of_the_absent
from bot.flows.keep_promises import run_timers
from bot.flows.reach_parent import ChatLine
from bot.flows.suggest_connector import suggest
from bot.flows.tell_of_call import APOLOGY
from bot.insight import store as insight
from bot.staff import record_store
from bot.staff import store as staff_store
from bot.staff.model import Notify
from tests.desk.running import ANY_TIME, CAREFUL, member, move_to

FIRST, DAYS, REQUESTS = date(2026, 12, 14), 17, 300
LANGUAGES = ["pl", "ur", "ar", "ro", "ckb", "en"]
POWER_CUT = (datetime.fromisoformat("2026-12-17T12:30"), datetime.fromisoformat("2026-12-18T16:00"))
SICK = (date(2026, 12, 16), date(2026, 12, 18))
LINE = ChatLine()


class TwoWeeks:
    """What happens, and an account of it that owes nothing to the code under test."""

    def __init__(self, house) -> None:
        self.house, self.chance, self.happened = house, random.Random(11), Counter()
        mail = Notify(email=True)
        self.team = [
            member(house, "Anna", "connector", languages=("pl", "ro"), notify=mail),
            member(house, "Omar", "connector", languages=("ar", "ckb"), notify=mail),
            member(
                house,
                "Sana",
                "connector",
                languages=("ur",),
                notify=mail,
                works={d: [["09:00", "12:30"]] for d in ("mon", "tue", "wed", "thu")},
            ),
        ]
        self.carla = member(house, "Carla", "coordinator", notify=mail)
        self.tries: dict[str, list[datetime]] = {}
        self.promises: dict[str, list[datetime]] = {}
        self.ended: dict[str, datetime] = {}
        self.careful: set[str] = set()
        self.language: dict[str, str] = {}
        self.by_language: Counter = Counter()
        self.asked = self.apologised = 0

    @property
    def now(self) -> datetime:
        return self.house.clock.now()

    def count(self, measure: str, reference: str) -> None:
        self.happened[measure] += 1
        self.by_language[measure, self.language[reference]] += 1

    def new_promises(self) -> None:
        """Each time that a parent has been given, the first and those that took the place of a broken one."""
        with self.house.database.session() as session:
            for request in self.house.requests.open_requests(session):
                given = self.promises[request.reference]
                if request.promised_by != given[-1]:
                    given.append(request.promised_by)

    def parents(self) -> None:
        if 8 <= self.now.hour < 21 and self.asked < REQUESTS and self.chance.random() < 0.75:
            language = LANGUAGES[self.asked % len(LANGUAGES)]
            contact = CAREFUL if self.chance.random() < 0.2 else ANY_TIME
            contact = replace(contact, phone=f"+44770090{self.asked:04d}")
            wish = self.chance.choice([Wish(), Wish(), Wish(part_of_day="morning"), Wish(weekday=self.chance.randrange(5))])
            request = book(self.house, f"{self.asked:032d}", "borsetshire", language, contact, wish, "find_food_help", False)
            self.asked += 1
            self.language[request.reference] = language
            self.count("requests", request.reference)
            self.tries[request.reference], self.promises[request.reference] = [], [request.promised_by]
            if contact.safe_to_call != "safe_any_time":
                self.careful.add(request.reference)
        if self.asked and self.chance.random() < 0.02:
            gone = withdraw(self.house, f"{self.chance.randrange(self.asked):032d}")
            if gone:
                self.count("withdrawn", gone.reference)
                self.ended[gone.reference] = self.now

    def parents_answer(self) -> None:
        for number in range(self.asked):
            sender = f"{number:032d}"
            asked = open_question(self.house, sender) if self.chance.random() < 0.05 else None
            if not asked:
                continue
            if not asked.told:
                # Nothing goes to this parent unasked; now they write.
                put = put_waiting(self.house, sender, asked, "en")
                self.apologised += bool(put and asked.name == APOLOGY and asked.reference in put.text)
                continue
            said = self.chance.choice(["1", "1", "1", "2"]) if asked.name != "how" else self.chance.choice("123")
            if answer_question(self.house, sender, asked, said, "en", pressed=False) and asked.name in ("got", "how"):
                key = {"how": f"helped_{dict(zip('123', ('yes', 'some', 'no')))[said]}", "got": "missed_calls" if said == "2" else ""}[
                    asked.name
                ]
                if key:
                    self.count(key, asked.reference)
                if asked.name == "got" and said == "2":
                    self.ended.pop(asked.reference, None)

    def at_work(self, who) -> bool:
        local = self.now.replace(tzinfo=None)
        if POWER_CUT[0] <= local < POWER_CUT[1] or is_bank_holiday(self.now.date()) or self.now.weekday() > 4:
            return False
        with self.house.database.session() as session:
            away = staff_store.absences(session, self.now.date())
        return 9 <= self.now.hour < 16 and rota_of(who, away).works_at(self.now)

    def connectors(self) -> None:
        for who in self.team:
            for _call in range(3 if self.at_work(who) else 0):
                self.one_call(who)

    def one_call(self, who) -> None:
        with self.house.database.session() as session:
            mine, _more = queue_store.queue_page(session, QueueQuery(who.id, self.now, "mine"))
            due = [r for r in mine if r.state in ("claimed", "reached") or r.due_at <= self.now]
            free, _more = queue_store.queue_page(session, QueueQuery(who.id, self.now, "unclaimed"))
        request = due[0] if due else free[0] if free else None
        if request is None:
            return
        if request.state == "reached":
            work.close(self.house, request.reference, who, "helped")
            self.count("closed", request.reference)
            self.ended[request.reference] = self.now
            return
        if not request.claimed_by:
            request = work.claim(self.house, request.reference, who)
        result = "reached" if self.chance.random() < 0.6 or request.attempts >= 3 else "no_answer"
        before = request.promised_by
        changed = work.log_call(self.house, request.reference, who, result)
        self.count("contacts" if result == "reached" else "attempts", request.reference)
        if not self.tries[request.reference] and self.now <= before:
            self.count("promises_kept", request.reference)
        self.tries[request.reference].append(self.now)
        assert changed.first_tried_at

    def coordinator(self) -> None:
        if not self.at_work(self.carla) or self.now.minute:
            return
        with self.house.database.session() as session:
            late, _more = queue_store.queue_page(session, QueueQuery("", self.now, "unclaimed"))
            soon = [request for request in late[:5] if request.due_at < self.now + timedelta(hours=2)]
            best = {request.reference: suggest(self.house, session, request) for request in soon}
        for reference, suggested in best.items():
            if suggested:
                work.reassign(self.house, reference, self.carla, suggested[0].member.id)

    def run(self) -> None:
        for step in range(DAYS * 48):
            at = datetime.combine(FIRST, datetime.min.time()) + timedelta(minutes=30 * step)
            if not 8 <= at.hour < 21:  # nobody writes, nobody works, and no timer is set for the night
                continue
            move_to(self.house, at.isoformat())
            if at == datetime.combine(SICK[0], datetime.min.time()) + timedelta(hours=9):
                go_away(self.house, self.team[0].id, *SICK, "sick", self.carla)
            run_timers(self.house, LINE)
            self.new_promises()
            hand_over_of_the_absent(self.house)
            self.nobody_away_holds_what_falls_due()
            self.parents()
            self.parents_answer()
            self.connectors()
            self.coordinator()

    def everybody_writes(self) -> None:
        """In the end each parent who was to hear something when they write does write."""
        for number in range(self.asked):
            asked = open_question(self.house, f"{number:032d}")
            if asked and not asked.told:
                put = put_waiting(self.house, f"{number:032d}", asked, "en")
                self.apologised += bool(put and asked.name == APOLOGY and asked.reference in put.text)

    def nobody_away_holds_what_falls_due(self) -> None:
        if SICK[0] <= self.now.date() <= SICK[1] and self.now.hour > 9:
            with self.house.database.session() as session:
                assert [r for r in queue_store.claimed_by(session, self.team[0].id) if r.due_at.date() <= SICK[1]] == []


def entries(house, *codes):
    with house.database.session() as session:
        rows = session.execute(
            select(entry_table.c.reference, entry_table.c.at).where(entry_table.c.code.in_(codes)).order_by(entry_table.c.id)
        )
        found: dict[str, list[datetime]] = {}
        for reference, at in rows:
            found.setdefault(reference, []).append(at)
        return found


def every_broken_promise_was_said(house, weeks, broken):
    """Of each time that was given, not of the first alone: it was kept, or the history, the coordinator and the parent know."""
    with house.database.session() as session:
        table = record_store.notice_table.c
        rows = session.execute(select(table.reference).where(table.kind == "broken", table.staff_id == weeks.carla.id)).scalars()
        told_carla = Counter(rows)
        talks = {r for r in weeks.tries if SPOKEN & set(calls_of(session, r))}
        open_now = {request.reference for request in house.requests.open_requests(session)}
    apologies = entries(house, "apologised")
    for reference, promises in weeks.promises.items():
        gone = weeks.ended.get(reference)
        # At each half hour the timers run before anybody works, so that a call at the promised minute itself comes after them.
        missed = [p for p in promises if p <= weeks.now and not any(at < p for at in weeks.tries[reference]) and not (gone and gone < p)]
        times = broken.get(reference, [])
        assert len(times) == len(missed) == told_carla[reference], (reference, promises, missed, times)
        assert all(promise <= at <= promise + timedelta(minutes=30) for promise, at in zip(missed, times)), (reference, missed, times)
        if missed and reference in weeks.careful and reference in open_now and reference not in talks:
            assert apologies.get(reference), (reference, "told when they wrote")


def test_no_promise_is_broken_silently_and_the_figures_are_what_happened(house):
    weeks = TwoWeeks(house)
    weeks.run()
    weeks.everybody_writes()
    assert weeks.asked == REQUESTS
    assert len({is_bank_holiday(FIRST + timedelta(days=day)) for day in range(DAYS)}) == 2, "a bank holiday lies within"

    broken = entries(house, "promise_broken", "promise_broken_waits")
    second, coordinator = entries(house, "escalated_second"), entries(house, "escalated_coordinator")
    assert broken, "the power cut must have broken some"
    for reference, first_promise in weeks.promises.items():
        in_time = any(at <= first_promise[0] for at in weeks.tries[reference])
        gone = weeks.ended.get(reference)
        if in_time or (gone and gone <= first_promise[0] and not weeks.tries[reference]) or first_promise[0] > weeks.now:
            continue
        assert reference in broken, (reference, first_promise)
        assert second[reference][0] <= broken[reference][0]
        assert coordinator[reference][0] <= broken[reference][0]
        with house.database.session() as session:
            request = house.requests.get(session, reference)
            told = [reply["text"] for turn in turns_after(session, request.sender, 0) for reply in turn["replies"]]
        expected = house.catalogue.text("utter_promise_broken", request.language, {}, reference="", was="", by="").split(".")[0][:8]
        apologies = [text for text in told if expected in text]
        assert len(apologies) == (0 if reference in weeks.careful else len(broken[reference])), reference
    every_broken_promise_was_said(house, weeks, broken)
    assert weeks.apologised == sum(len(times) for times in entries(house, "apologised").values()) > 0
    for reference, times in broken.items():
        for _time in times:
            weeks.count("promises_broken", reference)

    with house.database.session() as session:
        sums = Counter()
        for figure in insight.figures(session, FIRST, FIRST + timedelta(days=DAYS)):
            sums[figure.measure] += figure.amount
        by_language: Counter = Counter()
        for figure in insight.figures(session, FIRST, FIRST + timedelta(days=DAYS)):
            by_language[figure.measure, figure.language] += figure.amount
        assert timer_store.overdue(session, house.clock.now() - timedelta(minutes=31)) == 0
        kinds = {row.kind for row in session.execute(select(record_store.notice_table.c.kind))}
    assert {language for _measure, language in by_language} == set(LANGUAGES)
    assert {"second", "escalated", "broken"} <= kinds
    for measure in (
        "requests",
        "withdrawn",
        "contacts",
        "attempts",
        "closed",
        "promises_kept",
        "promises_broken",
        "missed_calls",
        "helped_yes",
        "helped_some",
        "helped_no",
    ):
        assert sums[measure] == weeks.happened[measure], (measure, sums[measure], weeks.happened[measure])
        for language in LANGUAGES:
            assert by_language[measure, language] == weeks.by_language[measure, language], (measure, language)
    assert weeks.happened["promises_kept"] > 0.7 * REQUESTS
