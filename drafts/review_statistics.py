"""What reviewers decided and how long texts waited for them: the queue as a whole and each person.

From the event log: a decision is what a person did with a text that waited. Waiting counts in business hours
of the team's zone, as the target does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple, Self

from django.db import connection
from django.db.models import Count, Min, Q

from drafts import business_hours
from drafts.evaluation.figures import Interval, kappa
from drafts.models import Draft, State
from drafts.review import RejectCode
from salesdash.models import Team
from salesdash.rates import Rate

_DECISIONS: Final = (Path(__file__).parent / "sql" / "review_decisions.sql").read_text(encoding="utf-8")
_HOUR: Final = 3600
# below so many decisions the interval says more than the rate
FEW: Final = 30


class Decision(NamedTuple):
    """`share`: how much of the words an edit changed, 0 to 1; None for other outcomes.

    `judge_passed` is None where the judge had not spoken about the text.
    """

    actor_id: int | None
    actor_name: str
    outcome: str
    at: datetime
    entered_at: datetime
    share: float | None
    code: str
    team_id: int
    judge_passed: bool | None


class Agreement(NamedTuple):
    """Of the judge and reviewers: Cohen's κ, its interval of 95 %, of how many texts.

    Over texts that waited for a person, which are the doubtful ones: about all texts they agree more often.
    """

    kappa: float | None
    interval: Interval | None
    texts: int


@dataclass(slots=True)
class Work:
    """Of one person, or of all. `waits` in business seconds, one per decision."""

    name: str = ""
    outcomes: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    in_time: int = 0
    shares: list[float] = field(default_factory=list)
    # (the judge let it pass, the reviewer let it pass as it stood), one per text that the judge spoke about
    verdicts: list[tuple[bool, bool]] = field(default_factory=list)

    def add(self, decision: Decision, team: Team) -> None:
        waited = business_hours.seconds_between(decision.entered_at, decision.at, team.time_zone)
        self.outcomes[decision.outcome] += 1
        self.waits.append(waited)
        self.in_time += waited <= team.review_sla_hours * _HOUR
        if decision.share is not None:
            self.shares.append(decision.share)
        if decision.judge_passed is not None:
            self.verdicts.append((decision.judge_passed, decision.outcome == State.APPROVED))

    @property
    def decided(self) -> int:
        return self.outcomes.total()

    @property
    def approved_rate(self) -> Rate:
        """Approved as they stood, of all that were decided: who reworded a text did not find it good."""
        return Rate(self.outcomes["approved"], self.decided)

    @property
    def in_time_rate(self) -> Rate:
        return Rate(self.in_time, self.decided)

    @property
    def approved(self) -> int:
        return self.outcomes["approved"]

    @property
    def edited(self) -> int:
        return self.outcomes["edited"]

    @property
    def regenerated(self) -> int:
        return self.outcomes["regenerating"]

    @property
    def rejected(self) -> int:
        return self.outcomes["rejected"]

    @property
    def median_wait(self) -> float | None:
        return median(self.waits) if self.waits else None

    @property
    def longest_tenth(self) -> float | None:
        """Nine of ten waited no longer (nearest rank)."""
        return sorted(self.waits)[-(-9 * len(self.waits) // 10) - 1] if self.waits else None

    @property
    def median_share(self) -> float | None:
        return median(self.shares) if self.shares else None

    @property
    def agreement(self) -> Agreement:
        return Agreement(*kappa(self.verdicts), len(self.verdicts))

    @property
    def is_small(self) -> bool:
        return 0 < self.decided < FEW


@dataclass(frozen=True, slots=True)
class Waiting:
    """The queue at this moment; `longest` in business seconds, None if nothing waits."""

    number: int = 0
    overdue: int = 0
    longest: float | None = None


@dataclass(frozen=True, slots=True)
class ReviewStatistics:
    first: date
    last: date
    whole: Work
    # who decided most comes first
    people: tuple[Work, ...]
    # label and number, the most frequent first
    rejections: tuple[tuple[str, int], ...]
    waiting: Waiting

    @classmethod
    def read(cls, teams: Sequence[Team], *, first: date, last: date, now: datetime) -> Self:
        """first ≤ day ≤ last, in each team's zone. Three statements at most."""
        known = {team.pk: team for team in teams}
        whole, people, codes = Work(), defaultdict[int | None, Work](Work), Counter[str]()
        for decision in _decisions(known, first, last):
            team, person = known[decision.team_id], people[decision.actor_id]
            person.name = decision.actor_name
            for work in (whole, person):
                work.add(decision, team)
            if decision.outcome == State.REJECTED:
                codes[decision.code] += 1
        ranked = sorted(people.values(), key=lambda work: (-work.decided, work.name))
        labels = dict(RejectCode.choices)
        rejections = tuple((str(labels.get(code, code)), number) for code, number in codes.most_common())
        return cls(first, last, whole, tuple(ranked), rejections, _waiting(teams, now))


def _decisions(teams: Iterable[int], first: date, last: date) -> list[Decision]:
    with connection.cursor() as cursor:
        cursor.execute(_DECISIONS, {"teams": list(teams), "first": first, "last": last})
        return [Decision(*row) for row in cursor.fetchall()]


def _waiting(teams: Sequence[Team], now: datetime) -> Waiting:
    found = {
        row["team"]: row
        for row in Draft.objects.filter(team__in=teams, state=State.IN_REVIEW)
        .values("team")
        .annotate(number=Count("pk"), oldest=Min("entered_review_at"))
    }
    busy = [team for team in teams if team.pk in found]
    if not busy:
        return Waiting()
    late = Q()
    for team in busy:
        latest = business_hours.before(now, team.review_sla_hours * _HOUR, team.time_zone)
        late |= Q(team=team, entered_review_at__lte=latest)
    longest = max(
        business_hours.seconds_between(found[team.pk]["oldest"] or now, now, team.time_zone) for team in busy
    )
    overdue = Draft.objects.filter(late, state=State.IN_REVIEW).count()
    return Waiting(sum(row["number"] for row in found.values()), overdue, longest)
