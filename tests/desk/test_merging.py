"""A wrong merge is parted from the page of either request, and the audit says who did it."""

from __future__ import annotations

from bot.staff import record_store
from tests.desk.running import a_callback, member, seat


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
        [line] = [line for _id, line in record_store.audited(session, reference=keep) if line.what == "part *"]
    assert (line.staff_id, line.detail) == (anna.id, f"from {fold}")
