"""The trained model, as the conversations use it."""

from tests.conversations.conftest import service

__all__ = ["service"]
