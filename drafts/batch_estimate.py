"""What a batch will take, before it begins: leads, tokens, yen, minutes, and where the budget would stop it.

Rests on what drafts by the same prompt version took lately (all calls of a draft: writing, judging, again
where it had to be), at the prices that hold today. Where there are too few of them, on an upper bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from drafts import batches, prompts
from drafts.llm import budget, door, ledger
from drafts.llm.errors import LlmError
from drafts.models import Draft, FxRate, LlmCall, ModelPrice
from drafts.models.draft import OPEN
from drafts.safety import law
from leads.editing.selecting import Selection
from leads.models import Lead
from leads.models.lead import ConsentBasis
from salesdash.models import Team, User

LOOK_BACK: Final = timedelta(days=90)
# drafts that a mean has to rest on
FEW_DRAFTS: Final = 5
# of a prompt, its answer and two judgements, where nothing is known yet; tokens and milliseconds
_GUESS: Final = ((6000, 900), (2 * 3500, 2 * 300))
_GUESS_MS: Final = 8000


@dataclass(frozen=True)
class PerDraft:
    """Means of one draft with all its calls. `seen` drafts; 0: an upper bound that nobody measured."""

    tokens_in: float
    tokens_out: float
    jpy: Decimal
    ms: float
    seen: int

    @property
    def is_measured(self) -> bool:
        return self.seen > 0


@dataclass(frozen=True)
class TeamShare:
    """`left_jpy` None: no limit. `stops_after`: drafts that the rest of the budget is good for, or None."""

    team: Team
    drafts: int
    jpy: Decimal
    left_jpy: Decimal | None
    stops_after: int | None


@dataclass(frozen=True)
class Estimate:
    """`skipped`: leads that may not be written to, or that have an open draft of this purpose already."""

    leads: int
    skipped: int
    too_many: bool
    tokens_in: int
    tokens_out: int
    jpy: Decimal
    seconds: int
    # the fewest drafts that a mean rests on; 0: an upper bound
    seen: int
    priced_on: date | None
    fx_on: date | None
    jpy_per_usd: Decimal
    teams: tuple[TeamShare, ...]

    @property
    def drafts(self) -> int:
        return self.leads - self.skipped

    @property
    def stops(self) -> tuple[TeamShare, ...]:
        return tuple(share for share in self.teams if share.stops_after is not None)

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    @property
    def minutes(self) -> int:
        return max(1, round(self.seconds / 60))


def of(*, user: User, selection: Selection, purpose: str) -> Estimate:
    """Nothing is asked and nothing reserved. Queries: a fixed number, and two for each team."""
    now = timezone.now()
    chosen = selection.leads(user).order_by()
    number = chosen[: batches.MOST_LEADS + 1].count()
    if not number or number > batches.MOST_LEADS:
        return _nothing(number)
    counted = list(_writable(chosen, purpose).values_list("team", "language").annotate(Count("pk")))
    means = _means({language for _team, language, _n in counted}, purpose, now)
    teams = Team.objects.in_bulk([team for team, _language, _n in counted])
    shares = tuple(
        _share(teams[pk], [(means[language], n) for team, language, n in counted if team == pk], now)
        for pk in sorted(teams)
    )
    whole = [(means[language], n) for _team, language, n in counted]
    drafts = sum(n for _mean, n in whole)
    entry = ModelPrice.objects.filter(valid_from__lte=now.date()).order_by("-valid_from").first()
    fx = FxRate.objects.filter(valid_from__lte=now.date()).order_by("-valid_from").first()
    return Estimate(
        leads=number,
        skipped=number - drafts,
        too_many=False,
        tokens_in=round(sum(mean.tokens_in * n for mean, n in whole)),
        tokens_out=round(sum(mean.tokens_out * n for mean, n in whole)),
        jpy=_cost(whole),
        seconds=round(sum(mean.ms * n for mean, n in whole) / 1000),
        seen=min((mean.seen for mean, _n in whole), default=0),
        priced_on=entry.valid_from if entry else None,
        fx_on=fx.valid_from if fx else None,
        jpy_per_usd=fx.jpy_per_usd if fx else Decimal(0),
        teams=shares,
    )


def _nothing(number: int) -> Estimate:
    too_many = number > batches.MOST_LEADS
    return Estimate(number, 0, too_many, 0, 0, Decimal(0), 0, 0, None, None, Decimal(0), ())


def _cost(parts: Iterable[tuple[PerDraft, int]]) -> Decimal:
    return sum((mean.jpy * n for mean, n in parts), Decimal(0))


def _writable(chosen: QuerySet[Lead], purpose: str) -> QuerySet[Lead]:
    """The law of drafts/safety/law.py for many at once, and no open draft; the worker asks again for each."""
    open_drafts = Draft.objects.filter(lead=OuterRef("pk"), purpose=purpose, state__in=OPEN)
    held_back = law.suppressions(team=OuterRef("team"), address=law.Folded(OuterRef("email")))
    unnamed = Q(team__company_name="") | Q(team__sender_address="") | Q(team__opt_out_contact="")
    return (
        Lead.objects.filter(pk__in=chosen.values("pk"))
        .filter(do_not_contact=False, opted_out_at=None, erased_at=None)
        .exclude(Q(email="") | Q(consent_basis=ConsentBasis.UNKNOWN) | unnamed)
        .exclude(Exists(open_drafts))
        .exclude(Exists(held_back))
        .order_by()
    )


def _means(languages: Iterable[str], purpose: str, now: datetime) -> dict[str, PerDraft]:
    return {language: _mean(language, purpose, now) for language in sorted(languages)}


def _mean(language: str, purpose: str, now: datetime) -> PerDraft:
    version = prompts.active_version(purpose=purpose, language=language)
    if version is None:
        return _guess("", now)
    calls = LlmCall.objects.filter(draft__prompt_version=version, at__gte=now - LOOK_BACK).exclude(
        outcome=LlmCall.Outcome.RESERVED
    )
    drafts = calls.values("draft").distinct().count()
    if drafts < FEW_DRAFTS:
        return _guess(version.model, now)
    jpy, tokens_in, tokens_out, ms = Decimal(0), 0, 0, 0
    rows = calls.values("model").annotate(
        Sum("tokens_in"), Sum("tokens_cached"), Sum("tokens_out"), Sum("duration_ms")
    )
    for row in rows:
        used = ledger.Usage(row["tokens_in__sum"], row["tokens_out__sum"], row["tokens_cached__sum"])
        price = ledger.price_of(row["model"], now.date())
        jpy += price.usd(used) * price.jpy_per_usd
        tokens_in += used.tokens_in
        tokens_out += used.tokens_out
        ms += row["duration_ms__sum"]
    return PerDraft(tokens_in / drafts, tokens_out / drafts, jpy / drafts, ms / drafts, drafts)


def _guess(model: str, now: datetime) -> PerDraft:
    """An upper bound for a prompt that has not written enough yet."""
    try:
        asked = door.first_choice(model)[0]
    except LlmError:
        asked = model
    price = ledger.price_of(asked, now.date())
    tokens_in, tokens_out = (sum(tokens) for tokens in zip(*_GUESS, strict=True))
    jpy = price.usd(ledger.Usage(tokens_in, tokens_out)) * price.jpy_per_usd
    return PerDraft(tokens_in, tokens_out, jpy, _GUESS_MS, 0)


def _share(team: Team, parts: list[tuple[PerDraft, int]], now: datetime) -> TeamShare:
    drafts, jpy = sum(n for _mean, n in parts), _cost(parts)
    left = budget.left_jpy(team, now)
    if left is None or jpy <= left:
        return TeamShare(team, drafts, jpy, left, None)
    return TeamShare(team, drafts, jpy, left, int(max(left, Decimal(0)) * drafts // jpy))
