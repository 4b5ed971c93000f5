"""The Celery workers, as the demo and the benchmarks start them and as production should.

Writing waits for models: threads of one process wait as well as processes do, at a fifth of their memory.
Everything else computes, so it gets processes, and does not stand behind drafts. Mail has its own: each of
its processes keeps one conversation with the mail server.
"""

from __future__ import annotations

import sys
from typing import Final

# as many drafts at once as LLM_CONCURRENCY lets calls through
WRITERS: Final = 8
_WORKERS: Final = {
    "worker": ["-Q", "default,scoring,sync", "-c", "2"],
    "mailer": ["-Q", "mail", "-c", "2"],
    "writer": ["-Q", "generation", "-c", str(WRITERS), "--pool", "threads"],
}
# root is told off by celery for a reason that does not hold here: it takes JSON only
_CELERY: Final = ["-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "-A", "salesdash"]


def celery(*arguments: str) -> list[str]:
    return [sys.executable, *_CELERY, *arguments]


def command(name: str) -> list[str]:
    """Of "worker", "mailer" or "writer"."""
    alone = ["--without-gossip", "--without-mingle"]
    return celery("worker", "--loglevel", "WARNING", "-n", f"{name}@%h", *_WORKERS[name], *alone)
