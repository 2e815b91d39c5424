"""What the desk keeps unsealed holds no telephone, National Insurance, bank or card number; a case's page has room for a parent's all."""

from __future__ import annotations

import pytest

from bot.base.errors import BadInput
from bot.flows.answer_danger import record_danger
from bot.flows.safeguard import MOST_RELATED, decide_missed, open_case, report_missed
from bot.staff import record_store
from tests.desk.running import a_callback, member, seat
from tests.unit.desk_flows.test_keep_data import everything

NUMBERS = ["her NI is QQ 12 34 56 C", "ring 07700 900123 instead", "card 4111 1111 1111 1111"]


@pytest.mark.parametrize("words", NUMBERS)
def test_what_a_new_request_is_about_is_refused_with_a_number_in_it_and_kept_in_the_form(house, anna, words):
    answer = seat(house, anna).post("/desk/new", kind="idea", area="borsetshire", language="en", by="none", about=words)
    assert answer.status_code == 400
    assert words in answer.text
    assert words not in everything(house)["request"]


def test_ages_days_and_times_are_no_numbers_of_that_kind(house, anna):
    words = "twins of 18 months, Saturday 12/12/2026 at 10:30, £2.50 each, LS1 4AB"
    answer = seat(house, anna).post("/desk/new", kind="idea", area="borsetshire", language="en", by="none", about=words)
    assert answer.status_code == 303
    assert words in everything(house)["request"]


@pytest.mark.parametrize("words", NUMBERS)
def test_a_missed_danger_is_neither_reported_nor_accepted_with_a_number_in_it(house, anna, words):
    with pytest.raises(BadInput, match="without names or numbers"):
        report_missed(house, anna, "crisis_medical", "en", words)
    report_missed(house, anna, "crisis_medical", "en", "he does not wake up")
    with house.database.session() as session:
        [(number, *_rest)] = record_store.missed(session)
    with pytest.raises(BadInput, match="without names or numbers"):
        decide_missed(house, number, True, words)


def test_a_case_shows_first_what_can_be_opened_and_no_more_than_a_page_holds(house):
    lead = member(house, "Lena", "safeguarding_lead")
    request = a_callback(house)
    for _ in range(MOST_RELATED + 5):
        record_danger(house, request.sender, "borsetshire", "pl", "crisis_medical")
    with house.database.session() as session:
        case = house.requests.latest_of(session, request.sender, "danger")
    related = open_case(house, case.reference, lead).related
    assert related[0].reference == request.reference
    assert len(related) == MOST_RELATED
