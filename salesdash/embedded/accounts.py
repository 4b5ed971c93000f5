"""Which system user runs the servers, and can it reach them.

PostgreSQL refuses to run as root. As root the servers run as: the owner of the data that is already there,
else the owner of the checkout, else `nobody`. Anyone else runs them as themselves.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from salesdash.embedded.errors import EmbeddedError

FALLBACK_USER: Final = "nobody"


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    @property
    def dropped(self) -> bool:
        """True where we are root and the servers are not."""
        return self.uid != os.geteuid()

    def popen_options(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}

    def own(self, path: Path) -> None:
        if self.dropped and path.lstat().st_uid != self.uid:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def own_tree(self, top: Path) -> None:
        for folder, folders, files in os.walk(top):
            for name in (".", *folders, *files):
                self.own(Path(folder, name))

    def can_reach(self, program: Path, folder: Path) -> bool:
        """Whether every parent folder lets this account through: asked of the kernel, as that account."""
        if not self.dropped:
            return True
        script = 'test -x "$0" && cd "$1"'
        command = ["/bin/sh", "-c", script, str(program), str(folder)]
        return not subprocess.run(command, cwd="/", capture_output=True, **self.popen_options()).returncode


def choose(data: Path, data_root: Path) -> Account:
    """The account that runs the servers whose PostgreSQL files are, or will be, in `data`."""
    if os.geteuid() != 0:
        _refuse_foreign(data)
        return Account(os.geteuid(), os.getegid())
    owners = [_owner(data), _owner(data_root), _owner(Path(__file__))]
    for uid in owners:
        if uid and _is_known(uid):
            return Account(uid, pwd.getpwuid(uid).pw_gid)
    try:
        entry = pwd.getpwnam(FALLBACK_USER)
    except KeyError as error:
        raise EmbeddedError(
            f"PostgreSQL does not run as root and no user '{FALLBACK_USER}' exists: run as an ordinary user."
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def _refuse_foreign(data: Path) -> None:
    owner = _owner(data)
    if owner is not None and owner != os.geteuid():
        name = Account(owner, 0).name
        raise EmbeddedError(
            f"{data} belongs to the user {name} (made by an earlier run, perhaps as root): "
            f"run as root or as {name}, or remove that folder as root."
        )


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None


def _is_known(uid: int) -> bool:
    """initdb looks its user up and fails for a number without a name."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
