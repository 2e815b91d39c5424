import pytest
from sqlalchemy import text

from bot.delivery import address_store, inbox_store, outbox_store
from bot.delivery import store as turn_store
from bot.delivery.model import About, Outgoing, Ticket
from tests.conftest import TUESDAY

ANNA = "a" * 32


def ticket(sender=ANNA, order=0):
    return Ticket(sender, 0, TUESDAY, order)


def take(session, key, sender=ANNA, **body):
    return inbox_store.add(session, "telegram", key, ticket(sender), {"text": "x", **body}, TUESDAY)


def put(session, text="hello", purpose="reply", sender=ANNA, **more):
    outbox_store.add(session, sender, "telegram", purpose, [Outgoing(text, "en", "ltr")], TUESDAY, **more)


def states(session):
    return dict(session.execute(text("SELECT id, state FROM outbox ORDER BY id")).all())


def test_the_same_message_is_stored_once_and_known_again(database):
    with database.session() as session:
        first = take(session, "k1")
        assert take(session, "k1") is None
        assert inbox_store.number_of(session, "telegram", "k1") == first.inbox_id
        assert [t.inbox_id for t in inbox_store.waiting(session)] == [first.inbox_id]


def test_a_message_is_finished_once(database):
    with database.session() as session:
        one = take(session, "k1")
        assert inbox_store.finish(session, one.inbox_id, TUESDAY)
        assert not inbox_store.finish(session, one.inbox_id, TUESDAY)
        assert inbox_store.read(session, one.inbox_id) is None


def test_danger_goes_first_and_unasked_messages_last(database):
    with database.session() as session:
        put(session, "news", "whats_on")
        put(session, "first")
        put(session, "help", "danger")
        order = []
        while due := outbox_store.next_for(session, ANNA):
            order.append(due.message.text)
            assert outbox_store.claim(session, due.outbox_id)
            outbox_store.sent(session, due.outbox_id, TUESDAY, None)
    assert order == ["help", "first", "news"]


def test_a_message_is_claimed_once(database):
    with database.session() as session:
        put(session)
        due = outbox_store.next_for(session, ANNA)
        assert outbox_store.claim(session, due.outbox_id)
        assert not outbox_store.claim(session, due.outbox_id)


def test_after_a_kill_between_send_and_record_only_danger_is_sent_again(database):
    with database.session() as session:
        put(session, "reply")
        put(session, "help", "danger")
        put(session, "later")
        for _ in range(2):
            outbox_store.claim(session, outbox_store.next_for(session, ANNA).outbox_id)
        assert outbox_store.after_restart(session, TUESDAY) == 1
        assert states(session) == {1: "uncertain", 2: "waiting", 3: "waiting"}
        assert outbox_store.uncertain_of(session, ANNA) == [1]
        assert [t.outbox_id for t in outbox_store.troubles(session)] == [1]


def test_what_never_came_goes_out_again_when_the_parent_says_so(database):
    with database.session() as session:
        put(session)
        outbox_store.end(session, 1, TUESDAY, "uncertain", "no_answer")
        assert outbox_store.send_asked_again(session, ANNA) == 0
        outbox_store.mark_asked(session, [1])
        assert outbox_store.send_asked_again(session, ANNA) == 1
        assert outbox_store.next_for(session, ANNA).outbox_id == 1


def test_stop_cancels_what_nobody_asked_for_and_nothing_else(database):
    with database.session() as session:
        for purpose in ("whats_on", "follow_up", "reply", "danger", "person"):
            put(session, purpose=purpose)
        assert outbox_store.cancel_proactive(session, ANNA, TUESDAY) == 2
        assert states(session) == {1: "cancelled", 2: "cancelled", 3: "waiting", 4: "waiting", 5: "waiting"}


def test_reports_come_in_any_order_and_make_the_uncertain_certain(database):
    with database.session() as session:
        put(session)
        outbox_store.end(session, 1, TUESDAY, "uncertain", "no_answer")
        assert outbox_store.report(session, "read", TUESDAY, "pk", About(1), "") == ANNA
        assert outbox_store.report(session, "delivered", TUESDAY, "pk", None, "") == ANNA
        assert outbox_store.report(session, "sent", TUESDAY, "unknown", None, "") is None
        row = session.execute(text("SELECT state, provider_status FROM outbox")).one()
        assert tuple(row) == ("sent", "read")


def try_once(session):
    due = outbox_store.next_for(session, ANNA)
    assert outbox_store.claim(session, due.outbox_id)


@pytest.mark.parametrize(
    ("problem", "is_template", "state"),
    [("status_500", False, "sent"), ("window_closed", False, "waiting"), ("status_500", True, "waiting")],
)
def test_what_the_provider_has_delivered_is_not_tried_again_though_the_try_seemed_to_fail(database, problem, is_template, state):
    with database.session() as session:
        put(session)
        try_once(session)
        outbox_store.try_again(session, 1, TUESDAY, problem, 1)
        assert outbox_store.report(session, "delivered", TUESDAY, "pk", About(1, is_template), "") == ANNA
        assert states(session) == {1: state}


def test_a_receipt_is_not_ended_by_a_report_for_its_address_has_to_go_with_it(database):
    with database.session() as session:
        put(session, last_word=True)
        try_once(session)
        outbox_store.try_again(session, 1, TUESDAY, "status_500", 1)
        outbox_store.report(session, "delivered", TUESDAY, "pk", About(1), "")
        assert states(session) == {1: "waiting"}


def test_a_report_about_a_template_says_nothing_about_the_message_that_waits_behind_it(database):
    with database.session() as session:
        put(session)
        try_once(session)
        outbox_store.report(session, "sent", TUESDAY, "template", About(1, is_template=True), "")
        assert states(session) == {1: "held"}
        outbox_store.release_held(session, ANNA)
        for status in ("delivered", "failed"):
            outbox_store.report(session, status, TUESDAY, "template", About(1, is_template=True), "code_131049")
            assert states(session) == {1: "waiting"}
        try_once(session)
        outbox_store.report(session, "read", TUESDAY, "template", About(1, is_template=True), "")
        assert states(session) == {1: "sending"}


@pytest.mark.parametrize(("problem", "state"), [("code_131026", "dead"), ("window_closed", "waiting")])
def test_what_was_reported_as_failed_before_our_own_record_stays_so(database, problem, state):
    with database.session() as session:
        put(session)
        try_once(session)
        outbox_store.report(session, "failed", TUESDAY, "pk", About(1), problem)
        outbox_store.sent(session, 1, TUESDAY, "pk")
        assert states(session) == {1: state}


def test_a_failed_message_is_dead_and_can_be_revived(database):
    with database.session() as session:
        put(session)
        outbox_store.sent(session, 1, TUESDAY, "pk")
        outbox_store.report(session, "failed", TUESDAY, "pk", None, "code_131000")
        assert outbox_store.troubles(session)[0].problem == "code_131000"
        assert outbox_store.revive(session, 1) == ANNA
        assert outbox_store.revive(session, 1) is None


def test_a_message_that_came_too_late_waits_for_its_template_once(database):
    with database.session() as session:
        put(session)
        outbox_store.sent(session, 1, TUESDAY, "first try")
        for _ in range(2):
            outbox_store.report(session, "failed", TUESDAY, "first try", About(1), "window_closed")
            assert states(session) == {1: "waiting"}
        outbox_store.sent(session, 1, TUESDAY, "template", "held")
        outbox_store.report(session, "failed", TUESDAY, "first try", About(1), "window_closed")
        assert states(session) == {1: "held"}
        outbox_store.sent(session, 1, TUESDAY, "second try")
        outbox_store.report(session, "failed", TUESDAY, "first try", About(1), "window_closed")
        assert states(session) == {1: "sent"}


def test_a_parent_known_by_number_stays_the_same_with_a_user_id(database):
    number, user_id = "n" * 32, "u" * 32
    with database.session() as session:
        assert address_store.who(session, number, None) == number
        address_store.heard_from(session, number, "whatsapp", "sealed", TUESDAY)
        assert address_store.who(session, user_id, number) == number
        address_store.heard_from(session, number, "whatsapp", "sealed2", TUESDAY, [user_id])
        assert address_store.who(session, user_id, None) == number
        assert address_store.address_of(session, number).sealed == "sealed2"
        assert address_store.address_of(session, user_id) is None
        address_store.forget_address(session, number)
        assert address_store.who(session, user_id, None) == user_id


def test_a_parent_known_by_user_id_is_recognised_when_only_the_number_comes(database):
    number, user_id = "n" * 32, "u" * 32
    with database.session() as session:
        address_store.heard_from(session, user_id, "whatsapp", "s", TUESDAY, [user_id, number])
        assert address_store.who(session, number, None) == user_id


def test_a_number_that_comes_with_another_user_id_belongs_to_a_new_parent_who_can_be_reached(database):
    number, first, second = "n" * 32, "u" * 32, "v" * 32
    with database.session() as session:
        address_store.heard_from(session, first, "whatsapp", "s1", TUESDAY, [first, number])
        assert address_store.who(session, second, number) == second
        address_store.heard_from(session, second, "whatsapp", "s2", TUESDAY, [second, number])
        assert address_store.address_of(session, second).sealed == "s2"
        assert address_store.address_of(session, first).sealed == "s1"
        assert [address_store.who(session, name, None) for name in (first, second, number)] == [first, second, second]


def test_a_parent_whose_name_led_nowhere_can_be_reached_from_the_next_message_on(database):
    number, first, second = "n" * 32, "u" * 32, "v" * 32
    with database.session() as session:
        address_store.heard_from(session, first, "whatsapp", "s1", TUESDAY, [number])
        address_store.heard_from(session, second, "whatsapp", "s2", TUESDAY)
        session.execute(text("UPDATE address SET same_as = :n, sealed = '' WHERE sender = :s"), {"n": number, "s": second})
        assert address_store.who(session, second, number) == second
        address_store.heard_from(session, second, "whatsapp", "s2", TUESDAY, [second, number])
        assert address_store.address_of(session, second).sealed == "s2"


def test_forgetting_leaves_the_receipt_to_be_sent_and_no_words(database):
    with database.session() as session:
        done = take(session, "k1", text="my words")
        inbox_store.finish(session, done.inbox_id, TUESDAY)
        put(session, "old")
        put(session, "receipt", last_word=True)
        inbox_store.forget(session, ANNA)
        outbox_store.forget(session, ANNA)
        assert outbox_store.next_for(session, ANNA).message.text == "receipt"
        assert "my words" not in str(session.execute(text("SELECT * FROM inbox")).all())
        assert take(session, "k1") is None
        assert inbox_store.nothing_of(session, ANNA)


@pytest.mark.parametrize(("keep", "left"), [((), 0), ((ANNA,), 1)])
def test_old_messages_go_unless_a_callback_keeps_them(database, keep, left):
    from datetime import timedelta

    with database.session() as session:
        take(session, "k1")
        put(session)
        later = TUESDAY + timedelta(days=15)
        assert inbox_store.purge_inbox(session, later, keep) == 1 - left
        assert outbox_store.purge_outbox(session, later, keep) == 1 - left


def test_a_long_whatsapp_user_id_fits_sealed(database, sealer):
    address = "GB." + "A" * 128
    with database.session() as session:
        address_store.heard_from(session, ANNA, "whatsapp", sealer.seal(address), TUESDAY)
        assert sealer.open(address_store.address_of(session, ANNA).sealed) == address


def test_a_turn_is_known_to_its_parent_until_it_is_forgotten(database):
    with database.session() as session:
        number = turn_store.add_turn(session, ANNA, "hello", [], TUESDAY)
        assert turn_store.has_turn(session, ANNA, number)
        assert not turn_store.has_turn(session, "b" * 32, number)
        turn_store.forget_turns(session, ANNA)
        assert not turn_store.has_turn(session, ANNA, number)
