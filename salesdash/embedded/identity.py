"""Which process is meant: a pid alone names another one tomorrow."""

from __future__ import annotations

import sys
from typing import Final

TOLERANCE_S: Final = 0.005  # the kernel counts in hundredths of a second, so this means equal


def birth(pid: int) -> float | None:
    """When it was started, in seconds; None if there is no such process, or only its corpse.

    On Linux since boot, which stays the same when the clock is set; elsewhere since the epoch.
    """
    import psutil  # takes 30 ms to load, and attaching to the servers does not need it

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        created: float = process.create_time()
    except psutil.Error:
        return None
    return created - psutil.boot_time() if sys.platform == "linux" else created


def is_same(pid: int, born: float) -> bool:
    now = birth(pid)
    return now is not None and abs(now - born) < TOLERANCE_S
