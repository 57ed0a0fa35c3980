"""What a person may ask of the list of mails, in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pp_monitor.forms.alert import Narrowing, read_narrowing

LONGEST = 100


def read_mails(args: Mapping[str, str], choices: Mapping[str, Mapping[str, str]]) -> Narrowing:
    """Read the address; ``persona`` is a part of an address or of a name."""
    found = read_narrowing(args, choices)
    return replace(found, chosen={**found.chosen, "persona": args.get("persona", "").strip()[:LONGEST]})
