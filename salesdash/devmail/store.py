"""Where mails are: what was submitted in one folder, what came in one folder per mailbox."""

import hashlib
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from salesdash.devmail.answers import named
from salesdash.devmail.folder import Folder
from salesdash.devmail.options import COLLECTOR

SENT: Final = "sent"  # the folder of what was submitted


@dataclass(frozen=True)
class Envelope:
    """What SMTP says of a mail, which need not be what its header says."""

    sender: str
    recipients: list[str]
    user: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def as_note(self) -> dict[str, Any]:
        return {
            "sender": self.sender,
            "recipients": self.recipients,
            "user": self.user,
            "at": self.at.isoformat(),
        }


class Store:
    def __init__(self, root: Path, **bounds: int) -> None:
        self._root, self._bounds = root, bounds
        self._boxes: dict[str, Folder] = {}
        self._lock = threading.Lock()
        self.sent = Folder(root / SENT, **bounds)

    def box(self, account: str) -> Folder:
        """The mailbox of an account, an address or a bare name; made when first asked for."""
        account = account.lower()
        with self._lock:
            if account not in self._boxes:
                path = self._root / "mailboxes" / _file_name(account)
                self._boxes[account] = Folder(path, **self._bounds)
            return self._boxes[account]

    def take(self, envelope: Envelope, content: bytes) -> int:
        return self.sent.add(content, envelope.as_note() | named(content))

    def deliver(self, envelope: Envelope, content: bytes) -> None:
        """Into the mailbox of each recipient, and once into the collector's."""
        traced = b"Return-Path: <%s>\r\n%s" % (envelope.sender.encode(), content)
        for account in dict.fromkeys([*envelope.recipients, COLLECTOR]):
            self.box(account).add(traced, envelope.as_note())


def _file_name(account: str) -> str:
    """Readable, safe on every file system, and different for different accounts."""
    plain = re.sub(r"[^a-z0-9@._-]", "_", account)[:80].strip(".")
    if plain == account and plain:
        return plain
    return f"{plain}-{hashlib.sha256(account.encode()).hexdigest()[:12]}"
