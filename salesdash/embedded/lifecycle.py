"""Both servers together: start, stop, are they running."""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path
from typing import Final

from salesdash.embedded import binaries, locks, probe
from salesdash.embedded.accounts import Account, choose
from salesdash.embedded.binaries import Binaries
from salesdash.embedded.errors import EmbeddedError, explained
from salesdash.embedded.layout import DEFAULT_DATA_ROOT, Layout, Services, State, socket_folder
from salesdash.embedded.postgres import Postgres
from salesdash.embedded.probe import Health
from salesdash.embedded.redis import Redis
from salesdash.embedded.servers import Server

FREE_BYTES_NEEDED: Final = 400_000_000
SYSTEM_FOLDER: Final = Path("/var/lib" if sys.platform == "linux" else "/usr/local/var")


def start(data_root: Path = DEFAULT_DATA_ROOT, *, durable: bool = True) -> Services:
    """Start what does not run yet. `durable=False` trades safety of the data for speed: tests only."""
    layout = Layout.of(data_root)
    layout.create()
    with locks.exclusive(layout.file("mutex.lock")):
        return start_locked(layout, durable=durable)


def stop(data_root: Path = DEFAULT_DATA_ROOT) -> None:
    """Stop, whoever else uses them. Nothing happens if they do not run."""
    layout = Layout.of(data_root)
    if not layout.file("mutex.lock").exists():
        return
    with locks.exclusive(layout.file("mutex.lock")):
        stop_locked(layout)


def running(data_root: Path = DEFAULT_DATA_ROOT) -> Services | None:
    """The addresses if both servers answer now."""
    state = Layout.of(data_root).read()
    if state is None:
        return None
    answers = (probe.postgres(state.postgres_socket), probe.redis(state.redis_socket))
    return state.services if answers == (Health.READY, Health.READY) else None


def remove(data_root: Path = DEFAULT_DATA_ROOT) -> None:
    """Stop, and delete all data for good."""
    layout = Layout.of(data_root)
    stop(data_root)
    state = layout.read()
    if state is not None and Path(state.home) != layout.data_root:
        shutil.rmtree(state.home, ignore_errors=True)
    if layout.data_root.exists():
        with explained(layout.data_root):
            shutil.rmtree(layout.data_root)


def start_locked(layout: Layout, *, durable: bool) -> Services:
    """The caller holds the mutex."""
    services = running(layout.data_root)
    if services is not None:
        return services
    old = layout.read()
    account = choose(Path(old.home if old else layout.data_root, "postgres"), layout.data_root)
    with explained(layout.data_root):
        for path in (layout.data_root, layout.file("log"), *layout.data_root.glob("*.lock")):
            account.own(path)
    programs = binaries.find()
    home, programs = _home(layout, account, programs, old)
    state = State(
        home=str(home),
        sockets=str(socket_folder(layout.data_root, account)),
        processes=old.processes if old else {},
    )
    if old is not None and old.sockets != state.sockets:
        _end(old, layout, account)
    _refuse_full_disk(home)
    layout.write(state, account)
    started: list[Server] = []
    try:
        for server in _servers(layout, state, account):
            started.append(server)
            server.ensure(programs, durable=durable)
    except BaseException:
        for begun in reversed(started):
            if begun.child is not None:
                begun.end()
        raise
    return state.services


def stop_locked(layout: Layout) -> None:
    """The caller holds the mutex."""
    state = layout.read()
    if state is not None:
        account = choose(state.postgres_data, layout.data_root)
        _end(state, layout, account)
        shutil.rmtree(state.sockets, ignore_errors=True)


def _end(state: State, layout: Layout, account: Account) -> None:
    for server in reversed(_servers(layout, state, account)):
        server.end()


def _servers(layout: Layout, state: State, account: Account) -> list[Server]:
    return [Postgres(layout, state, account), Redis(layout, state, account)]


def _home(layout: Layout, account: Account, programs: Binaries, old: State | None) -> tuple[Path, Binaries]:
    """Where the data lies: under data_root, unless root's service user cannot get there (/root is closed).

    Permissions of folders that are not ours stay as they are, so data and programs then live in a folder of
    their own below /var/lib.
    """
    if account.can_reach(programs.postgres, layout.data_root) and account.can_reach(
        programs.redis_server, layout.data_root
    ):
        return layout.data_root, programs
    digest = hashlib.sha256(str(layout.data_root.resolve()).encode()).hexdigest()[:10]
    home = SYSTEM_FOLDER / f"salesdash-{digest}"
    with explained(home):
        home.mkdir(mode=0o755, parents=True, exist_ok=True)
        account.own(home)
        programs = binaries.copy(programs, home / "programs")
    if not account.can_reach(programs.postgres, home):
        raise EmbeddedError(
            f"User {account.name} can reach neither {layout.data_root} nor {home}: run as an ordinary user."
        )
    return home, programs


def _refuse_full_disk(home: Path) -> None:
    free = shutil.disk_usage(home).free
    if free < FREE_BYTES_NEEDED:
        raise EmbeddedError(
            f"The disk of {home} is full: {free / 1e6:.0f} MB are free, "
            f"{FREE_BYTES_NEEDED / 1e6:.0f} MB are needed."
        )
