"""Rasa's reply generator over the catalogues."""
