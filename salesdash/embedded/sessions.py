"""Who uses the servers: counted by a shared lock, so that the last one out stops them."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fcntl import LOCK_SH
from pathlib import Path
from types import FrameType
from typing import Final

from salesdash.embedded import lifecycle, locks
from salesdash.embedded.errors import EmbeddedError
from salesdash.embedded.layout import DEFAULT_DATA_ROOT, Layout, Services

# these touch neither database nor Redis
NEEDS_NO_SERVER: Final = frozenset({"help", "version", "messages", "dev_llm", "startapp", "diffsettings"})


class Hold:
    """One user of the servers. A kill of its process releases it too; the next user finds them running."""

    def __init__(self, data_root: Path, *, durable: bool) -> None:
        self._layout = Layout.of(data_root)
        self._owner = os.getpid()
        self._layout.create()
        with locks.exclusive(self._layout.file("mutex.lock")):
            self._descriptor = locks.open_file(self._layout.file("users.lock"))
            try:
                locks.try_lock(self._descriptor, LOCK_SH)
                self.services: Services = lifecycle.start_locked(self._layout, durable=durable)
            except BaseException:
                os.close(self._descriptor)
                raise

    def release(self) -> None:
        if self._descriptor < 0 or os.getpid() != self._owner:
            return  # a forked child leaves its parent's hold alone
        with locks.exclusive(self._layout.file("mutex.lock")):
            os.close(self._descriptor)
            self._descriptor = -1
            if not locks.is_held(self._layout.file("users.lock")):
                lifecycle.stop_locked(self._layout)


@contextmanager
def session(data_root: Path = DEFAULT_DATA_ROOT, *, durable: bool = True) -> Iterator[Services]:
    """Attach to the running servers, or start them; stop them at the end unless someone else uses them."""
    hold = Hold(data_root, durable=durable)
    try:
        yield hold.services
    finally:
        hold.release()


def ensure_env(argv: Sequence[str] = ()) -> None:
    """For `manage.py`: DATABASE_URL and REDIS_URL, by a session that lasts as long as this process.

    Does nothing where both are set, in production, or for a command that needs no server.
    """
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    if os.environ.get("SALESDASH_PRODUCTION") or _needs_no_server(argv):
        return
    root = Path(os.environ.get("SALESDASH_DATA_ROOT") or DEFAULT_DATA_ROOT)
    hold = Hold(root, durable=True)
    atexit.register(_release, hold)
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _leave)
    for name, value in hold.services.environment().items():
        if not os.environ.get(name):
            os.environ[name] = value


def _release(hold: Hold) -> None:
    try:
        hold.release()
    except EmbeddedError as error:
        print(f"error: {error}", file=sys.stderr)


def _needs_no_server(argv: Sequence[str]) -> bool:
    return len(argv) < 2 or argv[1] in NEEDS_NO_SERVER or bool({"--help", "-h", "--version"} & set(argv[1:]))


def _leave(number: int, frame: FrameType | None) -> None:
    """Death by signal would skip atexit and leave the servers running for nobody."""
    sys.exit(128 + number)
