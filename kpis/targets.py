"""What each figure should reach, and how near it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    MET = "met"
    NEAR = "near"
    MISSED = "missed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Target:
    """`at_least` or `at_most`; "near" is within `slack` of it (a share of the target)."""

    at_least: float | None = None
    at_most: float | None = None
    slack: float = 0.1

    def judge(self, value: float | None) -> Status:
        if value is None:
            return Status.NONE
        if self.at_least is not None:
            met, near = value >= self.at_least, value >= self.at_least * (1 - self.slack)
        else:
            limit = self.at_most or 0.0
            met, near = value <= limit, value <= limit * (1 + self.slack)
        return Status.MET if met else Status.NEAR if near else Status.MISSED


TARGETS: Final = {
    "page_p95_ms": Target(at_most=250),
    "live_p95_ms": Target(at_most=1000),
    "error_share": Target(at_most=0.01),
    "oldest_waiting_seconds": Target(at_most=120),
    "open": Target(at_least=0.45),
    "meeting": Target(at_least=0.07),
    "cost_share": Target(at_most=0.05),
    "budget": Target(at_most=0.8, slack=0.25),
}
