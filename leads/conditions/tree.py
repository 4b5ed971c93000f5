"""Conditions and groups of them, and their text in a URL.

    temperature:ge:60
    industry:in:food,media
    any(owner:empty;activity:last:7)

Characters that separate are percent-encoded inside a part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import unquote

MOST_CONDITIONS: Final = 30
LONGEST: Final = 4000
_SPECIAL: Final = re.compile(r"[%:,;()]")
_GROUP: Final = re.compile(r"(all|any)\((.*)\)", re.DOTALL)


class Join(StrEnum):
    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Condition:
    """`values` are texts in canonical form: numbers with a dot, days as 2026-11-28, ids in digits."""

    field: str
    op: str
    values: tuple[str, ...] = ()

    def write(self) -> str:
        parts = [_quoted(self.field), self.op]
        if self.values:
            parts.append(",".join(map(_quoted, self.values)))
        return ":".join(parts)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (self,)


@dataclass(frozen=True, slots=True)
class Group:
    join: Join
    conditions: tuple[Condition, ...]

    def write(self) -> str:
        return f"{self.join}({';'.join(condition.write() for condition in self.conditions)})"


Item = Condition | Group


def read(text: str) -> Item | None:
    """What the text says, not yet checked against the fields; None if it says nothing."""
    if len(text) > LONGEST:
        return None
    if group := _GROUP.fullmatch(text):
        found = tuple(filter(None, map(_condition, group[2].split(";"))))
        return Group(Join(group[1]), found) if found else None
    return _condition(text)


def parts(text: str) -> int:
    """Of how many conditions a group's text consists, whether they say anything or not."""
    group = _GROUP.fullmatch(text)
    return len(group[2].split(";")) if group else 1


def write_names(names: Iterable[str]) -> str:
    """A list of names as one part of a URL."""
    return ",".join(map(_quoted, names))


def read_names(text: str) -> list[str]:
    return [unquote(name) for name in text[:LONGEST].split(",") if name]


def _condition(text: str) -> Condition | None:
    field, _colon, rest = text.partition(":")
    op, _colon, values = rest.partition(":")
    if not (field and op):
        return None
    return Condition(unquote(field), op, tuple(map(unquote, values.split(","))) if values else ())


def _quoted(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"%{ord(found[0]):02X}", text)
