"""What the review queue can be narrowed down to. Choices come from this person's teams only."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drafts import business_hours, queue
from drafts.findings import LAYER_LABELS
from drafts.models import Check
from salesdash.models import Team, User
from salesdash.numbers import whole

Choices = list[tuple[str, Any]]


def teams_of(request: HttpRequest) -> list[Team]:
    """Read once per request."""
    if not hasattr(request, "_review_teams"):
        user = cast(User, request.user)
        teams = (
            Team.objects.all()
            if user.has_perm("leads.view_all")
            else Team.objects.filter(pk__in=user.team_ids)
        )
        request._review_teams = list(teams)  # type: ignore[attr-defined]
    return cast(list[Team], request._review_teams)  # type: ignore[attr-defined]


class TeamFilter(SimpleListFilter):
    title = _("team")
    parameter_name = "team"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [(str(team.pk), str(team)) for team in teams_of(request)]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if (pk := whole(self.value() or "")) is None else queryset.filter(team_id=pk)


class LayerFilter(SimpleListFilter):
    """Flagged by …"""

    title = _("objection by")
    parameter_name = "layer"

    def lookups(self, _request: HttpRequest, _model_admin: ModelAdmin[Any]) -> Choices:
        return list(LAYER_LABELS.items())

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        layer = self.value()
        if layer not in LAYER_LABELS:
            return queryset
        same = {"draft": OuterRef("draft"), "text_hash": OuterRef("text_hash")}
        later = Check.objects.filter(**same, layer=layer, pk__gt=OuterRef("pk"))
        checks = Check.objects.filter(draft=OuterRef("pk"), text_hash=OuterRef("text_hash"), layer=layer)
        # its last word: an objection that it has taken back since is none
        return queryset.filter(Exists(checks.exclude(verdict=Check.Verdict.PASS).exclude(Exists(later))))


class HolderFilter(SimpleListFilter):
    title = _("claimed by")
    parameter_name = "holder"

    def lookups(self, _request: HttpRequest, _model_admin: ModelAdmin[Any]) -> Choices:
        return [("free", _("Free")), ("me", _("Me")), ("others", _("Others"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        held = Q(claimed_by__isnull=False, claimed_until__gt=timezone.now())
        conditions = {
            "free": ~held,
            "me": held & Q(claimed_by=request.user.pk),
            "others": held & ~Q(claimed_by=request.user.pk),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


class MeantFilter(SimpleListFilter):
    """For whom it is kept, and who is to decide about it."""

    title = _("meant for")
    parameter_name = "for"

    def lookups(self, _request: HttpRequest, _model_admin: ModelAdmin[Any]) -> Choices:
        return [
            ("me", _("Me")),
            ("escalated", _("Escalated to me")),
            ("manager", _("Escalated to somebody")),
            ("anybody", _("Anybody")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        mine = Q(escalated_to=request.user.pk)
        conditions = {
            "me": mine | Q(escalated_to=None, assigned_to=request.user.pk),
            "escalated": mine,
            "manager": Q(escalated_to__isnull=False),
            "anybody": Q(escalated_to=None, assigned_to=None),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


class WaitingFilter(SimpleListFilter):
    """By each team's own target, in its own business hours."""

    title = _("waiting time")
    parameter_name = "waiting"

    def lookups(self, _request: HttpRequest, _model_admin: ModelAdmin[Any]) -> Choices:
        return [("over", _("Overdue")), ("near", _("Due soon or overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        share = {"over": 1.0, "near": queue.AMBER_SHARE}.get(self.value() or "")
        if share is None:
            return queryset
        now, late = timezone.now(), Q(pk__in=[])
        for team in teams_of(request):
            target_seconds = team.review_sla_hours * 3600 * share
            since = business_hours.before(now, target_seconds, team.time_zone)
            late |= Q(team=team, entered_review_at__lte=since)
        return queryset.filter(late)
