"""Who may see what: every route with every role and with none, forms from elsewhere, references that are guessed."""

from __future__ import annotations

import re

import pytest

from bot.base.errors import BadInput
from bot.desk.app import all_views, make_app
from bot.flows.answer_danger import record_danger
from bot.serve.request_list import open_request
from bot.staff import record_store
from bot.staff.model import ROLES
from tests.desk.running import CAREFUL, a_callback, member, seat

PUBLIC = {"/desk/sign-in", "/desk/healthz"}
VIEWS = [view.guard for view in all_views()]


def filled(guard, **values):
    return re.sub(r"{(\w+)}", lambda m: values.get(m.group(1), "7"), guard.path)


def test_every_route_of_the_application_has_a_guard(house):
    routes = [route for route in make_app(house, with_jobs=False).routes if route.path != "/desk/static"]
    assert len(routes) == len(VIEWS) > 60
    assert all(getattr(route.endpoint, "guard", None) for route in routes)
    assert {guard.path for guard in VIEWS if guard.stage == "public"} == PUBLIC


def test_nobody_gets_in_without_signing_in(house, team):
    request = a_callback(house)
    stranger = seat(house, None)
    for guard in VIEWS:
        path = filled(guard, reference=request.reference, other="X", member=team["all"].id)
        for method in guard.methods:
            answer = stranger.client.request(method, path, data={"csrf": "x"} if method == "POST" else None)
            if guard.path in PUBLIC:
                assert answer.status_code in (200, 401), path
            else:
                assert answer.status_code == 303, path
                assert answer.headers["location"].startswith("/desk/sign-in"), path


def test_half_signed_in_is_not_signed_in(house, team):
    halfway = seat(house, team["all"], "password")
    for guard in VIEWS:
        answer = halfway.get(filled(guard)) if "GET" in guard.methods else halfway.post(filled(guard))
        if guard.stage in ("full", "together"):
            assert (answer.status_code, answer.headers["location"]) == (303, "/desk/second-factor"), guard.path


@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_gets_just_what_is_its_own(house, team, role):
    request = a_callback(house)
    record_danger(house, "d" * 32, "borsetshire", "en", "crisis_medical")
    app = make_app(house, with_jobs=False)
    for guard in VIEWS:
        if guard.stage == "public" or guard.name == "sign-out":
            continue
        path = filled(guard, reference=request.reference, other="ZZZZZZ", member=team["editor"].id)
        sitting = seat(house, team[role], app=app)
        answer = sitting.get(path) if "GET" in guard.methods else sitting.post(path)
        allowed = role in guard.roles
        assert answer.status_code < 500, path
        if guard.stage == "full":
            assert (answer.status_code == 403) == (not allowed), (path, answer.status_code)


def test_a_form_needs_its_token_and_must_come_from_the_desk(house, team):
    request = a_callback(house)
    sitting = seat(house, team["connector"])
    path = f"/desk/requests/{request.reference}/claim"
    assert sitting.client.post(path, data={}).status_code == 403
    assert sitting.client.post(path, data={"csrf": "other"}).status_code == 403
    assert sitting.client.post(path, data={"csrf": sitting.csrf}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert sitting.client.post(path, data={"csrf": sitting.csrf}, headers={"origin": "https://evil.example"}).status_code == 403
    assert sitting.client.get(path).status_code == 405
    with house.database.session() as session:
        assert house.requests.get(session, request.reference).state == "new"
    assert sitting.post(path).status_code == 303


def test_flags_are_seen_by_the_lead_alone_wherever_one_looks(house, team):
    record_danger(house, "s" * 32, "borsetshire", "en", "crisis_domestic_abuse")
    request = a_callback(house)
    with house.database.session() as session:
        case = house.requests.latest_of(session, "s" * 32, "danger")
    assert seat(house, team["connector"]).post(f"/desk/requests/{request.reference}/concern", words="bruises").status_code == 303
    lead = seat(house, team["safeguarding_lead"])
    path = f"/desk/safeguarding/{case.reference}"
    lead.get(path)
    lead.post(f"{path}/tick", step="referral")
    lead.post(f"{path}/export")
    lead.post(f"{path}/close", outcome="referred")
    looked_at = [
        "/desk/queue", f"/desk/search?q={case.reference}", f"/desk/requests/{request.reference}", "/desk/figures", f"/desk/data?reference={case.reference}",
        "/desk/audit", f"/desk/audit?reference={case.reference}", f"/desk/audit?reference={request.reference}", f"/desk/audit?who={team['safeguarding_lead'].id}",
        "/desk/exports", "/desk/stuck", "/desk/data",
    ]  # fmt: skip
    for role in ("connector", "coordinator", "editor", "administrator"):
        sitting = seat(house, team[role])
        for path in looked_at:
            page = sitting.get(path).text
            assert "omestic" not in page, (role, path)
            assert case.reference not in page.replace(f'value="{case.reference}"', ""), (role, path)
            written = "".join(re.findall(r"<tr>.*?</tr>", page))
            assert not re.search("concern|<td>case|safeguarding case|referr", written), (role, path)
        assert sitting.get(f"/desk/requests/{case.reference}").status_code in (403, 404)
        assert sitting.get(f"/desk/safeguarding/{case.reference}").status_code == 403
    assert "Domestic abuse" in lead.get(f"/desk/safeguarding/{case.reference}").text
    audit = lead.get("/desk/audit").text
    for line in ("concern *", "case step *", "case export *", "case close *"):
        assert line in audit
    assert re.search(f"<td>Connector</td><td>case</td><td>{case.reference}</td><td>refused", audit)
    assert "safeguarding case" in seat(house, team["all"]).get("/desk/exports").text


def test_a_reference_of_another_area_or_of_nobody_looks_the_same(house):
    elsewhere = member(house, "Elsewhere", "connector", areas=("southend",))
    request = a_callback(house)
    sitting = seat(house, elsewhere)
    theirs = sitting.get(f"/desk/requests/{request.reference}")
    nobody = sitting.get("/desk/requests/QQQQQQ")
    assert theirs.status_code == nobody.status_code == 404
    assert theirs.text.replace(request.reference, "") == nobody.text.replace("QQQQQQ", "")
    assert request.reference not in sitting.get("/desk/queue").text
    assert sitting.post(f"/desk/requests/{request.reference}/claim").status_code == 404


def test_contact_details_open_for_who_has_the_request_and_that_is_written_down(house, team):
    request = a_callback(house, contact=CAREFUL)
    sitting = seat(house, team["connector"])
    path = f"/desk/requests/{request.reference}"
    page = sitting.get(path).text
    assert "Sana" not in page
    assert "456" not in page
    assert "Contact with care" in page
    sitting.post(path + "/claim")
    page = sitting.get(path).text
    first = page.index("only when he is at work")
    assert first < page.index("<h1")  # the wishes stand before everything else
    assert page.index("show the number") < page.index("tel:+447700900456")
    administrator = seat(house, team["administrator"])
    audit = administrator.get("/desk/audit").text
    assert "contact details opened" in audit
    assert "Sana" not in audit
    assert administrator.get(path).status_code == 403


def test_every_view_and_every_change_is_in_the_audit(house, team):
    request = a_callback(house)
    sitting = seat(house, team["connector"])
    sitting.get("/desk/queue")
    sitting.get(f"/desk/requests/{request.reference}")
    sitting.post(f"/desk/requests/{request.reference}/claim")
    sitting.post(f"/desk/requests/{request.reference}/close", outcome="helped")  # refused: nobody has called
    with house.database.session() as session:
        lines = [(a.what, a.reference, a.detail) for _id, a in record_store.audited(session)]
    opened = "contact details opened"
    assert lines == [
        ("close *", request.reference, f"refused (409); {opened}"), ("claim *", request.reference, ""), ("request", request.reference, ""), ("queue", "", ""),
    ]  # fmt: skip


def test_a_refused_voicemail_that_opens_the_page_is_in_the_audit(house, team):
    request = a_callback(house, contact=CAREFUL)
    sitting = seat(house, team["connector"])
    sitting.post(f"/desk/requests/{request.reference}/claim")
    refused = sitting.post(f"/desk/requests/{request.reference}/call", result="voicemail")
    assert (refused.status_code, "Sana" in refused.text) == (409, True)
    audit = seat(house, team["administrator"]).get("/desk/audit").text
    assert re.search(rf"<td>call \*</td><td>{request.reference}</td><td>refused \(409\); contact details opened</td>", audit)
    assert "Sana" not in audit


def test_who_tried_what_is_not_theirs_is_in_the_audit(house, team):
    request = a_callback(house)
    elsewhere = seat(house, member(house, "Elsewhere", "connector", areas=("southend",)))
    assert elsewhere.get(f"/desk/requests/{request.reference}").status_code == 404
    assert elsewhere.post(f"/desk/requests/{request.reference}/claim").status_code == 404
    assert elsewhere.get("/desk/accounts").status_code == 403
    assert elsewhere.client.post("/desk/me/password", data={"csrf": "other"}).status_code == 403
    assert seat(house, None).get("/desk/accounts").status_code == 303
    with house.database.session() as session:
        lines = [(a.what, a.reference, a.detail) for _id, a in record_store.audited(session)]
    assert lines == [
        ("password *", "", "refused (403)"), ("accounts", "", "refused (403)"), ("claim *", request.reference, "refused (404)"),
        ("request", request.reference, "refused (404)"),
    ]  # fmt: skip


def test_what_was_opened_in_the_terminal_stands_on_the_same_page(house, team, capsys):
    request = a_callback(house, contact=CAREFUL)
    record_danger(house, "d" * 32, "borsetshire", "en", "crisis_medical")
    open_request(house, request.reference.lower(), "jo")
    assert "Sana" in capsys.readouterr().out
    with house.database.session() as session:
        case = house.requests.latest_of(session, "d" * 32, "danger")
    with pytest.raises(BadInput):
        open_request(house, case.reference, "jo")
    audit = seat(house, team["administrator"]).get("/desk/audit?who=terminal").text
    line = f"<td>Command line</td><td>callbacks --open</td><td>{request.reference}</td><td>contact details opened by jo</td>"
    assert line in audit
    assert "Sana" not in audit


def test_side_by_side_locks_the_desk_until_the_code_is_typed(house, team):
    sitting = seat(house, team["connector"])
    assert sitting.post("/desk/together", language="pl", area="borsetshire", what="search").headers["location"].startswith("/desk/together/search")
    for path in ("/desk/queue", "/desk/me", "/desk/search"):
        assert sitting.get(path).headers["location"] == "/desk/together/leave"
    page = sitting.get("/desk/together/search?language=pl").text
    assert "Queue" not in page
    assert team["connector"].name not in page
    assert sitting.post("/desk/together/leave", code="000000").status_code == 401
    assert sitting.get("/desk/queue").status_code == 303


def test_headers_are_strict_on_every_kind_of_answer(house, team):
    sitting = seat(house, team["all"])
    for path in ("/desk/queue", "/desk/nowhere", "/desk/requests/QQQQQQ", "/desk/sign-in"):
        headers = sitting.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
    page = sitting.get("/desk/queue").text
    assert not re.search(r"<script(?![^>]*src=)|\son[a-z]+=|\sstyle=", page)


def test_two_connectors_at_once_over_the_pages(house, team):
    request = a_callback(house)
    other = member(house, "Other", "connector")
    one, two = seat(house, team["connector"]), seat(house, other)
    assert one.post(f"/desk/requests/{request.reference}/claim").status_code == 303
    refused = two.post(f"/desk/requests/{request.reference}/claim")
    assert refused.status_code == 409
    assert "Connector has claimed this request already" in refused.text
    refused = two.post(f"/desk/requests/{request.reference}/call", result="reached", words="my long note")
    assert refused.status_code == 409
    assert "my long note" in refused.text  # nothing that was typed is lost
