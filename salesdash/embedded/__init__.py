"""PostgreSQL and Redis of this checkout, from wheels: no service to install, no root needed.

No Django here: `manage.py` and the supervisor call this before settings load.

    with embedded.session(data_root) as services:   # attaches, or starts for its own duration
        services.database_url, services.redis_url

Any number of processes may hold a session at once; the last one out stops the servers.
"""

from __future__ import annotations

from salesdash.embedded.errors import EmbeddedError
from salesdash.embedded.layout import DEFAULT_DATA_ROOT, Services
from salesdash.embedded.lifecycle import remove, running, start, stop
from salesdash.embedded.sessions import ensure_env, session

__all__ = [
    "DEFAULT_DATA_ROOT",
    "EmbeddedError",
    "Services",
    "ensure_env",
    "remove",
    "running",
    "session",
    "start",
    "stop",
]
