"""Where everything of one pair of embedded servers lies.

data_root/            var/embedded by default
  mutex.lock          held exclusively while servers are started or stopped
  users.lock          held shared by every session: who gets it exclusively was the last one out
  postgres.lock       inherited by the server: held for as long as any of its processes lives
  redis.lock
  state.json          where the servers are and which processes they are
  log/                what the servers wrote
  postgres/ redis/    the data ("home": elsewhere if root's service user cannot reach data_root)
<temporary folder>/sd-<hash>/     sockets, mode 0700; short, for a socket path holds about 100 bytes
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from salesdash.embedded.accounts import Account
from salesdash.embedded.errors import EmbeddedError, explained

CHECKOUT: Final = Path(__file__).resolve().parent.parent.parent
DEFAULT_DATA_ROOT: Final = CHECKOUT / "var" / "embedded"
USER: Final = "salesdash"
DATABASE: Final = "salesdash"
PORT: Final = 5432  # only names the socket file: nothing listens on TCP
MAX_SOCKET_FOLDER_BYTES: Final = 80


@dataclass(frozen=True)
class Services:
    """Addresses over unix sockets.

    database_url  postgresql://salesdash@/salesdash?host=%2Ftmp%2Fsd-0123456789      libpq's own form
    redis_url     unix:///tmp/sd-0123456789/redis.sock?db=0                          redis-py's own form
    Kombu (Celery) wants redis+socket:///tmp/sd-0123456789/redis.sock?virtual_host=0 instead.
    The folder's name holds no character that any of them would quote.
    """

    database_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@dataclass
class State:
    """What the last start left behind: a hint for finding the servers, never a proof that they live."""

    home: str = ""
    sockets: str = ""
    processes: dict[str, list[float]] = field(default_factory=dict)  # name → [pid, birth]

    @property
    def services(self) -> Services:
        host = quote(self.sockets, safe="")
        return Services(
            database_url=f"postgresql://{USER}@/{DATABASE}?host={host}",
            redis_url=f"unix://{self.sockets}/redis.sock?db=0",
        )

    @property
    def postgres_socket(self) -> Path:
        return Path(self.sockets, f".s.PGSQL.{PORT}")

    @property
    def redis_socket(self) -> Path:
        return Path(self.sockets, "redis.sock")

    @property
    def postgres_data(self) -> Path:
        return Path(self.home, "postgres")

    @property
    def redis_data(self) -> Path:
        return Path(self.home, "redis")

    @property
    def tag(self) -> str:
        """Stands in the title of every PostgreSQL process of ours."""
        return Path(self.sockets).name


@dataclass(frozen=True)
class Layout:
    data_root: Path

    @classmethod
    def of(cls, data_root: Path) -> Layout:
        return cls(data_root.absolute())

    def file(self, name: str) -> Path:
        return self.data_root / name

    def log(self, name: str) -> Path:
        return self.data_root / "log" / f"{name}.log"

    def create(self) -> None:
        with explained(self.data_root):
            self.file("log").mkdir(parents=True, exist_ok=True)

    def read(self) -> State | None:
        try:
            content: dict[str, Any] = json.loads(self.file("state.json").read_text())
            return State(**content)
        except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
            return None

    def write(self, state: State, account: Account) -> None:
        """Atomic, so that a kill in the middle leaves the old one."""
        new = self.file("state.json.new")
        with explained(self.data_root):
            new.write_text(json.dumps(asdict(state), indent=1))
            account.own(new)
            new.replace(self.file("state.json"))


def socket_folder(data_root: Path, account: Account) -> Path:
    """A private folder, made if need be. Refuses one that somebody else made first."""
    digest = hashlib.sha256(f"{data_root.resolve()}:{account.uid}".encode()).hexdigest()[:10]
    base = tempfile.gettempdir()
    if len(os.fsencode(base)) > MAX_SOCKET_FOLDER_BYTES - 14 or not re.fullmatch(
        r"[\w./+-]+", base, re.ASCII
    ):
        base = "/tmp"  # noqa: S108  (the folder below it is private and its owner is checked)
    folder = Path(base, f"sd-{digest}")
    with explained(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, os.geteuid()):
        raise EmbeddedError(
            f"{folder} belongs to another user: remove it, or set TMPDIR to a folder of your own."
        )
    with explained(folder):
        account.own(folder)
        folder.chmod(0o700)
    return folder
