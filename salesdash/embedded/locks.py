"""flock in three uses: a mutex, a count of users, and proof that a server lives.

A lock of this kind belongs to the open file, is inherited by child processes and vanishes with the last of
them, however it dies. No pid is trusted.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from salesdash.embedded.accounts import Account
from salesdash.embedded.errors import explained

NOTICE_AFTER_S: Final = 3.0
POLL_S: Final = 0.05


def open_file(path: Path, account: Account | None = None) -> int:
    """A descriptor that can be locked, though the file may be another user's."""
    with explained(path.parent):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except PermissionError:
            return os.open(path, os.O_RDONLY)
        if account is not None:
            account.own(path)
        return descriptor


def try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(path: Path) -> bool:
    if not path.exists():
        return False
    descriptor = open_file(path)
    try:
        return not try_lock(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def exclusive(path: Path, account: Account | None = None) -> Iterator[None]:
    """Waits as long as it takes: the other one may be recovering a large database. Says so."""
    descriptor = open_file(path, account)
    began = time.monotonic()
    told = False
    try:
        while not try_lock(descriptor):
            if not told and time.monotonic() - began > NOTICE_AFTER_S:
                told = True
                print("waiting for another process that starts or stops the servers …", file=sys.stderr)
            time.sleep(POLL_S)
        yield
    finally:
        os.close(descriptor)
