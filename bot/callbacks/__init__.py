"""Requests for a person and everything else that a parent leaves for one; opening hours and promised times."""
