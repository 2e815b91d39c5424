"""Calendars of organisers, attached to their services."""
