"""What reviewers decided over some weeks and how long texts waited, as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from drafts.review_statistics import FEW, ReviewStatistics, Work
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
    context = {"found": _read(period), "few": FEW, "query": request.GET.urlencode()}
    return render(request, "drafts/review_statistics.html", period.context() | context)


@require_GET
@login_required
@_may_see
def export_csv(request: HtmxRequest) -> StreamingHttpResponse:
    period = periods.read(request)
    found = _read(period)
    period.record_export("review.statistics_export", request.user)
    header = [
        _("Reviewer"), _("Decided"), _("Approved as it stood"), _("Share"), _("95% from"), _("95% to"),
        _("Reworded"), _("Written again"), _("Turned down"), _("In time"),
        _("Median wait, business minutes"), _("Nine of ten within, business minutes"),
        _("Median share of words changed"), _("κ with the judge"), _("κ 95% from"), _("κ 95% to"),
        _("Texts judged"),
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
    agreed = work.agreement
    shown = [
        None if one is None else round(one, 4) for one in (agreed.kappa, *(agreed.interval or (None, None)))
    ]
    return [
        work.decided, work.approved, *shares, work.edited, work.regenerated, work.rejected, work.in_time,
        *waits, work.median_share, *shown, agreed.texts,
    ]  # fmt: skip


def _read(period: Period) -> ReviewStatistics:
    return ReviewStatistics.read(period.teams, first=period.first, last=period.last, now=timezone.now())
