"""A preview in words and figures: who moves, who enters the first fifty, what the past says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import rule_drafts
from leads.backtest import ENOUGH, Estimate
from leads.backtesting import SHARES, Backtest, Record
from leads.models import Lead, RuleSet
from leads.models.score import Band
from leads.previewing import BIN_POINTS, Preview, TopLead
from salesdash.formatting import numbers, svg
from salesdash.models import User

_BANDS = tuple(reversed(Band))


@dataclass(frozen=True, slots=True)
class Cell:
    """`direction`: up, down or empty for leads that stay."""

    count: str
    direction: str
    some: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """A row of the matrix: the leads of one band today."""

    key: str
    label: str
    cells: list[Cell]
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True)
class Mover:
    """`lead` is None for one of a team that this person may not see."""

    lead: Lead | None
    place: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of the backtest table."""

    name: str
    before: str
    after: str


class PreviewPage:
    def __init__(self, rule_set: RuleSet, seen: Preview, tested: Backtest, user: User) -> None:
        self.seen, self.tested, self.user = seen, tested, user
        self.token = rule_drafts.seen_token(rule_set, RuleSet.objects.get(pk=seen.before.id))
        self.before_name, self.after_name = f"v{seen.before.version}", f"v{seen.after.version}"

    # --- bands -----------------------------------------------------------------------------------

    @property
    def basis(self) -> str:
        """Among which leads all of this was counted."""
        words = {"n": numbers.number(self.seen.counted), "total": numbers.number(self.seen.total)}
        if not self.seen.sampled:
            return _("Counted over all %(total)s leads.") % words
        return _("Counted over a random sample of %(n)s of the %(total)s leads.") % words

    @property
    def moving(self) -> str:
        return numbers.number(self.seen.moving)

    @property
    def moving_share(self) -> str:
        return numbers.percent(self.seen.moving / self.seen.counted if self.seen.counted else 0, 1)

    @property
    def bands(self) -> list[str]:
        return [str(band.label) for band in _BANDS]

    @property
    def flows(self) -> list[Flow]:
        return [self._flow(band) for band in _BANDS]

    def _flow(self, band: Band) -> Flow:
        row = self.seen.matrix[band]
        before, after = sum(row), sum(line[band] for line in self.seen.matrix)
        return Flow(
            band.key,
            str(band.label),
            [_cell(row[to], to - band) for to in _BANDS],
            numbers.number(before),
            numbers.number(after),
            numbers.signed(after - before),
        )

    # --- the first fifty ---------------------------------------------------------------------------

    @property
    def searched(self) -> str:
        if not self.seen.sampled:
            return ""
        told = _("Looked for among the %(n)s leads that are hottest by either version.")
        return told % {"n": numbers.number(self.seen.searched)}

    @property
    def entering(self) -> list[Mover]:
        return [self._mover(lead, lead.place_after) for lead in self.seen.entering]

    @property
    def leaving(self) -> list[Mover]:
        return [self._mover(lead, lead.place_before) for lead in self.seen.leaving]

    def _mover(self, lead: TopLead, place: int | None) -> Mover:
        return Mover(self._leads.get(lead.lead_id), str(place), _whole(lead.before), _whole(lead.after))

    @cached_property
    def _leads(self) -> dict[int, Lead]:
        ids = [lead.lead_id for lead in (*self.seen.entering, *self.seen.leaving)]
        visible = Lead.objects.visible_to(self.user).select_related("company")
        slim = visible.only("family_name", "given_name", "email", "company__name")
        return slim.in_bulk(ids)

    # --- the distribution --------------------------------------------------------------------------

    @property
    def histogram(self) -> SafeString:
        return svg.histogram(self.seen.bins_before[1:], self.seen.bins_after[1:], self.distribution)

    @property
    def histogram_top(self) -> str:
        return numbers.number(max([*self.seen.bins_before[1:], *self.seen.bins_after[1:]]))

    @property
    def distribution(self) -> str:
        """The finding: the leads that one would look at."""
        before, after = self._from_fifty(self.seen.bins_before), self._from_fifty(self.seen.bins_after)
        words = {"before": numbers.number(before), "after": numbers.number(after)}
        if before == after:
            return _("As many leads as today stand at 50 or more: %(after)s.") % words
        return _("%(after)s leads would stand at 50 or more, instead of %(before)s.") % words

    @staticmethod
    def _from_fifty(bins: list[int]) -> int:
        return sum(bins[50 // BIN_POINTS :])

    @property
    def below_five(self) -> str:
        words = {
            "before": numbers.number(self.seen.bins_before[0]),
            "after": numbers.number(self.seen.bins_after[0]),
        }
        return _("Not drawn: leads below 5, today %(before)s, then %(after)s.") % words

    @property
    def bins(self) -> list[Figures]:
        rows = zip(self.seen.bins_before, self.seen.bins_after, strict=True)
        return [
            Figures(f"{BIN_POINTS * n}–{BIN_POINTS * (n + 1)}", numbers.number(old), numbers.number(new))
            for n, (old, new) in enumerate(rows)
        ]

    # --- the past ----------------------------------------------------------------------------------

    @property
    def outcomes(self) -> str:
        words = {"won": numbers.number(self.tested.won), "lost": numbers.number(self.tested.lost)}
        told = _("%(won)s leads were won, %(lost)s lost.") % words
        if self.tested.sampled:
            of = _("A random sample of %(total)s outcomes.") % {"total": numbers.number(self.tested.total)}
            told = f"{told} {of}"
        return told

    @property
    def enough(self) -> int:
        return ENOUGH

    @property
    def verdict(self) -> str:
        """Whether the version tells won from lost better than today's."""
        found = self.tested.difference
        if found is None:
            return _("Too few outcomes: at least %(n)s won and %(n)s lost are needed.") % {"n": ENOUGH}
        words = {"difference": _difference(found), "version": self.after_name}
        if found.low > 0:
            return _("%(version)s tells won from lost better than today: AUC %(difference)s.") % words
        if found.high < 0:
            return _("%(version)s tells won from lost worse than today: AUC %(difference)s.") % words
        return _("No clear difference in telling won from lost: AUC %(difference)s.") % words

    @property
    def records(self) -> list[Figures]:
        old, new = self.tested.before, self.tested.after
        if old is None or new is None:
            return []
        lifts = (
            Figures(
                _("Lift in the top %(share)s") % {"share": numbers.percent(share)},
                f"{numbers.number(old.lifts[n], 2)} ×",
                f"{numbers.number(new.lifts[n], 2)} ×",
            )
            for n, share in enumerate(SHARES)
        )
        return [
            Figures(_("AUC (95 % interval, DeLong)"), _estimate(old.auc), _estimate(new.auc)),
            *lifts,
            Figures(_("Median of won and lost leads"), _medians(old), _medians(new)),
        ]

    # --- the button --------------------------------------------------------------------------------

    @property
    def consequence(self) -> str:
        """What the button does, with the figures."""
        n = len(self.seen.entering)
        fifty = ngettext("%(n)s lead enters the first fifty", "%(n)s leads enter the first fifty", n) % {
            "n": numbers.number(n)
        }
        told = _("I have seen this: %(share)s of the leads change their band; %(fifty)s.")
        return told % {"share": self.moving_share, "fifty": fifty}


def _cell(count: int, steps: int) -> Cell:
    return Cell(numbers.number(count), "up" if steps > 0 else "down" if steps < 0 else "", count > 0)


def _whole(temperature: float) -> str:
    """Whole points reached, as everywhere on the screens."""
    return str(int(temperature + 1e-6))


def _estimate(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"


def _difference(found: Estimate) -> str:
    signed = (numbers.signed(value, 3) for value in (found.value, found.low, found.high))
    return "{} ({} … {})".format(*signed)


def _medians(record: Record) -> str:
    return f"{_whole(record.median_won)} / {_whole(record.median_lost)}"
