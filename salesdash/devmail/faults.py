"""Faults on purpose: by a tag in the recipient's address, asked for by a test, or by rate.

Tags, before the @:
    name+550@…      refused at RCPT with that code, 400 to 599
    name+data451@…  the whole mail is refused with that code after it was sent
    name+drop@…     the mail is kept, but the connection ends before the answer
    name+lost@…     the connection ends in the middle of the mail, which is lost
    name+slow5@…    the answer to the mail takes 5 seconds
    name+bounce@…   taken, and returned to its sender a moment later (RFC 3464)
"""

import random
import re
import threading
from dataclasses import dataclass
from typing import Final

from salesdash.devmail.options import Options

_TAG: Final = re.compile(r"\+(?:(data)?([45]\d\d)|(drop|lost|bounce)|slow(\d{1,3}))@", re.IGNORECASE)
_NAME: Final = re.compile(r"(?:(data)?([45]\d\d)|(drop|lost|bounce)|slow(\d{1,3}))")


@dataclass(frozen=True)
class Fault:
    """`rcpt` and `data` are reply codes, 0 for none."""

    rcpt: int = 0
    data: int = 0
    drop: bool = False
    lost: bool = False
    bounce: bool = False
    slow_seconds: float = 0.0


NO_FAULT: Final = Fault()


class Faults:
    """Asked for by a test goes before a tag, and that before the rates."""

    def __init__(self, options: Options) -> None:
        self._rates = [(name, getattr(options, f"rate_{name}")) for name in ("550", "451", "drop", "bounce")]
        self._dice = random.Random(options.seed or None)  # noqa: S311 faults, not secrets
        self._next: list[Fault] = []
        self._lock = threading.Lock()

    def next(self, name: str, *, times: int = 1) -> None:
        """The next `times` recipients have the fault of that name, as in a tag: "451", "drop", "slow2"."""
        found = _NAME.fullmatch(name)
        if found is None:
            raise ValueError(f"no such fault: {name}")
        with self._lock:
            self._next.extend([_fault(found)] * times)

    def clear(self) -> None:
        with self._lock:
            self._next.clear()

    def draw(self, recipient: str) -> Fault:
        with self._lock:
            if self._next:
                return self._next.pop(0)
            dice = self._dice.random()
        tagged = _TAG.search(recipient)
        return _fault(tagged) if tagged else self._by_rate(dice)

    def _by_rate(self, dice: float) -> Fault:
        for name, rate in self._rates:
            found = _NAME.fullmatch(name)
            if found and dice < rate:
                return _fault(found)
            dice -= rate
        return NO_FAULT


def _fault(found: re.Match[str]) -> Fault:
    whole_mail, code, named, slow = found.groups()
    if code:
        return Fault(data=int(code)) if whole_mail else Fault(rcpt=int(code))
    if slow:
        return Fault(slow_seconds=float(slow))
    return Fault(**{named.lower(): True})
