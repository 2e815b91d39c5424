import asyncio
from datetime import timedelta

from bot.delivery.lanes import Lanes
from bot.delivery.model import Ticket
from tests.conftest import TUESDAY


def ticket(sender, number, later_s=0, order=0):
    return Ticket(sender, number, TUESDAY + timedelta(seconds=later_s), order)


async def settled(lanes):
    while lanes.waiting:
        await asyncio.sleep(0)


async def test_a_parents_messages_are_answered_in_order_and_never_two_at_once():
    busy, done = set(), []

    async def work(one):
        assert one.sender not in busy
        busy.add(one.sender)
        await asyncio.sleep(0)
        busy.discard(one.sender)
        done.append((one.sender, one.inbox_id))

    lanes = Lanes(work, beside=3)
    for number in range(40):
        lanes.put(ticket(f"parent{number % 4}", number, number))
    await settled(lanes)
    for parent in range(4):
        own = [number for sender, number in done if sender == f"parent{parent}"]
        assert own == sorted(own)
    assert len(done) == 40


async def test_only_so_many_parents_are_served_beside_each_other():
    now, most = 0, 0

    async def work(_one):
        nonlocal now, most
        now += 1
        most = max(most, now)
        for _ in range(40):
            await asyncio.sleep(0)
        now -= 1

    lanes = Lanes(work, beside=5)
    for number in range(60):
        lanes.put(ticket(f"parent{number}", number))
    await settled(lanes)
    assert most == 5


async def test_what_is_being_sent_goes_on_between_the_turns_of_a_crowd():
    """Each step of a connection takes a round of the loop; turns that never pause must not all have theirs in one."""
    rounds, seen = 0, []

    async def sending():
        nonlocal rounds
        while True:
            rounds += 1
            await asyncio.sleep(0)

    async def work(_one):
        seen.append(rounds)

    other = asyncio.ensure_future(sending())
    lanes = Lanes(work, beside=48)
    for number in range(200):
        lanes.put(ticket(f"parent{number}", number))
    await settled(lanes)
    other.cancel()
    assert len(seen) == len(set(seen)) == 200


async def test_a_message_that_was_sent_earlier_but_came_later_goes_first():
    done, gate = [], asyncio.Event()

    async def work(one):
        await gate.wait()
        done.append(one.inbox_id)

    lanes = Lanes(work, beside=1)
    lanes.put(ticket("a", 1, 0))
    await asyncio.sleep(0)
    lanes.put(ticket("a", 2, 20))
    lanes.put(ticket("a", 3, 10))
    lanes.put(ticket("a", 4, 20, order=-1))
    gate.set()
    await settled(lanes)
    assert done == [1, 3, 4, 2]


async def test_work_that_has_to_wait_keeps_its_place_and_stops_nobody_else():
    done, tries = [], 0

    async def work(one):
        nonlocal tries
        if one.sender == "a" and one.inbox_id == 1:
            tries += 1
            if tries < 3:
                return 0.001
        done.append(one.inbox_id)
        return None

    lanes = Lanes(work, beside=1)
    for one in (ticket("a", 1, 0), ticket("a", 2, 1), ticket("b", 3, 2)):
        lanes.put(one)
    while lanes.waiting:
        await asyncio.sleep(0.001)
    assert tries == 3
    assert done.index(1) < done.index(2)
    assert done[0] == 3


async def test_work_that_fails_holds_up_neither_the_parents_next_message_nor_anybody_else():
    done = []

    async def work(one):
        if one.inbox_id == 1:
            raise KeyError("odd")
        done.append(one.inbox_id)

    lanes = Lanes(work, beside=1)
    for one in (ticket("a", 1, 0), ticket("a", 2, 1), ticket("b", 3, 2)):
        lanes.put(one)
    await asyncio.wait_for(settled(lanes), 5)
    assert sorted(done) == [2, 3]


async def test_one_who_writes_much_does_not_keep_others_waiting():
    done = []

    async def work(one):
        done.append(one.sender)

    lanes = Lanes(work, beside=1)
    for number in range(50):
        lanes.put(ticket("talkative", number, number))
    lanes.put(ticket("other", 99, 99))
    await settled(lanes)
    assert done.index("other") <= 1


async def test_one_in_danger_does_not_wait_for_the_others():
    done = []

    async def work(one):
        done.append((one.sender, one.inbox_id))

    lanes = Lanes(work, beside=1)
    for number in range(100):
        lanes.put(ticket(f"parent{number}", number))
    lanes.put(ticket("anna", 200))
    lanes.put(ticket("anna", 201), goes_first=True)
    lanes.put(ticket("maria", 202), goes_first=True)
    lanes.put(ticket("anna", 203))
    await settled(lanes)
    first = [done.index(one) for one in (("anna", 200), ("anna", 201), ("anna", 203), ("maria", 202))]
    assert max(first) <= 5
    assert first[:3] == sorted(first[:3])
    # Once all of theirs is answered, their next message waits like anybody's.
    for number in range(300, 310):
        lanes.put(ticket(f"parent{number}", number))
    lanes.put(ticket("anna", 400))
    await settled(lanes)
    assert done[-1] == ("anna", 400)


async def test_ten_thousand_parents_at_once_are_all_served():
    done = set()

    async def work(one):
        done.add(one.sender)

    lanes = Lanes(work, beside=48)
    for number in range(10_000):
        lanes.put(ticket(f"parent{number}", number))
    await settled(lanes)
    assert len(done) == 10_000


async def test_stopping_lets_what_has_begun_end_and_begins_nothing():
    done, gate = [], asyncio.Event()

    async def work(one):
        await gate.wait()
        done.append(one.inbox_id)

    lanes = Lanes(work, beside=1)
    lanes.put(ticket("a", 1))
    lanes.put(ticket("b", 2))
    await asyncio.sleep(0)
    stopping = asyncio.ensure_future(lanes.stop())
    await asyncio.sleep(0)
    gate.set()
    await stopping
    assert done == [1]
