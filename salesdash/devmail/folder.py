"""Mails in a folder: one file each, numbered upwards for ever, oldest dropped when there are too many.

    0000000012.json     what was known of it beside its text: envelope, times
    0000000012_S.eml    the mail as it came; the letters are its flags, as in a Maildir
    next                the number that the next one gets
    validity            the identity of this numbering (UIDVALIDITY of RFC 3501)

One process writes, others may read at the same time: a mail is there once its .eml is, which is moved into
place last.
"""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any, Final

FLAGS: Final = {
    "R": "\\Answered",
    "T": "\\Deleted",
    "D": "\\Draft",
    "F": "\\Flagged",
    "S": "\\Seen",
}


def read_note(path: Path, number: int) -> dict[str, Any]:
    """Empty if there is none."""
    try:
        read = json.loads((path / f"{number:010d}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


class Folder:
    def __init__(self, path: Path, *, keep: int = 2000, keep_bytes: int = 200_000_000) -> None:
        self.path = path
        self._keep, self._keep_bytes = keep, keep_bytes
        self._lock = threading.RLock()
        self._flags: dict[int, str] = {}
        self._sizes: dict[int, int] = {}
        self._load()
        self._held = sum(self._sizes.values())
        self._next = max(self._stored("next", 1), max(self._sizes, default=0) + 1)

    def _load(self) -> None:
        if not self.path.is_dir():
            return
        with os.scandir(self.path) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                number, _, rest = entry.name.partition("_")
                if rest.endswith(".eml") and number.isdigit():
                    try:
                        size = entry.stat().st_size
                    except FileNotFoundError:
                        continue  # dropped between the listing and this
                    self._flags[int(number)] = rest.removesuffix(".eml")
                    self._sizes[int(number)] = size

    @property
    def validity(self) -> int:
        """32 bits, more than 0, larger for a folder that was made later."""
        with self._lock:
            if not (known := self._stored("validity", 0)):
                known = int(time.time())
                self.path.mkdir(parents=True, exist_ok=True)
                self._write("validity", str(known).encode())
            return known

    @property
    def next_number(self) -> int:
        return self._next

    def numbers(self) -> list[int]:
        with self._lock:
            return sorted(self._sizes)

    def add(self, content: bytes, note: dict[str, Any], flags: str = "") -> int:
        with self._lock:
            self.path.mkdir(parents=True, exist_ok=True)
            number, self._next = self._next, self._next + 1
            self._write("next", str(number + 1).encode())
            self._write(f"{number:010d}.json", json.dumps(note, ensure_ascii=False).encode())
            self._write(f"{number:010d}_{flags}.eml", content)
            self._flags[number], self._sizes[number] = flags, len(content)
            self._held += len(content)
            self._drop_oldest()
            return number

    def content(self, number: int) -> bytes:
        """KeyError for a number that is not, or no longer, there."""
        with self._lock:
            try:
                return self._message(number).read_bytes()
            except FileNotFoundError:
                raise KeyError(number) from None

    def note(self, number: int) -> dict[str, Any]:
        return read_note(self.path, number)

    def size(self, number: int) -> int:
        with self._lock:
            return self._sizes[number]

    def flags(self, number: int) -> str:
        with self._lock:
            return self._flags[number]

    def set_flags(self, number: int, flags: str) -> None:
        flags = "".join(sorted(set(flags) & set(FLAGS)))
        with self._lock:
            old = self._message(number)
            old.rename(self.path / f"{number:010d}_{flags}.eml")
            self._flags[number] = flags

    def remove(self, number: int) -> None:
        with self._lock:
            self._message(number).unlink(missing_ok=True)
            (self.path / f"{number:010d}.json").unlink(missing_ok=True)
            self._held -= self._sizes.pop(number)
            del self._flags[number]

    def _drop_oldest(self) -> None:
        # in the order of arrival, for that is the order in which a dict keeps its keys
        while len(self._sizes) > 1 and (len(self._sizes) > self._keep or self._held > self._keep_bytes):
            self.remove(next(iter(self._sizes)))

    def _stored(self, name: str, default: int) -> int:
        try:
            return int((self.path / name).read_text())
        except (OSError, ValueError):
            return default

    def _message(self, number: int) -> Path:
        return self.path / f"{number:010d}_{self._flags[number]}.eml"

    def _write(self, name: str, content: bytes) -> None:
        """Whole or not at all, for readers and for a process that is killed here."""
        passing = self.path / f"{name}.tmp"
        passing.write_bytes(content)
        passing.replace(self.path / name)
