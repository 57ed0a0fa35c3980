"""Use cases, one transaction each: the only writers."""
