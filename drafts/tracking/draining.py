"""Hits that waited in Redis while PostgreSQL was away become rows, each once, with their own time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import structlog

from drafts.tracking import buffer, hits
from leads import sql

log = structlog.get_logger(__name__)
_DRAIN: Final = (Path(__file__).parent.parent / "sql" / "hits_drained.sql").read_text(encoding="utf-8")
_FIELDS: Final = ("delivery", "n", "at", "sign", "client")


def drain() -> int:
    """How many were taken from the list. Killed before removing, the next run stores none twice."""
    total = 0
    while entries := buffer.first(buffer.HITS):
        rows = [json.loads(entry) for entry in entries]
        columns: dict[str, Any] = {name: [row[name] for row in rows] for name in _FIELDS}
        kept = sql.run(_DRAIN, columns | {"most": hits.MOST_HITS})
        gone = buffer.remove(buffer.HITS, entries)
        total += len(entries)
        log.info("buffered hits stored", hits=len(entries), kept=kept)
        if not gone or len(entries) < buffer.AT_ONCE:
            break
    return total
