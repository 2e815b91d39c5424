"""Data gates: one module per rule. `python -m bot check` runs them all."""
