"""The three layers of the KPI page as tiles: system, sales process, return on investment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db.models import Sum
from django.utils.translation import gettext as _

from drafts.models import Budget, Origin
from kpis import figures, machinery
from kpis.figures import Amount, Period, Totals
from kpis.targets import TARGETS, Status
from salesdash.formatting import numbers
from salesdash.models import Team
from salesdash.rates import Rate

Trend = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    value: str
    # lines below the value
    detail: str = ""
    target: str = ""
    status: Status = Status.NONE
    trend: Trend = ()
    trend_label: str = ""

    @property
    def lines(self) -> list[str]:
        return self.detail.splitlines()


@dataclass(frozen=True, slots=True)
class Layer:
    key: str
    title: str
    tiles: list[Tile] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that the tiles are made of, read once."""

    teams: Sequence[Team]
    period: Period
    sums: Totals
    today: Totals
    daily: dict[str, dict[date, Amount]]


_TRENDS: Final = ("sent", "open", "click", "reply", "meeting", "conversion", "ai_cost_jpy", "inference_ms")


def read(teams: Sequence[Team], period: Period) -> Sources:
    today = Period(period.last, period.last)
    return Sources(
        teams,
        period,
        figures.totals(teams, period),
        figures.totals(teams, today),
        figures.daily(teams, period, _TRENDS),
    )


def all_layers(sources: Sources) -> list[Layer]:
    return [system(sources), process(sources), investment(sources)]


# --- system ------------------------------------------------------------------------------------


def system(sources: Sources) -> Layer:
    state = machinery.read(sources.teams)
    inference = sources.sums.get(("inference_ms", ""), Amount())
    late = sources.sums.get(("delay_over_1s_when_slow", ""), Amount())
    cache = sources.sums.get(("cache_hit", ""), Amount())
    model_errors = sources.sums.get(("llm_error", ""), Amount())
    return Layer(
        "system",
        _("System"),
        [
            _measured(
                "page_p95_ms", _("Page, p95"), state.page_p95_ms, _ms,
                _("%(count)s requests in 24 h") % {"count": numbers.number(state.page_count)},
            ),
            Tile(
                _("Inference, mean"), _ms(inference.ratio),
                _("%(count)s drafts") % {"count": numbers.number(inference.denominator)},
                trend=_trend(sources, "inference_ms"),
                trend_label=_("Mean inference per day"),
            ),
            _measured(
                "live_p95_ms", _("News on screen, p95"), state.live_p95_ms, _ms,
                _("%(count)s frames in 24 h") % {"count": numbers.number(state.live_count)},
            ),
            Tile(
                _("Later than 1 s when inference ≥ 800 ms"), numbers.percent(late.ratio, 1),
                _("%(hits)s of %(count)s") % _counts(late),
            ),
            _measured(
                "oldest_waiting_seconds", _("Oldest waiting draft"), state.oldest_waiting_seconds,
                _waiting, _("none waits") if state.oldest_waiting_seconds is None else "",
            ),
            _measured(
                "error_share", _("Failed requests"), state.error_share, _share,
                _("model calls: %(share)s failed") % {"share": numbers.percent(model_errors.ratio, 2)},
            ),
            Tile(
                _("Cache hits"), numbers.percent(cache.ratio, 1), _("%(hits)s of %(count)s") % _counts(cache)
            ),
        ],
    )  # fmt: skip


def _measured(
    key: str, label: str, value: float | None, show: Callable[[float | None], str], detail: str
) -> Tile:
    target = TARGETS[key]
    return Tile(label, show(value), detail, f"≤ {show(target.at_most)}", target.judge(value))


def _ms(value: float | None) -> str:
    if value is None:
        return numbers.NOTHING
    return _("%(value)s ms") % {"value": numbers.number(value)}


def _waiting(value: float | None) -> str:
    if value is None:
        return numbers.NOTHING
    return _("%(value)s s") % {"value": numbers.number(value)}


def _share(value: float | None) -> str:
    return numbers.percent(value, 2)


def _counts(amount: Amount) -> dict[str, str]:
    return {"hits": numbers.number(amount.numerator), "count": numbers.number(amount.denominator)}


# --- sales process -----------------------------------------------------------------------------


def process(sources: Sources) -> Layer:
    sent = sources.sums.get(("sent", ""), Amount())
    sent_today = sources.today.get(("sent", ""), Amount())
    raw = figures.rate(sources.sums, "open_raw")
    raw_clicks = figures.rate(sources.sums, "click_raw")
    return Layer(
        "process",
        _("Sales process"),
        [
            Tile(
                _("Mails sent"), numbers.number(sent.numerator),
                _("today %(count)s") % {"count": numbers.number(sent_today.numerator)},
                trend=_trend(sources, "sent", rates=False), trend_label=_("Mails per day"),
            ),
            _rate(
                sources, "open", _("Opened by people"),
                _("raw, with machines: %(share)s") % {"share": numbers.percent(raw.value, 1)},
            ),
            _rate(
                sources, "click", _("Clicked by people"),
                _("raw, with machines: %(share)s") % {"share": numbers.percent(raw_clicks.value, 1)},
            ),
            _rate(sources, "reply", _("Reply rate")),
            _rate(sources, "meeting", _("Meeting booked")),
            _rate(sources, "conversion", _("Deal won")),
        ],
    )  # fmt: skip


def _rate(sources: Sources, metric: str, label: str, detail: str = "") -> Tile:
    rate = figures.rate(sources.sums, metric)
    today = figures.rate(sources.today, metric)
    target = TARGETS.get(metric)
    counts = _("%(hits)s of %(count)s") % {
        "hits": numbers.number(rate.hits),
        "count": numbers.number(rate.trials),
    }
    now = _("today %(hits)s of %(count)s") % {"hits": today.hits, "count": today.trials}
    return Tile(
        label,
        numbers.percent(rate.value, 1),
        "\n".join(part for part in (counts, interval(rate), detail, now) if part),
        f"> {numbers.percent(target.at_least)}" if target else "",
        target.judge(rate.value) if target else Status.NONE,
        _trend(sources, metric),
        label,
    )


def interval(rate: Rate) -> str:
    """The 95 % interval as 4.1–6.9%."""
    if rate.interval is None:
        return ""
    low, high = rate.interval
    return f"95% CI {numbers.percent(low, 1).rstrip('%')}–{numbers.percent(high, 1)}"


def _trend(sources: Sources, metric: str, *, rates: bool = True) -> Trend:
    """Sums of seven days each, as rates or counts; a single day of a small team says nothing."""
    days = sources.daily.get(metric, {})
    points: list[float] = []
    start = sources.period.first
    while start <= sources.period.last:
        week = [days.get(start + timedelta(days=offset), Amount()) for offset in range(7)]
        top, bottom = sum(day.numerator for day in week), sum(day.denominator for day in week)
        if not rates:
            points.append(top)
        elif bottom:
            points.append(top / bottom)
        start += timedelta(days=7)
    return tuple(points)


# --- return on investment ----------------------------------------------------------------------


def investment(sources: Sources) -> Layer:
    cost = sources.sums.get(("ai_cost_jpy", ""), Amount()).numerator
    margin = sources.sums.get(("gross_margin_jpy", Origin.GENERATED), Amount()).numerator
    share = cost / margin if margin else None
    won = figures.rate(sources.sums, "conversion", Origin.GENERATED)
    cost_today = sources.today.get(("ai_cost_jpy", ""), Amount()).numerator
    return Layer(
        "investment",
        _("Return on investment"),
        [
            Tile(
                _("AI cost of gross margin"), numbers.percent(share, 3),
                _("%(cost)s of %(margin)s") % {"cost": numbers.yen(cost), "margin": numbers.yen(margin)},
                f"< {numbers.percent(TARGETS['cost_share'].at_most)}", TARGETS["cost_share"].judge(share),
            ),
            Tile(
                _("AI cost"), numbers.yen(cost), _("today %(count)s") % {"count": numbers.yen(cost_today)},
                trend=_trend(sources, "ai_cost_jpy", rates=False), trend_label=_("AI cost per week"),
            ),
            Tile(_("Writing time saved"), *_saved(sources.sums)),
            Tile(_("AI cost per deal won"), *_cost_per_deal(cost, won)),
            _budget(sources),
        ],
    )  # fmt: skip


def _saved(sums: Totals) -> tuple[str, str]:
    """Mails that were generated, times what one by hand takes more; both are measured."""
    by_hand = sums.get(("writing_seconds", Origin.MANUAL), Amount()).ratio
    generated = sums.get(("writing_seconds", Origin.GENERATED), Amount())
    if by_hand is None or generated.ratio is None:
        return numbers.NOTHING, _("needs mails of both kinds")
    hours = generated.denominator * (by_hand - generated.ratio) / 3600
    each = _("per mail %(by_hand)s min by hand, %(generated)s min generated") % {
        "by_hand": numbers.number(by_hand / 60, 1),
        "generated": numbers.number(generated.ratio / 60, 1),
    }
    return _("%(hours)s h") % {"hours": numbers.number(hours, 1)}, each


def _cost_per_deal(cost: float, won: Rate) -> tuple[str, str]:
    """The interval follows from the interval of the conversion rate; the cost itself is exact."""
    if not won.hits or won.interval is None:
        return numbers.NOTHING, _("no deal won by a generated mail yet")
    low, high = won.interval
    span = f"95% CI {numbers.yen(cost / (high * won.trials))}–{numbers.yen(cost / (low * won.trials))}"
    return numbers.yen(cost / won.hits), span


def _budget(sources: Sources) -> Tile:
    month = sources.period.last.replace(day=1)
    limit = Budget.objects.filter(team__in=sources.teams, month=month).aggregate(sum=Sum("limit_jpy"))["sum"]
    spent = figures.totals(sources.teams, Period(month, sources.period.last)).get(
        ("ai_cost_jpy", ""), Amount()
    )
    if not limit:
        return Tile(_("Budget of the month"), numbers.NOTHING, _("no limit is set"))
    share = spent.numerator / float(limit)
    return Tile(
        _("Budget of the month"),
        numbers.percent(share, 1),
        _("%(cost)s of %(margin)s") % {"cost": numbers.yen(spent.numerator), "margin": numbers.yen(limit)},
        f"≤ {numbers.percent(TARGETS['budget'].at_most)}",
        TARGETS["budget"].judge(share),
    )
