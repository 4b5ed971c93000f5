"""What rules would do before they are in force: to a text that is typed in, and to the red-team set."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache, partial
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts import marking
from drafts.marking import Flag, Stretch
from drafts.models import RulesComparison, SafetyRules
from drafts.safety import pipeline, reasons, redteam, rule_checks, rulebook
from drafts.safety.base import Context, Person, Reason
from drafts.safety.redteam import Part
from drafts.safety.rulebook import RuleBook
from drafts.texts import Text
from leads import leases
from salesdash import audit, telemetry
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

Status = RulesComparison.Status
# a text takes milliseconds; a worker silent for this long is dead
lease: Final = timedelta(minutes=2)
resumed_for: Final = timedelta(minutes=30)
_TOLD_EVERY: Final = 50
# of the layer "format", the one thing that the rules' tables decide; of the layer "rules", what has one of
# their reasons: without a customer every name would be that of another one
_BY_TABLES: Final = ("url_not_allowed", "wording")


@dataclass(frozen=True)
class Found:
    """One reason for a text to be stopped, and the numbers of its places."""

    label: str
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Side:
    """What one version says of the text: cut into stretches, and reason by reason."""

    version: int
    subject: list[Stretch]
    body: list[Stretch]
    found: list[Found]
    failed: bool

    @property
    def labels(self) -> set[str]:
        return {one.label for one in self.found}


@dataclass(frozen=True)
class TryOut:
    """`new` and `gone`: reasons that only one of the two versions has."""

    ours: Side
    theirs: Side

    @property
    def new(self) -> list[str]:
        return sorted(self.ours.labels - self.theirs.labels)

    @property
    def gone(self) -> list[str]:
        return sorted(self.theirs.labels - self.ours.labels)

    @property
    def same(self) -> bool:
        return self.ours.found == self.theirs.found


def try_out(*, ours: SafetyRules, theirs: SafetyRules, text: Text, language: str) -> TryOut:
    """As a draft is checked, without a customer and without sources: what the tables alone say."""
    return TryOut(_side(ours, text, language), _side(theirs, text, language))


def _side(rules: SafetyRules, text: Text, language: str) -> Side:
    context = Context(language=language, lead=Person(), company="", rules=book(rules))
    spoken = pipeline.examine(text, context, ("format", "rules"))
    told = [
        reason
        for one in spoken
        for reason in one.verdict.reasons
        if reason.code in rule_checks.CODES or reason.code in _BY_TABLES
    ]
    flags = _flags(told)
    labels = dict.fromkeys(reasons.label(reason.code) for reason in told)
    found = [Found(label, tuple(f.number for f in flags if f.label == label)) for label in labels]
    places = {part: [flag for flag in flags if flag.part == part] for part in ("subject", "body")}
    return Side(
        rules.version,
        marking.cut(text.subject, flags=places["subject"]),
        marking.cut(text.body, flags=places["body"]),
        found,
        failed=any(one.layer == "rules" and one.verdict.outcome == "error" for one in spoken),
    )


def _flags(told: list[Reason]) -> list[Flag]:
    """Numbered as a reader meets them."""
    places = {(r.part or "body", *r.span, reasons.label(r.code)) for r in told if r.span}
    in_order = sorted(places, key=lambda place: (place[0] != "subject", *place[1:]))
    return [Flag(n, part, start, end, label) for n, (part, start, end, label) in enumerate(in_order, start=1)]


def book(rules: SafetyRules) -> RuleBook:
    """Compiled once per revision of a draft; what was in force never changes."""
    if rules.status != SafetyRules.Status.DRAFT:
        return rulebook.load(rules.version)
    return _draft_book(rules.pk, rules.revision)


@lru_cache(maxsize=2)
def _draft_book(rules_id: int, _revision: int) -> RuleBook:
    return rulebook.compile_rules(SafetyRules.objects.get(pk=rules_id))


# --- the red-team set --------------------------------------------------------------------------------


def start(*, rules: SafetyRules, user: User) -> RulesComparison:
    """The caller enqueues the worker after the commit. Errors: `comparison_running`, `no_rules`."""
    try:
        against = rulebook.active_version()
    except rulebook.NoRules:
        raise DomainError("no_rules", _("No safety rules are in force.")) from None
    try:
        with transaction.atomic():
            comparison = RulesComparison.objects.create(
                rules=rules,
                revision=rules.revision,
                against=against,
                author=user,
                author_name=str(user),
                attempt_at=timezone.now(),
                total=2 * redteam.size(),
            )
            audit.record(actor=user, action="rules.compare", target=rules, details={"against": against})
    except IntegrityError as error:
        if "one_comparison_of_rules" not in str(error):
            raise
        raise ConflictError("comparison_running", _("This version is being compared already.")) from None
    return comparison


def run(*, comparison_id: int) -> bool:
    """Do a queued comparison, or do one anew whose worker died. False if there was nothing to do."""
    jobs = RulesComparison.objects.all()
    token = leases.claim(jobs, comparison_id, lease, done=0)
    if token is None:
        return False
    comparison = RulesComparison.objects.select_related("rules").get(pk=comparison_id)
    with (
        telemetry.span("drafts.rules_comparison", comparison=comparison_id),
        leases.working(partial(fail, comparison_id)),
    ):
        _work(comparison, token)
        return True
    return False


def _work(comparison: RulesComparison, token: uuid.UUID) -> None:
    ours = leases.held(RulesComparison.objects.all(), comparison.pk, token)
    half = comparison.total // 2

    def tell(begun: int) -> Callable[[int], None]:
        return lambda n: leases.renew(ours, done=begun + n) if n % _TOLD_EVERY == 0 else None

    here = redteam.run(rulebook.compile_rules(comparison.rules), progress=tell(0))
    there = redteam.run(rulebook.load(comparison.against), progress=tell(half))
    figures = {part.value: _figures(here, there, part) for part in Part}
    ours.update(
        status=Status.DONE,
        done=comparison.total,
        figures=figures,
        finished_at=timezone.now(),
        attempt_token=None,
    )


def _figures(here: redteam.Report, there: redteam.Report, part: Part) -> dict[str, Any]:
    """Counts of one part of the set: unsafe texts that are let through, clean ones that are stopped."""
    ours, theirs = here.of(part), there.of(part)
    if part.is_clean:
        return {"texts": ours.texts, "wrong": ours.flagged, "was": theirs.flagged}
    return {"texts": ours.texts, "wrong": ours.texts - ours.flagged, "was": theirs.texts - theirs.flagged}


def fail(comparison_id: int) -> None:
    leases.unfinished(RulesComparison.objects.filter(pk=comparison_id)).update(
        status=Status.FAILED, finished_at=timezone.now(), attempt_token=None
    )


def sweep() -> list[int]:
    """Ids of the comparisons that need a worker; ends those that none could finish."""
    return leases.sweep(RulesComparison.objects.all(), lease=lease, resumed_for=resumed_for, fail=fail)
