"""What became of one try to send a message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What became of one try.

    Attributes:
        again_after_s: when to try again; None when this was the last.
        patience_s: so long the provider wants no other message to this parent either; None when it has not asked for that.
    """

    state: str
    problem: str = ""
    provider_id: str | None = None
    again_after_s: float | None = None
    patience_s: float | None = None


def with_report(outcome: Outcome, reported: str | None) -> Outcome:
    """The outcome, or what the provider has reported of the message meanwhile where that is surer.

    Args:
        reported: the state that the report has given to the message; None when there was none.
    """
    is_surer = outcome.state == "uncertain" or (outcome.state == "waiting" and reported in ("sent", "held"))
    if reported is None or not is_surer:
        return outcome
    return Outcome(reported, outcome.problem, again_after_s=0.0 if reported == "waiting" else None)
