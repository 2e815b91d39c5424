"""Loads the service once and starts it many times, so that killing it often does not mean loading the model often.

Each line on standard input starts one life: a fork of this process that opens the database, the port and the channels
anew and serves exactly as `python -m bot serve` does. Its process id is printed.
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import os
import signal
import sys
from typing import Any

from bot.base.settings import load_settings


def main() -> None:
    """Load, then fork once a line."""
    from bot.base.db import open_database
    from bot.serve.first_run import upgrade_database
    from bot.serve.start import build_assistant

    settings = load_settings()
    upgrade_database(settings)
    database = open_database(settings.database_url)
    assistant, house, _store = build_assistant(settings, database)
    asyncio.run(assistant.understand("hello"))
    database.close()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _live(settings, database, assistant, house, float(line.strip() or 0))
            os._exit(0)
        print(pid, flush=True)


def _live(settings: Any, database: Any, assistant: Any, house: Any, slow_s: float) -> None:
    from bot.serve.launcher import _listen, make_app, open_ports, serve_forever
    from bot.serve.post_office import PostOffice

    # The pipe to whoever starts lives is not this life's.
    sys.stdin.close()
    os.dup2(2, 1)
    faulthandler.register(signal.SIGUSR1)  # says what every thread is doing
    logging.basicConfig(level="WARNING", format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("sanic.access", "rasa", "rasa_sdk", "alembic", "sqlalchemy", "httpx", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
    if slow_s:
        answer = assistant.answer

        async def slowly(inbound: Any, finish: Any = None) -> Any:
            await asyncio.sleep(slow_s)
            return await answer(inbound, finish)

        assistant.answer = slowly
    office = PostOffice(house, assistant, open_ports(settings, house))
    serve_forever(make_app(assistant, office, settings, database, house), _listen(settings), settings)


if __name__ == "__main__":
    main()
