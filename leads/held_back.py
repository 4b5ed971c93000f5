"""Why no mail goes to a lead's address, where an app above knows a reason that the lead's own row does not.

Such an app adds a column to the statement that reads the lead, and the words for what it finds there: nothing
is imported upward, and no page needs another statement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads.models import Lead


@dataclass(frozen=True, slots=True)
class Held:
    """In words, and since when."""

    text: Promise | str
    at: datetime | None = None


class Source(NamedTuple):
    """`column` is JSON of one lead (None: no reason), `read` puts it into words."""

    column: Callable[[], Combinable]
    read: Callable[[dict[str, Any]], Held]


_sources: dict[str, Source] = {}


def watch(name: str, source: Source) -> None:
    """Ask another app too, by a name that is its own."""
    _sources[f"held_by_{name}"] = source


def along() -> dict[str, Combinable]:
    """Annotations for the lead; `reasons` reads them."""
    return {name: source.column() for name, source in _sources.items()}


def reasons(lead: Lead) -> list[Held]:
    """What the lead itself says stands first, and alone: the reader's own word needs no other."""
    if lead.opted_out_at:
        return [Held(_("Opted out of mail"), lead.opted_out_at)]
    found = [(source, getattr(lead, name, None)) for name, source in _sources.items()]
    return [source.read(row) for source, row in found if row]
