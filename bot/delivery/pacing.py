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
    """Says how long to wait before the next message; the seconds are those of a clock that only goes forward."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._all = _Bucket(max(1.0, pace.per_second / 4), 0.0)
        self._parents: dict[str, _Bucket] = {}
        self._held_up: dict[str, float] = {}
        self._closed_until = 0.0

    def wait_s(self, sender: str, now: float) -> float:
        """Seconds until a message to the parent may go; 0 means now, and counts it as gone."""
        held_up = max(self._closed_until, self._held_up.get(sender, 0.0)) - now
        if held_up > 0:
            return held_up
        parent = self._parents.setdefault(sender, _Bucket(self._pace.burst, now))
        wait_s = max(
            parent.wait_s(now, self._pace.burst, self._pace.one_in_s),
            # A quarter of a second's worth at once, so that the second as a whole keeps the limit.
            self._all.wait_s(now, max(1.0, self._pace.per_second / 4), 1 / self._pace.per_second),
        )
        if wait_s > 0:
            return wait_s
        parent.tokens -= 1
        self._all.tokens -= 1
        self._tidy(now)
        return 0.0

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
