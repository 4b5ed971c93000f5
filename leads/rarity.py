"""Which bigrams tell leads apart: those that nearly every lead has cost the index time and select nothing.

PostgreSQL's statistics know how common each is. A mail address has some twenty, most of them in every other
address too: without those, a search for one took 2 ms in place of 24 at 300,000 leads.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from leads import sql

# a bigram of more leads than this is left out where the others suffice
COMMON_SHARE: Final = 0.1
# statistics change with ANALYZE, that is slowly
CACHE_SECONDS: Final = 600.0

_known: tuple[float, Mapping[str, float]] | None = None


def telling(grams: list[str]) -> list[str]:
    """Those that few leads have, or the rarest. For a caller that compares the whole text afterwards."""
    shares = _shares()
    rare = [gram for gram in grams if shares.get(gram, 0.0) <= COMMON_SHARE]
    return rare or [min(grams, key=lambda gram: shares.get(gram, 0.0))]


def forget() -> None:
    """The next search reads the statistics anew."""
    global _known
    _known = None


def _shares() -> Mapping[str, float]:
    """The share of the leads by bigram, 0..1; what is missing is rarer than all of these."""
    global _known
    if _known is None or time.monotonic() - _known[0] > CACHE_SECONDS:
        _known = time.monotonic(), dict(sql.rows(sql.load("common_grams"), {}))
    return _known[1]
