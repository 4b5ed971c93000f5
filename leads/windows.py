"""What the lead table hands out: one page of values or of rows, and the way out of an empty one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leads.counting import Count
from leads.rows import Row


@dataclass(frozen=True, slots=True)
class Window:
    """One page of values. `before` and `after` are query strings of the neighbours, empty at the ends."""

    values: list[dict[str, Any]]
    at: int = 1
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A window as rows of the screen."""

    rows: list[Row]
    at: int = 1
    before: str = ""
    after: str = ""

    @property
    def until(self) -> int:
        return self.at + len(self.rows) - 1


@dataclass(frozen=True, slots=True)
class WayOut:
    """A condition that, once removed, lets `count` leads through."""

    name: str
    count: Count
    query: str
