"""Is PostgreSQL there? Asked with little patience: nobody waits ten seconds for a picture."""

from __future__ import annotations

import time
from typing import Final

import psycopg
from django.db import InterfaceError, InternalError, OperationalError, connection

# what says that the database could not be asked, whoever raises it: Django, the driver or its pool; an
# internal error is how one tells that it may only be read at present (25006)
AWAY: Final = (OperationalError, InterfaceError, InternalError, psycopg.OperationalError)
PATIENCE_SECONDS: Final = 0.5
# per process: so long nobody else tries
_PAUSE_SECONDS: Final = 2.0
_away_until = 0.0


def reach() -> None:
    """A connection is there, or one of AWAY is raised soon. No statement of ours is run."""
    if connection.connection is not None:
        return
    if time.monotonic() < _away_until:
        raise OperationalError("away a moment ago")
    try:
        # of our own backend, which the stubs of `connection` do not know
        connection.reach(PATIENCE_SECONDS)  # type: ignore[attr-defined]
    except AWAY:
        note_away()
        raise


def is_reachable() -> bool:
    try:
        reach()
    except AWAY:
        return False
    return True


def note_away() -> None:
    global _away_until  # one fact per process
    _away_until = time.monotonic() + _PAUSE_SECONDS


def forget() -> None:
    """For tests: try again at once."""
    global _away_until
    _away_until = 0.0
