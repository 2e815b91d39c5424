"""A provider's limits: so many messages a second, so many to one parent; waits that it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.delivery.model import Pace

_WHOLE_CHANNEL = 3
"""So many parents held up by the provider at once mean that the whole channel is too fast."""


@dataclass
class _Bucket:
    tokens: float
    filled_at: float

    def wait_s(self, now: float, most: float, one_in_s: float) -> float:
        self.tokens = min(most, self.tokens + (now - self.filled_at) / one_in_s)
        self.filled_at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) * one_in_s


class Pacer:
    """Says how long to wait before the next message; the seconds are those of a clock that only goes forward.

    Who has to wait for the channel gets a turn of their own: were all to try again at once, all but one would
    wait in vain, and turns would be lost.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._apart_s = 1 / pace.per_second
        # A quarter of a second's worth at once, so that the second as a whole keeps the limit.
        self._ahead_s = max(0.0, 0.25 - self._apart_s)
        self._next_turn = float("-inf")
        self._turns: dict[str, float] = {}
        self._parents: dict[str, _Bucket] = {}
        self._held_up: dict[str, float] = {}
        self._closed_until = 0.0

    def wait_s(self, sender: str, now: float, *, is_urgent: bool = False) -> float:
        """Seconds until a message to the parent may go; 0 means now, and counts it as gone.

        Args:
            is_urgent: it does not queue behind messages to other parents.
        """
        held_up = max(self._closed_until, self._held_up.get(sender, 0.0)) - now
        if held_up > 0:
            return held_up
        turn = self._turns.pop(sender, None)
        if turn is None:
            parent = self._parents.setdefault(sender, _Bucket(self._pace.burst, now))
            wait_s = parent.wait_s(now, self._pace.burst, self._pace.one_in_s)
            if wait_s > 0:
                return wait_s
            parent.tokens -= 1
            turn = max(self._next_turn, now - self._ahead_s)
            self._next_turn = turn + self._apart_s
            self._tidy(now)
        if turn <= now or is_urgent:
            return 0.0
        self._turns[sender] = turn
        return turn - now

    def hold_up(self, sender: str, seconds: float, now: float) -> None:
        """The provider asks for patience with a parent; with several at once, with everybody."""
        self._held_up[sender] = now + seconds
        if sum(until > now for until in self._held_up.values()) >= _WHOLE_CHANNEL:
            self._closed_until = max(self._closed_until, now + seconds)

    def _tidy(self, now: float) -> None:
        # Whoever has not been written to for long has a full bucket again, which need not be remembered.
        if len(self._parents) > 1000:
            full_s = self._pace.burst * self._pace.one_in_s
            self._parents = {s: b for s, b in self._parents.items() if now - b.filled_at < full_s}
            self._held_up = {s: until for s, until in self._held_up.items() if until > now}
            self._turns = {s: turn for s, turn in self._turns.items() if turn > now - full_s}
