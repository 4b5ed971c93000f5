"""How far the checks by new rules have come: what still waits, what passed, what was stopped."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from drafts.models import Draft, DraftEvent, SafetyRules, State
from drafts.workflow import WORKABLE


@dataclass(frozen=True)
class Progress:
    """Texts that older rules had cleared. `left`: nobody has looked yet, or a check is under way."""

    left: int
    passed: int
    flagged: int
    failed: int
    other: int

    @property
    def total(self) -> int:
        return self.left + self.done

    @property
    def done(self) -> int:
        return self.passed + self.flagged + self.failed + self.other

    @property
    def finished(self) -> bool:
        return self.left == 0


def waiting() -> int:
    """Ready or approved texts that are cleared by rules that are not (or will not be) in force."""
    return Draft.objects.outdated().count()


def affected() -> int:
    """How many texts another version would send back to the checks: all that are cleared and not sent."""
    return Draft.objects.filter(state__in=[State.READY, State.APPROVED]).count()


def progress(rules: SafetyRules) -> Progress:
    """Of the version in force, in two statements. `other`: rewritten, sent or expired meanwhile."""
    sent_back = DraftEvent.objects.filter(
        from_state__in=[State.READY, State.APPROVED], to_state=State.CHECKING, at__gte=rules.activated_at
    )
    stopped, again = (
        Q(state__in=[State.IN_REVIEW, State.REJECTED]),
        Q(state__in=[State.READY, State.APPROVED]),
    )
    found = Draft.objects.filter(pk__in=sent_back.values("draft")).aggregate(
        all=Count("pk"),
        working=Count("pk", filter=Q(state__in=WORKABLE)),
        passed=Count("pk", filter=again & Q(rules_version=rules.version)),
        again=Count("pk", filter=again & ~Q(rules_version=rules.version)),
        flagged=Count("pk", filter=stopped),
        failed=Count("pk", filter=Q(state=State.FAILED)),
    )
    counted = found["working"] + found["passed"] + found["again"] + found["flagged"] + found["failed"]
    return Progress(
        left=found["working"] + waiting(),
        passed=found["passed"],
        flagged=found["flagged"],
        failed=found["failed"],
        other=found["all"] - counted,
    )
