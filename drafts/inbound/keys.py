"""Who may tell us what: secrets, public keys and topics, for the installation or for one team.

An entry `7:secret` belongs to team 7 and reaches nothing of other teams; `secret` alone reaches all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from salesdash.errors import DomainError

_OF_TEAM: Final = re.compile(r"(\d{1,18}):(.+)", re.DOTALL)


class Key(NamedTuple):
    """`team_id` None: the whole installation."""

    team_id: int | None
    value: str


def read(entries: Iterable[str]) -> list[Key]:
    """Errors: `not_set_up` (404) where there is none."""
    if found := list(_keys(entries)):
        return found
    raise DomainError("not_set_up", _("This webhook is not set up here."), status=404)


def _keys(entries: Iterable[str]) -> Iterator[Key]:
    for entry in entries:
        of_team = _OF_TEAM.fullmatch(entry.strip())
        if of_team:
            yield Key(int(of_team.group(1)), of_team.group(2).strip())
        elif entry.strip():
            yield Key(None, entry.strip())


def wrong_signature() -> DomainError:
    """The same words whatever is wrong with it."""
    return DomainError("signature", _("The signature is missing or wrong."), status=401)
