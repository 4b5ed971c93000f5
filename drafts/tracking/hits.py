"""Each request is one statement and one row in PostgreSQL; who was behind it is judged later.

Whatever is asked again is harmless: a token opens nothing and changes nothing but a row here, a mail's rows
end at MOST_HITS, and what they become are activities that each exist once (judging.py). While PostgreSQL is
away a hit waits in Redis (buffer.py) until it can be stored (draining.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from drafts.tracking import agents, buffer, database, targets
from drafts.tracking.addresses import PIXEL
from leads import sql

# of one mail: more tells nothing
MOST_HITS: Final = 500
_SQL: Final = Path(__file__).parent.parent / "sql"
_OPENED: Final = (_SQL / "hit_opened.sql").read_text(encoding="utf-8")
_CLICKED: Final = (_SQL / "hit_clicked.sql").read_text(encoding="utf-8")


def opened(request: HttpRequest, delivery_id: int) -> bool:
    """False: neither PostgreSQL nor Redis could take it."""
    try:
        database.reach()
        sql.prepared_rows(_OPENED, {"delivery": delivery_id, **_asker(request)})
    except database.AWAY:
        return _wait(request, delivery_id, PIXEL)
    return True


def clicked(request: HttpRequest, delivery_id: int, n: int) -> str | None:
    """Where the link leads; None where there is no such link. Raises one of AWAY where nobody can tell."""
    try:
        database.reach()
        found = sql.prepared_rows(_CLICKED, {"delivery": delivery_id, "n": n, **_asker(request)})
    except database.AWAY:
        _wait(request, delivery_id, n)
        if url := targets.find(delivery_id, n):
            return url
        raise
    return str(found[0][0]) if found else None


def _wait(request: HttpRequest, delivery_id: int, n: int) -> bool:
    at = timezone.now()
    asker = {"sign": agents.sign(request), "client": agents.client(request, at.date())}
    return buffer.push(buffer.HITS, {"delivery": delivery_id, "n": n, "at": at.isoformat(), **asker})


def _asker(request: HttpRequest) -> dict[str, Any]:
    day = timezone.now().date()
    return {"sign": agents.sign(request), "client": agents.client(request, day), "most": MOST_HITS}
