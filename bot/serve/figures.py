"""Figures for Prometheus: counts and durations, never words or names."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

turns = Counter("kinline_turns", "Turns answered", ["language"])
turn_seconds = Histogram("kinline_turn_seconds", "Time to answer a turn")
taken_in = Counter("kinline_taken_in", "Messages taken in", ["channel"])
sent = Counter("kinline_sent", "Tries to send, by what became of them", ["channel", "state"])
waiting = Gauge("kinline_inbox_waiting", "Messages that wait for their turn")
