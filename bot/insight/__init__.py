"""Counts without people: what the partnership reports, small numbers hidden."""
