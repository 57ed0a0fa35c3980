"""Measurements of what has to stay fast."""
