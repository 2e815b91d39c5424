"""Commands about messages on their way."""

from __future__ import annotations

import asyncio

from bot.base.errors import KinlineError, SettingsError
from bot.delivery import outbox_store
from bot.flows.house import House


def set_telegram_webhook(house: House) -> int:
    """Tell Telegram to deliver to the public address from now on.

    Raises:
        SettingsError: a setting is missing, or Telegram refuses.
    """
    from bot.channels.telegram import TelegramChannel  # noqa: PLC0415 - loaded only where it is used

    settings = house.settings
    if not settings.telegram or not settings.telegram.webhook_secret or not settings.public_url.startswith("https://"):
        raise SettingsError(
            "a webhook needs TELEGRAM_BOT_TOKEN, TELEGRAM_WEBHOOK_SECRET and KINLINE_PUBLIC_URL (https://…) in .env; see docs/telegram.md"
        )
    channel = TelegramChannel(settings.telegram, house)

    async def tell() -> str:
        await channel.open()
        try:
            return await channel.set_webhook(settings.public_url)
        finally:
            await channel.close()

    try:
        print(f"Telegram delivers to {asyncio.run(tell())} now.")
    except KinlineError as error:
        raise SettingsError(str(error)) from None
    return 0


def list_troubles(house: House) -> int:
    """One line for each message that did not surely arrive; the words stay sealed off."""
    with house.database.session() as session:
        troubles, counts = outbox_store.troubles(session), outbox_store.counts(session)
    print(", ".join(f"{state}: {number}" for state, number in sorted(counts.items())) or "nothing in the outbox")
    for t in troubles:
        what = f"{t.state:<9}  {t.channel:<8}  {t.purpose:<9}  {t.problem:<16}"
        print(f"{t.outbox_id:>7}  {what}  tries {t.attempts}  {t.created_at:%d %b %H:%M}")
    return 0


def send_again(house: House, number: int) -> int:
    """Put a dead message back; the running service sends it."""
    with house.database.session() as session:
        sender = outbox_store.revive(session, number)
    print("It is sent again." if sender else f"There is no dead message {number}.")
    return 0 if sender else 1
