"""Kinline: an assistant for parents of small children, and the people behind it.

Rooms (subjects) sit on the base; flows join rooms; doors talk to frameworks. See docs/adr/0001.
"""
