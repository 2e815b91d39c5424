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
        problem = await _to(house, member, notices) if member else "account_closed"
        await asyncio.to_thread(_settle, house, notices, problem, MOST_TRIES if member else 0)
        sent += 0 if problem else len(notices)
    return sent


def _settle(house: House, notices: list[Notice], problem: str, most_tries: int) -> None:
    ids = [notice.id for notice in notices]
    wait = min(_AGAIN_AFTER * 2 ** min(max(n.tries for n in notices), 8), _LONGEST_WAIT)
    with house.database.session() as session:
        if not problem:
            record_store.notice_sent(session, ids)
            return
        given_up = record_store.notice_failed(session, ids, house.clock.now() + wait, most_tries, problem)
    if given_up:
        logger.error("%s notifications are given up (%s); they stand at the desk under Stuck", given_up, problem)


async def _to(house: House, member: Member, notices: list[Notice]) -> str:
    """Empty when it left on at least one of the person's ways, both are tried; else why it did not."""
    subject, text = message(house, notices)
    problems = []
    if member.notify.email and house.settings.smtp:
        problems.append(await _mail(house.settings.smtp, member.login, subject, text))
    if member.notify.telegram and house.settings.staff_telegram_token:
        problems.append(await _telegram(house, member.notify.telegram, f"{subject}\n\n{text}"))
    if not problems:
        return "no_way"
    return "" if "" in problems else " ".join(problems)


async def _mail(smtp: Smtp, to: str, subject: str, text: str) -> str:
    mail = EmailMessage()
    try:
        mail["From"], mail["To"], mail["Subject"] = smtp.sender, to, subject
        mail["Message-ID"] = make_msgid(domain=smtp.sender.split("@")[-1])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        await aiosmtplib.send(
            mail, hostname=smtp.host, port=smtp.port, username=smtp.user or None, password=smtp.password or None, timeout=_TIMEOUT_S,
            use_tls=smtp.security == "tls", start_tls=smtp.security == "starttls",
        )  # fmt: skip
    except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError) as error:
        logger.warning("a notification could not be mailed: %s", type(error).__name__)
        return "email_unreachable"
    except (aiosmtplib.SMTPException, ValueError) as error:
        # An address that no mail can go to is a ValueError; it must not keep the others' notifications back.
        logger.warning("a notification could not be mailed: %s", type(error).__name__)
        return "email_refused"
    return ""


async def _telegram(house: House, chat: str, text: str) -> str:
    address = f"{house.settings.telegram_api_url}/bot{house.settings.staff_telegram_token}/sendMessage"
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_S) as client:
            answer = await client.post(address, json={"chat_id": int(chat), "text": text[:4000], "disable_web_page_preview": True})
            answer.raise_for_status()
    except (httpx.HTTPError, ValueError) as error:
        # The address holds the token: only the kind of error is logged.
        logger.warning("a notification could not be sent by Telegram: %s", type(error).__name__)
        refused = isinstance(error, (httpx.HTTPStatusError, ValueError))
        return "telegram_refused" if refused else "telegram_unreachable"
    return ""
