"""The partnership's figures, and files that leave the desk."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta

from starlette.responses import Response

from bot.base.clock import LONDON
from bot.base.errors import BadInput
from bot.base.sealing import new_reference
from bot.callbacks import queue_store
from bot.callbacks.model import Request
from bot.callbacks.rules import KINDS, outcomes_of
from bot.desk.cases import CASE_FILE
from bot.desk.queue import names_of
from bot.desk.web import Visit, page
from bot.insight import store as insight
from bot.insight.model import BY, LEAD_ONLY, MEASURES, SMALLEST_SHOWN, table, totals
from bot.staff import record_store

_LONGEST = timedelta(days=366)
MOST_ROWS = 20_000
"""In one file of requests; a longer one is refused, not cut."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@page("/desk/figures", "figures", "coordinator", "administrator")
def show_figures(visit: Visit) -> Response:
    """Totals of a time, and one of them by area, language or topic; small numbers hidden."""
    first, last = _range(visit.query("first", 10), visit.query("last", 10), visit.house.clock.today())
    measure = visit.query("measure", 20) if visit.query("measure", 20) in MEASURES else "requests"
    by = visit.query("by", 10) if visit.query("by", 10) in BY else "language"
    measures = {k: v for k, v in MEASURES.items() if k not in LEAD_ONLY or visit.me.may("safeguarding_lead")}
    with visit.house.database.session() as session:
        counted = insight.figures(session, first, last)
    return visit.page(
        "figures.html", first=first, last=last, measure=measure, by=by, measures=measures,
        totals=[cell for cell in totals(counted) if cell.name in measures], smallest=SMALLEST_SHOWN,
        cells=table(counted, measure, by) if measure in measures else [],
    )  # fmt: skip


@page("/desk/exports", "exports", "coordinator", "administrator")
def show_exports(visit: Visit) -> Response:
    """What has left the desk, and whose files have to be deleted; files of cases stand there for the safeguarding lead alone."""
    today = visit.house.clock.today()
    with visit.house.database.session() as session:
        hidden = () if visit.me.may("safeguarding_lead") else (CASE_FILE,)
        made, names = record_store.exports(session, but=hidden), names_of(session)
    return visit.page("exports.html", made=made, names=names, first=today - timedelta(days=30), last=today)


@page("/desk/exports/figures", "export figures", "coordinator", "administrator", methods=("POST",))
def export_figures(visit: Visit) -> Response:
    """Totals and tables as CSV."""
    first, last = _range(visit.typed("first", 10), visit.typed("last", 10), visit.house.clock.today())
    with visit.house.database.session() as session:
        counted = insight.figures(session, first, last)
    measures = [m for m in MEASURES if m not in LEAD_ONLY or visit.me.may("safeguarding_lead")]
    rows: list[list[object]] = [["measure", "by", "name", "number"]]
    rows += [[MEASURES[cell.name], "all", "all", cell.shown] for cell in totals(counted) if cell.name in measures]
    for measure in measures:
        rows += [[MEASURES[measure], by, cell.name, cell.shown] for by in BY for cell in table(counted, measure, by)]
    return _file(visit, "figures", rows, [])


@page("/desk/exports/requests", "export requests", "coordinator", methods=("POST",))
def export_requests(visit: Visit) -> Response:
    """Requests as CSV, without contact details, parents' words or notes."""
    first, last = _range(visit.typed("first", 10), visit.typed("last", 10), visit.house.clock.today())
    begin, end = (datetime.combine(on, time(0), LONDON) for on in (first, last + timedelta(days=1)))
    with visit.house.database.session() as session:
        found = queue_store.for_export(session, begin, end, visit.me.areas, MOST_ROWS + 1)
        names = names_of(session)
    if len(found) > MOST_ROWS:
        raise BadInput(f"There are more than {MOST_ROWS:,} requests in this time. Choose a shorter time, and make several files.")
    rows: list[list[object]] = [_HEADINGS, *(_row(request, names) for request in found)]
    return _file(visit, "requests", rows, [request.reference for request in found])


_HEADINGS: list[object] = [
    "reference", "kind", "state", "area", "language", "topic", "asked", "promised by", "first tried", "attempts", "connector", "ended",
    "outcome",
]  # fmt: skip


def _row(request: Request, names: dict[str, str]) -> list[object]:
    def at(instant: datetime | None) -> str:
        return instant.strftime("%Y-%m-%d %H:%M") if instant else ""

    return [
        request.reference, KINDS[request.kind].label, request.state, request.area, request.language, request.topic, at(request.created_at),
        at(request.promised_by), at(request.first_tried_at), request.attempts, names.get(request.claimed_by, ""), at(request.closed_at),
        outcomes_of(request.kind).get(request.outcome or "", request.outcome or ""),
    ]  # fmt: skip


def _file(visit: Visit, what: str, rows: list[list[object]], references: list[str]) -> Response:
    export_id, now = new_reference(10), visit.house.clock.now()
    with visit.house.database.session() as session:
        record_store.add_export(session, export_id, now, visit.me.id, what, references)
    visit.detail = export_id
    name = f"{what}-{now:%Y-%m-%d}-{export_id}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)


def as_csv(rows: list[list[object]]) -> str:
    """A file that spreadsheets open as text: no cell is taken for a formula.

    Source: OWASP, CSV Injection; read 2026-11-22.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
    return "\ufeff" + out.getvalue()


def safe_cell(value: object) -> str:
    """The value, with an apostrophe before what a spreadsheet would run."""
    text = str(value)
    return f"'{text}" if text.lstrip(" \n\u00a0").startswith(_DANGEROUS) or text.startswith(_DANGEROUS) else text


def _range(first: str, last: str, today: date) -> tuple[date, date]:
    try:
        begin = date.fromisoformat(first) if first else today - timedelta(days=30)
        end = date.fromisoformat(last) if last else today
    except ValueError:
        raise BadInput("Write days like 2026-11-26.") from None
    if end < begin or end - begin > _LONGEST or begin.year < 2000 or end.year > 2200:
        raise BadInput("Choose at most a year, from an earlier to a later day.")
    return begin, end
