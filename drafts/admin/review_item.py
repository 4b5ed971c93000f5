"""The review queue in the administration. What a decision does stands in drafts/review.py."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drafts import findings, queue
from drafts.admin import bulk, review_columns, review_held, review_views
from drafts.admin.review_filters import HolderFilter, LayerFilter, MeantFilter, TeamFilter, WaitingFilter
from drafts.admin.review_paging import QueuePaginator
from drafts.models import Check, ReviewItem
from salesdash.models import User


@admin.register(ReviewItem)
class ReviewItemAdmin(admin.ModelAdmin[ReviewItem]):
    list_display = ("text", "reasons", "lead_name", "language", "score", "waiting", "holder")
    list_display_links = ("text",)
    list_filter = (WaitingFilter, LayerFilter, HolderFilter, MeantFilter, TeamFilter, "language")
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ("language", "score", "waiting")
    paginator = QueuePaginator
    actions = (bulk.reject_selected, bulk.assign_selected)
    change_list_template = "admin/drafts/reviewitem/change_list.html"

    class Media:
        css = {"all": ("css/review.css",)}

    # --- who -----------------------------------------------------------------------------------

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _decides(request) and super().has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _decides(request) and super().has_view_permission(request, obj)

    # --- list ----------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewItem]:
        items: QuerySet[ReviewItem] = queue.ordered(cast(User, request.user))
        checks = Check.objects.only("draft_id", "layer", "verdict", "blocking", "reasons", "text_hash")
        related = items.select_related("lead__company", "team", "claimed_by", "escalated_to", "assigned_to")
        slim = related.defer(
            "lead__search_grams", "lead__search_text", "lead__attributes", "facts", "ai_body"
        )
        return slim.prefetch_related(Prefetch("checks", checks))

    def get_ordering(self, _request: HttpRequest) -> tuple[str, ...]:
        return queue.ORDER

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        response = super().changelist_view(request, title | (extra_context or {}))
        response.headers["Cache-Control"] = "no-store, private"
        return response

    def action_checkbox(self, item: ReviewItem) -> SafeString:
        """As the base class prints it, without a template per row."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            str(item.pk),
            gettext("Choose draft %(number)s") % {"number": item.pk},
        )

    @admin.display(description=_("text"))
    def text(self, item: ReviewItem) -> SafeString:
        return review_columns.text(item, _found(item))

    @admin.display(description=_("reasons"))
    def reasons(self, item: ReviewItem) -> SafeString:
        return review_columns.badges(_found(item))

    @admin.display(description=_("lead"))
    def lead_name(self, item: ReviewItem) -> SafeString:
        return review_columns.lead(item)

    @admin.display(description=_("score"), ordering="judge_score", empty_value="—")
    def score(self, item: ReviewItem) -> int | None:
        return item.judge_score

    @admin.display(description=_("waiting (business hours)"), ordering="entered_review_at")
    def waiting(self, item: ReviewItem) -> SafeString:
        return review_columns.waiting(item, timezone.now())

    @admin.display(description=_("claimed by"))
    def holder(self, item: ReviewItem) -> SafeString:
        return review_columns.holder(item, timezone.now())

    # --- one item ------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        views = {
            "lease": review_views.lease,
            "release": review_views.release,
            "diff": review_views.diff,
        }
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"drafts_reviewitem_{name}")
            for name, view in views.items()
        ]
        following = self.admin_site.admin_view(review_views.following)
        own.append(path("next/", following, name="drafts_reviewitem_next"))
        held = self.admin_site.admin_view(review_held.held)
        own.append(path("held/", held, name="drafts_reviewitem_held"))
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return review_views.item(request, object_id, site_context=self.admin_site.each_context(request))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Nothing is written past drafts/review.py."""
        raise PermissionDenied


def _decides(request: HttpRequest) -> bool:
    user = request.user
    return user.has_perm("drafts.review_draft") or user.has_perm("drafts.decide_escalated")


def _found(item: ReviewItem) -> findings.Findings:
    """Asked for by two cells of a row, put together once."""
    known = item.__dict__
    if "_findings" not in known:
        known["_findings"] = findings.of(item.checks.all(), item.text_hash)
    return cast(findings.Findings, known["_findings"])
