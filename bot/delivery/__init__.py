"""Inbox and outbox: every message in once, every reply out once; and what has been shown to a parent."""
