"""Notifications on their way: e-mail over SMTP, Telegram over its Bot API. What cannot leave waits and is tried again."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid

import aiosmtplib
import httpx

from bot.base.settings import Smtp
from bot.flows.house import House
from bot.flows.notify_staff import MOST_TRIES, message
from bot.staff import record_store
from bot.staff import store as staff_store
from bot.staff.model import Member, Notice

logger = logging.getLogger(__name__)

_TIMEOUT_S = 10.0
_AGAIN_AFTER = timedelta(minutes=2)
_LONGEST_WAIT = timedelta(hours=2)


async def send_due(house: House) -> int:
    """Send what has come due, one message a person; returns how many notifications left."""
    now = house.clock.now()

    def read() -> tuple[dict[str, list[Notice]], dict[str, Member]]:
        with house.database.session() as session:
            waiting: dict[str, list[Notice]] = defaultdict(list)
            for notice in record_store.notices_to_send(session, now):
                waiting[notice.staff_id].append(notice)
            return waiting, {m.id: m for m in staff_store.members(session)} if waiting else {}

    waiting, members = await asyncio.to_thread(read)
    sent = 0
    for staff_id, notices in waiting.items():
        member = members.get(staff_id)
        left = member is None or await _to(house, member, notices)
        await asyncio.to_thread(_settle, house, notices, left)
        sent += len(notices) if left else 0
    return sent


def _settle(house: House, notices: list[Notice], left: bool) -> None:
    ids = [notice.id for notice in notices]
    wait = min(_AGAIN_AFTER * 2 ** min(max(n.tries for n in notices), 8), _LONGEST_WAIT)
    with house.database.session() as session:
        if left:
            record_store.notice_sent(session, ids)
        else:
            record_store.notice_failed(session, ids, house.clock.now() + wait, MOST_TRIES)


async def _to(house: House, member: Member, notices: list[Notice]) -> bool:
    """Whether it left on at least one of the person's ways; both are tried."""
    subject, text = message(house, notices)
    left = []
    if member.notify.email and house.settings.smtp:
        left.append(await _mail(house.settings.smtp, member.login, subject, text))
    if member.notify.telegram and house.settings.staff_telegram_token:
        left.append(await _telegram(house, member.notify.telegram, f"{subject}\n\n{text}"))
    return any(left)


async def _mail(smtp: Smtp, to: str, subject: str, text: str) -> bool:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = smtp.sender, to, subject
    mail["Message-ID"] = make_msgid(domain=smtp.sender.split("@")[-1])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    try:
        await aiosmtplib.send(
            mail, hostname=smtp.host, port=smtp.port, username=smtp.user or None, password=smtp.password or None, timeout=_TIMEOUT_S,
            use_tls=smtp.security == "tls", start_tls=smtp.security == "starttls",
        )  # fmt: skip
    except (aiosmtplib.SMTPException, OSError) as error:
        logger.warning("a notification could not be mailed: %s", type(error).__name__)
        return False
    return True


async def _telegram(house: House, chat: str, text: str) -> bool:
    address = f"{house.settings.telegram_api_url}/bot{house.settings.staff_telegram_token}/sendMessage"
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_S) as client:
            answer = await client.post(address, json={"chat_id": int(chat), "text": text[:4000], "disable_web_page_preview": True})
            answer.raise_for_status()
    except (httpx.HTTPError, ValueError) as error:
        # The address holds the token: only the kind of error is logged.
        logger.warning("a notification could not be sent by Telegram: %s", type(error).__name__)
        return False
    return True
