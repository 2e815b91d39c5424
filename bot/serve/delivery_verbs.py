"""Commands about messages on their way."""

from __future__ import annotations

import asyncio

from bot.base.errors import KinlineError, SettingsError
from bot.delivery import outbox_store
from bot.delivery.in_words import MEANS, why
from bot.flows.house import House

_AGAIN = "; once the reason is gone: python -m bot deliveries --again NUMBER"


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
    """One line for each message that did not surely arrive, and what its state means; nothing of the parent, no words."""
    with house.database.session() as session:
        troubles, counts = outbox_store.troubles(session), outbox_store.counts(session)
    print("outbox: " + (", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "empty"))
    if not troubles:
        print("every message has arrived or is on its way")
        return 0
    print(f"\n{'number':>7}  {'state':<9}  {'channel':<8}  {'kind':<9}  {'why':<16}  {'tries':>5}  since")
    for t in troubles:
        reason = why(t.problem)
        print(f"{t.outbox_id:>7}  {t.state:<9}  {t.channel:<8}  {t.purpose:<9}  {reason:<16}  {t.attempts:>5}  {t.created_at:%d %b %H:%M}")
    print()
    for state in sorted({t.state for t in troubles}):
        print(f"{state:<9}  {MEANS[state]}{_AGAIN if state == 'dead' else ''}")
    return 0


def send_again(house: House, number: int) -> int:
    """Put a dead message back; the running service sends it."""
    with house.database.session() as session:
        sender = outbox_store.revive(session, number)
    print("It is sent again." if sender else f"There is no dead message {number}.")
    return 0 if sender else 1
