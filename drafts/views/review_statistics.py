"""What reviewers decided over some weeks and how long texts waited, as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from drafts.review_statistics import FEW, ReviewStatistics, Work
from drafts.views import periods
from leads.export import Cell, csv_rows
from leads.views.export import csv_response
from salesdash import audit
from salesdash.htmx import HtmxRequest
from salesdash.models import Team

_may_see = permission_required("drafts.view_check", raise_exception=True)


@require_GET
@login_required
@_may_see
def index(request: HtmxRequest) -> HttpResponse:
    visible = periods.visible_teams(request.user)
    teams, days = periods.chosen_teams(request, visible), periods.days(request)
    context = {
        "nav": "kpis",
        "teams": visible,
        "team": teams[0] if len(teams) == 1 else None,
        "spans": periods.span_labels(),
        "days": days,
        "found": _read(teams, days),
        "few": FEW,
        "query": request.GET.urlencode(),
    }
    return render(request, "drafts/review_statistics.html", context)


@require_GET
@login_required
@_may_see
def export_csv(request: HtmxRequest) -> StreamingHttpResponse:
    teams = periods.chosen_teams(request, periods.visible_teams(request.user))
    days = periods.days(request)
    found = _read(teams, days)
    audit.record(
        actor=request.user,
        action="review.statistics_export",
        details={"teams": [team.pk for team in teams], "days": days},
    )
    header = [
        _("Reviewer"), _("Decided"), _("Approved as it stood"), _("Share"), _("95% from"), _("95% to"),
        _("Reworded"), _("Written again"), _("Turned down"), _("In time"),
        _("Median wait, business minutes"), _("Nine of ten within, business minutes"),
        _("Median share of words changed"),
    ]  # fmt: skip
    name = f"reviews-{found.first:%Y%m%d}-{found.last:%Y%m%d}.csv"
    return csv_response(request, csv_rows(header, _lines(found)), name)


def _lines(found: ReviewStatistics) -> Iterator[list[Cell]]:
    yield [_("All reviewers"), *_cells(found.whole)]
    for person in found.people:
        yield [person.name, *_cells(person)]


def _cells(work: Work) -> list[Cell]:
    rate = work.approved_rate
    shares = [
        None if share is None else round(share, 4) for share in (rate.value, *(rate.interval or (None, None)))
    ]
    waits = [None if wait is None else round(wait / 60, 1) for wait in (work.median_wait, work.longest_tenth)]
    return [
        work.decided, work.approved, *shares, work.edited, work.regenerated, work.rejected, work.in_time,
        *waits, work.median_share,
    ]  # fmt: skip


def _read(teams: list[Team], days: int) -> ReviewStatistics:
    last = periods.today(teams)
    return ReviewStatistics.read(teams, first=last - timedelta(days=days - 1), last=last, now=timezone.now())
