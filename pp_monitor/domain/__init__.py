"""The rules of the follow-up: pure values and functions, nothing but the standard library."""
