"""What docs/telegram.md tells a volunteer to try, with nothing but a token: the service asks Telegram for messages itself."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.channels.fakes import FakeTelegram
from tests.channels.wire import TelegramParent
from tests.running import running_service
from tests.waiting import until

pytestmark = pytest.mark.rasa


class PolledParent(TelegramParent):
    """Telegram keeps an update until it is asked for it."""

    def update(self, **parts):
        number = next(self.updates)
        self.providers.telegram.updates.append({"update_id": number, **parts})
        return SimpleNamespace(status_code=200)

    def wait(self, seconds=120):
        fake, newest = self.providers.telegram, self.providers.telegram.updates[-1]["update_id"]
        until(lambda: any(int(call.body.get("offset") or 0) > newest for call in list(fake.calls) if call.method == "getUpdates"), seconds)
        super().wait(seconds)


@pytest.fixture
def volunteer(tmp_path):
    fake = FakeTelegram()
    with running_service(tmp_path, TELEGRAM_BOT_TOKEN="123456:ABC", TELEGRAM_API_URL=fake.address) as service:
        yield PolledParent(service, SimpleNamespace(telegram=fake))
    fake.close()


def test_the_first_try_goes_as_the_page_says(volunteer):
    assert "automatic assistant" in volunteer.says("/start")
    assert "Checked:" in volunteer.says("what is on for my 2 year old")
    volunteer.update(message=volunteer.message(location={"latitude": 51.81, "longitude": -0.81}))
    volunteer.wait()
    assert "miles away" in "\n".join(bubble.text for bubble in volunteer.arrived())
    assert "Healthy Start" in volunteer.says("co to jest healthy start")
    assert "Polski" in "".join([volunteer.says("/language"), *volunteer.titles()])
    assert "English" in volunteer.presses("English")
    assert "999" in volunteer.says("my husband hits me")
    assert "Shall I delete everything?" in volunteer.says("/forget")
    menus = [call for call in volunteer.providers.telegram.calls if call.method == "setMyCommands"]
    assert menus


def test_an_update_that_nobody_can_read_does_not_hold_up_the_others(volunteer):
    assert volunteer.says("hello")
    for broken in ({"callback_query": {"id": 7}}, {"message": {"text": ["?"]}}, {"message": None}, {"something_new": {"of": "next year"}}):
        volunteer.update(**broken)
    assert "Food Bank" in volunteer.says("where is the food bank")
