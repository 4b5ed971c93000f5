"""Django's PostgreSQL, asked less often whether it is still there.

No request meets a connection from before a restart of the server: Django's pool asks by a statement
before each request. But a server that stops closes its connections, which is seen here without asking.
Only a machine that lost its power closes nothing, and it is not back within a second.
"""

from __future__ import annotations

import select
import time
from contextlib import suppress
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from django.db import OperationalError
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

TRUSTED_SECONDS: Final = 1.0
_SILENT: Final = "The server takes connections and does not answer on them."
# when each answered last; a connection is used by one thread at a time
_answered: WeakKeyDictionary[psycopg.Connection[Any], float] = WeakKeyDictionary()


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """From the pool. Raises OperationalError if every connection that it gives is dead."""
        pool = self.pool
        for _ in range(2 * pool.max_size if pool else 1):
            connection = super().get_new_connection(conn_params)
            if not pool or is_there(connection):
                return connection
            connection.close()
            pool.putconn(connection)
        raise OperationalError(_SILENT)

    def reach(self, seconds: float) -> None:
        """Raises OperationalError, or the pool's own, unless a connection answers within that time or so."""
        pool = self.pool
        if pool is None:
            self.ensure_connection()
            return
        pool.open()
        for _ in range(2 * pool.max_size):
            connection = pool.getconn(timeout=seconds)
            answers = is_there(connection)
            if not answers:
                connection.close()
            pool.putconn(connection)
            if answers:
                return
        raise OperationalError(_SILENT)


def is_there(connection: psycopg.Connection[Any]) -> bool:
    now = time.monotonic()
    if now - _answered.get(connection, now - TRUSTED_SECONDS) < TRUSTED_SECONDS and not _has_news(connection):
        return True
    _answered.pop(connection, None)
    with suppress(psycopg.Error):
        ConnectionPool.check_connection(connection)
        _answered[connection] = now
    return connection in _answered


def _has_news(connection: psycopg.Connection[Any]) -> bool:
    """Nothing was asked, so it is the server's farewell, or its end."""
    with suppress(psycopg.Error):
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
    return True
