"""What may go wrong in reading what a provider or a browser sends."""

from __future__ import annotations

UNREADABLE = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)
"""What reading raises where a value is not there, is of another kind, or is larger than anybody means it."""
