"""Figures for Prometheus: counts and durations, never words or names."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

turns = Counter("kinline_turns", "Turns answered", ["language"])
_BOUNDS = (0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0)
turn_seconds = Histogram("kinline_turn_seconds", "Time to answer a turn", buckets=_BOUNDS)
taken_in = Counter("kinline_taken_in", "Messages taken in", ["channel"])
sent = Counter("kinline_sent", "Tries to send, by what became of them", ["channel", "state"])
waiting = Gauge("kinline_inbox_waiting", "Messages that wait for their turn")
timers_overdue = Gauge("kinline_timers_overdue", "Timers of the desk that should have fired a while ago; counted to 100")
notices_given_up = Gauge("kinline_notices_given_up", "Notifications to people at the desk that were given up; counted to 100")
