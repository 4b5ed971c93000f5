"""What each safety layer does over some weeks, as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from drafts.findings import LAYER_LABELS
from drafts.safety import scoreboard_chart as chart
from drafts.safety.scoreboard import FEW_TEXTS, Counts, Scoreboard
from drafts.views import periods
from drafts.views.periods import Period
from leads.export import Cell, csv_rows
from leads.views.export import csv_response
from salesdash.htmx import HtmxRequest

_may_see = permission_required("drafts.view_check", raise_exception=True)


@require_GET
@login_required
@_may_see
def index(request: HtmxRequest) -> HttpResponse:
    period = periods.read(request)
    board = _read(period)
    context = {
        "board": board,
        "bars": chart.layers(board.layers),
        "day_bars": chart.days(board.days),
        "agreement": board.judge.agreement(),
        "few": FEW_TEXTS,
        "query": request.GET.urlencode(),
    }
    return render(request, "drafts/scoreboard.html", period.context() | context)


@require_GET
@login_required
@_may_see
def export_csv(request: HtmxRequest) -> StreamingHttpResponse:
    period = periods.read(request)
    board = _read(period)
    period.record_export("safety.scoreboard_export", request.user)
    header = [
        _("Part"), _("Layer"), _("Entry"), _("Texts checked"), _("Stopped"), _("Share"),
        _("95% from"), _("95% to"), _("By this layer alone"), _("Approved as it stood"),
        _("Decided by a reviewer"), _("Checks"), _("Errors"), _("Timeouts"), _("p50, ms"), _("p95, ms"),
    ]  # fmt: skip
    name = f"safety-{board.first:%Y%m%d}-{board.last:%Y%m%d}.csv"
    return csv_response(request, csv_rows(header, _lines(board)), name)


def _lines(board: Scoreboard) -> Iterator[list[Cell]]:
    yield [_("All layers"), "", "", *_cells(board.whole), *[None] * 5]
    for score in board.layers:
        runs = score.runs
        delays = [None if ms is None else round(ms, 1) for ms in (runs.p50_ms, runs.p95_ms)]
        counts = [runs.runs, runs.errors, runs.timeouts]
        yield [_("Layer"), score.label, "", *_cells(score.counts), *counts, *delays]
    for part, named in ((_("Reason"), board.reasons), (_("Version"), board.versions)):
        for one in named:
            entry = one.reason_label if named is board.reasons else one.version_label
            yield [part, str(LAYER_LABELS[one.layer]), entry, *_cells(one.counts), *[None] * 5]
    for day, counted in board.days:
        yield [_("Day"), "", day.isoformat(), *_cells(counted), *[None] * 5]


def _cells(counts: Counts) -> list[Cell]:
    rate = counts.caught_rate
    shares = [
        None if share is None else round(share, 4) for share in (rate.value, *(rate.interval or (None, None)))
    ]
    decided = counts.overturned_rate.trials
    return [counts.texts, counts.caught, *shares, counts.alone, counts.overturned, decided]


def _read(period: Period) -> Scoreboard:
    return Scoreboard.read(period.teams, first=period.first, last=period.last)
