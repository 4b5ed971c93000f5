"""What a rebuild has to compute: by which rules, for which landmark, from what; and the statements for it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from leads import fit, next_table, rules, sql
from leads.models import ActivityType, RuleSet, ScoreJob, ScoreState
from leads.rules import Rules
from salesdash.errors import DomainError


class Base(StrEnum):
    """What the rows of the new table are made from; also the name of the statement."""

    KEPT = "base_kept"
    REFITTED = "base_refitted"
    RECOMPUTED = "base_recomputed"


# the sums of all types but adjustments by hand; no other number is ever stored
_TYPE_SUMS: Final = (
    "ARRAY["
    + ", ".join(
        f"leads_sum(u) FILTER (WHERE type = {slot})" if slot in set(ActivityType) else "0::bigint"
        for slot in range(1, ActivityType.MANUAL)
    )
    + "]"
)
_OF_RANGE: Final = {
    "lateral": "",
    "key": "lead_id,",
    "which_activity": "lead_id >= %(low)s AND lead_id < %(high)s",
    "group": "GROUP BY lead_id",
    "join_t": "t.lead_id = f.lead_id",
    "join_m": "m.lead_id = f.lead_id",
}
_OF_CHANGED: Final = {
    "lateral": "LATERAL",
    "key": "",
    "which_activity": "lead_id = f.lead_id",
    "group": "",
    "join_t": "true",
    "join_m": "true",
}
# up at a threshold, down three points below it; nothing is announced, for nothing happened with the lead
_SETTLED: Final = (
    "GREATEST(width_bucket(rank, %(rising)s::float8[]),"
    " LEAST(announced_band, width_bucket(rank, %(falling)s::float8[])))"
)
_LOWEST: Final = -(2**63)
_HIGHEST: Final = 2**63 - 1


@dataclass(frozen=True)
class Plan:
    """`basis` names all that the new table rests on: with another one it must be built anew."""

    job_id: int
    rule_set: RuleSet
    rules: Rules
    base: Base
    settles_bands: bool
    basis: str

    @classmethod
    def of(cls, job: ScoreJob, state: ScoreState) -> Plan:
        """Raises DomainError."""
        now, rule_set = rules.of(state), _rule_set(job, state)
        other_decay = rule_set.half_life_hours != state.rules.half_life_hours
        moves = other_decay or job.kind == ScoreJob.Kind.LANDMARK
        landmark = (job.landmark or timezone.now()) if moves else state.landmark
        new = rules.of(ScoreState(rules=rule_set, landmark=landmark, epoch=state.epoch + 1))
        return cls(
            job_id=job.pk,
            rule_set=rule_set,
            rules=new,
            base=_base(job, other_decay, now, new),
            settles_bands=job.kind == ScoreJob.Kind.PUBLISH,
            basis=f"{state.epoch}:{hashlib.sha256(repr(new).encode()).hexdigest()[:32]}",
        )

    @property
    def landmark(self) -> datetime:
        return self.rules.scale.landmark

    @property
    def watches_leads(self) -> bool:
        """The present table may not have been touched by a change that the new fit depends on."""
        return self.base != Base.KEPT

    def copy(self, low: int | None, high: int | None) -> int:
        """Fill in the leads from `low` up to, not including, `high`. Returns how many."""
        column = "l.id" if self.base == Base.RECOMPUTED else "s.lead_id"
        sql.run("SET LOCAL work_mem = '64MB'")
        # each partition of the activities is summed on its own, lead by lead as its index gives them
        sql.run("SET LOCAL enable_partitionwise_aggregate = on")
        sql.run("SET LOCAL enable_hashagg = off")
        slots = _OF_RANGE | {
            "which_lead": f"{column} >= %(low)s AND {column} < %(high)s",
            "which_known": "l.id >= %(low)s AND l.id < %(high)s",
        }
        bounds = {"low": _LOWEST if low is None else low, "high": _HIGHEST if high is None else high}
        return sql.run(self._statement(slots), self._values() | bounds)

    def bring_up_to_date(self) -> int:
        """The same for the leads of the temporary table `leads_changed`. Returns how many."""
        slots = _OF_CHANGED | {
            "which_lead": "{lead} IN (SELECT lead_id FROM leads_changed)",
            "which_known": "true",
        }
        return sql.run(self._statement(slots) + sql.load("next_conflict"), self._values())

    def _statement(self, slots: dict[str, str]) -> str:
        fit_sql, _values = fit.fit_expression(self.rules.fit_rules).named("fit_")
        excluded_sql, _values = fit.excluded_expression(self.rules.exclude_rules).named("excluded_")
        lead = "l.id" if self.base == Base.RECOMPUTED else "s.lead_id"
        more = {"lead": lead, "fit": fit_sql, "excluded": excluded_sql, "type_sums": _TYPE_SUMS}
        base = _filled(sql.load(self.base), slots | more)
        band = _SETTLED if self.settles_bands else "announced_band"
        next_name = next_table.name_of(self.job_id)
        rank = rank_expression(self.rules.weights)
        rows = {"next": next_name, "base": base, "band": band, "rank": rank}
        return _filled(sql.load("next_rows"), rows)

    def _values(self) -> dict[str, Any]:
        now = timezone.now()
        return {
            **self.rules.parameters(),
            **fit.fit_expression(self.rules.fit_rules).named("fit_")[1],
            **fit.excluded_expression(self.rules.exclude_rules).named("excluded_")[1],
            "rising": self.rules.scale.rising_ranks(now),
            "falling": self.rules.scale.falling_ranks(now),
        }


def rank_expression(weights: Sequence[float]) -> str:
    """As leads_rank, without the slots that weigh nothing: adding a zero changes no bit but costs as much."""
    products = [f"acc[{n}] * (%(weights)s::float8[])[{n}]" for n, weight in enumerate(weights, 1) if weight]
    heat = " + ".join(products) or "0::float8"
    known = f"NULLIF(GREATEST(fit_factor * ({heat}), 0::float8), 0::float8)"
    return f"COALESCE({known}, '-infinity'::float8)"


def _rule_set(job: ScoreJob, state: ScoreState) -> RuleSet:
    if job.kind != ScoreJob.Kind.PUBLISH:
        return state.rules
    if job.rule_set is None:
        raise DomainError("rules_unknown", _("There is no such version of the rules."), status=404)
    return job.rule_set


def _base(job: ScoreJob, other_decay: bool, now: Rules, new: Rules) -> Base:
    if job.kind != ScoreJob.Kind.PUBLISH or other_decay:
        return Base.RECOMPUTED
    same_fit = (now.fit_rules, now.exclude_rules) == (new.fit_rules, new.exclude_rules)
    return Base.KEPT if same_fit else Base.REFITTED


def _filled(text: str, slots: dict[str, str]) -> str:
    for name, value in slots.items():
        text = text.replace("{" + name + "}", value)
    return text
