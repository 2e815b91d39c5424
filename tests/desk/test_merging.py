"""A wrong merge is parted from the page of either request, and the audit says who did it."""

from __future__ import annotations

from bot.callbacks.model import Wish
from bot.delivery import address_store
from bot.delivery import store as delivery
from bot.flows.book_callback import book_at_desk
from bot.flows.message_parent import reach
from bot.staff import record_store
from tests.desk.running import ANY_TIME, a_callback, member, seat


def test_a_wrong_merge_is_parted_from_either_page_and_written_down(house):
    anna = member(house, "Anna", "connector")
    keep, fold = a_callback(house, "1" * 32).reference, a_callback(house, "2" * 32).reference
    sitting = seat(house, anna)
    sitting.post(f"/desk/requests/{keep}/merge/{fold}")
    for path in (f"/desk/requests/{keep}", f"/desk/requests/{fold}"):
        assert f'action="/desk/requests/{keep}/part/{fold}"' in sitting.get(path).text
    answer = sitting.post(f"/desk/requests/{keep}/part/{fold}")
    assert answer.headers["location"] == f"/desk/requests/{fold}?done=parted"
    for path in (f"/desk/requests/{keep}", f"/desk/requests/{fold}"):
        page = sitting.get(path).text
        assert "/part/" not in page
        assert "Parted again from" in page
    assert sitting.post(f"/desk/requests/{keep}/part/{fold}").status_code == 409
    with house.database.session() as session:
        again, line = [line for _id, line in record_store.audited(session, reference=keep) if line.what == "part *"]
    assert (line.staff_id, line.detail) == (anna.id, f"from {fold}")
    assert again.detail.startswith("refused (409)")


def test_the_conversation_and_the_way_to_write_stay_on_the_page(house):
    anna = member(house, "Anna", "connector")
    keep = book_at_desk(house, "callback", "borsetshire", "en", ANY_TIME, Wish(), "x", False, anna)
    fold = a_callback(house, "2" * 32, language="en")
    with house.database.session() as session:
        address_store.heard_from(session, fold.sender, "web", "", house.clock.now())
        delivery.add_turn(session, fold.sender, "hello from the chat", [], house.clock.now())
    sitting, path = seat(house, anna), f"/desk/requests/{keep.reference}"
    sitting.post(f"{path}/claim")
    assert "Write in the chat" not in sitting.get(path).text
    sitting.post(f"{path}/merge/{fold.reference}")
    page = sitting.get(path).text
    assert "hello from the chat" in page
    assert "Write in the chat" in page
    assert sitting.post(f"{path}/message", words="I ring at four").status_code == 303
    with house.database.session() as session:
        said = [reply["text"] for turn in delivery.turns_after(session, fold.sender, 0) for reply in turn["replies"]]
    assert "Anna: I ring at four" in said
    sitting.post(f"{path}/close", outcome="no_longer_needed")
    assert reach(house, fold.sender).person is None


def test_a_person_is_copied_and_erased_by_the_reference_of_either(house):
    anna, adam = member(house, "Anna", "connector"), member(house, "Adam", "administrator")
    keep = book_at_desk(house, "callback", "borsetshire", "en", ANY_TIME, Wish(), "x", False, anna)
    fold = a_callback(house, "2" * 32)
    with house.database.session() as session:
        delivery.add_turn(session, fold.sender, "hello from the chat", [], house.clock.now())
    seat(house, anna).post(f"/desk/requests/{keep.reference}/merge/{fold.reference}")
    for reference in (keep.reference, fold.reference):
        text = seat(house, adam).post("/desk/data/copy", of=reference).text
        for held in (keep.reference, fold.reference, "hello from the chat"):
            assert held in text, (reference, held)
    assert seat(house, adam).post("/desk/data/erase", of=keep.reference, word="FORGET").status_code == 200
    with house.database.session() as session:
        assert house.requests.open_requests(session) == []
        assert delivery.turns_after(session, fold.sender, 0) == []
