"""What writing costs: budgets, price lists, every call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from drafts.admin.reading import AuditedAdmin, ReadOnlyAdmin
from drafts.llm import budget, slots, status
from drafts.models import Budget, FxRate, LlmCall, ModelPrice
from salesdash.formatting import numbers
from salesdash.models import Team, User

_KINDS: Final = {"chat": gettext_lazy("Writing and judging"), "moderation": gettext_lazy("Moderation")}
_CIRCUITS: Final = {
    "closed": pgettext_lazy("circuit", "answers"),
    "half_open": pgettext_lazy("circuit", "being tried again"),
    "open": pgettext_lazy("circuit", "left alone after failures"),
    "unknown": pgettext_lazy("circuit", "not known"),
}


def _cache_words(teams: list[Team] | None) -> str:
    used = status.cache_use(teams)
    if used.share is None:
        return numbers.NOTHING
    counts = {"hits": numbers.number(used.hits), "count": numbers.number(used.asked)}
    return f"{numbers.percent(used.share)} ({_('%(hits)s of %(count)s') % counts})"


def _figures(label: Any, column: str, form: str = "{:,}") -> Callable[[Any, LlmCall], str]:
    """A column of the list; each figure says on a phone, where no heading stands above it, what it is."""

    @admin.display(description=label, ordering=column)
    def shown(_admin: Any, call: LlmCall) -> str:
        figure = form.format(getattr(call, column))
        return format_html('<span class="cell-label">{}</span>{}', capfirst(label), figure)

    return shown


class BudgetForm(forms.ModelForm[Budget]):
    def clean_month(self) -> Any:
        """Any day of a month means that month."""
        return self.cleaned_data["month"].replace(day=1)

    def clean_limit_jpy(self) -> Any:
        limit = self.cleaned_data["limit_jpy"]
        if limit < 0:
            raise ValidationError(_("A limit is not negative."))
        return limit


@admin.register(Budget)
class BudgetAdmin(AuditedAdmin):
    """A manager raises or lowers the limits of their own teams."""

    form = BudgetForm
    list_display = ("team", "month", "limit", "warned_at", "stopped_at")
    list_select_related = ("team",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Budget]:
        rows = super().get_queryset(request)
        user = cast(User, request.user)
        return rows if user.has_perm("leads.view_all") else rows.filter(team__in=user.team_ids)

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("team", "month", "spent", "warned_at", "stopped_at") if obj else ()

    def get_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        known = ("team", "month", "limit_jpy")
        return (*known, "spent", "warned_at", "stopped_at") if obj else known

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        user = cast(User, request.user)
        if db_field.name == "team" and not user.has_perm("leads.view_all"):
            kwargs["queryset"] = Team.objects.filter(pk__in=user.team_ids)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        if change and "limit_jpy" in form.changed_data:
            # a new limit is warned of anew
            obj.warned_at = obj.stopped_at = None
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("limit, JPY"), ordering="limit_jpy")
    def limit(self, row: Budget) -> str:
        return numbers.yen(row.limit_jpy)

    @admin.display(description=gettext_lazy("spent"))
    def spent(self, row: Budget) -> str:
        return numbers.yen(budget.spent_jpy(team=row.team, month=row.month))


class ListForm(forms.ModelForm[Any]):
    """A negative price would give budgets back what was never spent, a rate of 0 would spend nothing."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # what is refused leaves the dictionary
        for name, value in list(cleaned.items()):
            if name == "jpy_per_usd" and value <= 0:
                self.add_error(name, _("A rate is more than 0."))
            elif isinstance(value, Decimal) and value < 0:
                self.add_error(name, _("A price is not negative."))
        return cleaned


class DatedAdmin(AuditedAdmin):
    """An entry is corrected until a call was booked by it; it then stays: add one with a later day."""

    form = ListForm

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_change_permission(request, obj)
        return may and (obj is None or not self.booked(obj).exists())

    def booked(self, entry: Any) -> QuerySet[LlmCall]:
        """Calls since the entry holds."""
        since = timezone.make_aware(datetime.combine(entry.valid_from, time.min))
        return LlmCall.objects.filter(at__gte=since).exclude(outcome=LlmCall.Outcome.CACHED)


@admin.register(ModelPrice)
class ModelPriceAdmin(DatedAdmin):
    list_display = (
        "model", "valid_from", "usd_per_million_in", "usd_per_million_cached", "usd_per_million_out",
        "source",
    )  # fmt: skip
    list_filter = ("model",)

    def booked(self, entry: Any) -> QuerySet[LlmCall]:
        return super().booked(entry).filter(model=entry.model)


@admin.register(FxRate)
class FxRateAdmin(DatedAdmin):
    list_display = ("valid_from", "jpy_per_usd", "source")


@admin.register(LlmCall)
class LlmCallAdmin(ReadOnlyAdmin):
    list_display = (
        "at", "team", "purpose", "model", "tokens_read", "tokens_written", "cost", "took", "outcome",
        "error_code",
    )  # fmt: skip
    list_filter = ("purpose", "outcome")
    list_select_related = ("team",)
    ordering = ("-at", "-pk")

    tokens_read = _figures(gettext_lazy("tokens in"), "tokens_in")
    tokens_written = _figures(gettext_lazy("tokens out"), "tokens_out")
    cost = _figures(gettext_lazy("cost, JPY"), "cost_jpy", "{:,.2f}")
    took = _figures(gettext_lazy("duration in ms"), "duration_ms")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Above the list: how the services stand, and what the cache saved of the teams one may see."""
        user = cast(User, request.user)
        every = user.has_perm("leads.view_all")
        context = {
            "services": [(one.name, _KINDS[one.kind], _CIRCUITS[one.circuit]) for one in status.services()],
            "calls_now": slots.in_use(),
            "calls_most": settings.LLM_CONCURRENCY,
            "cache": _cache_words(None if every else list(Team.objects.filter(pk__in=user.team_ids))),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def get_queryset(self, request: HttpRequest) -> QuerySet[LlmCall]:
        rows = super().get_queryset(request)
        user = cast(User, request.user)
        return rows if user.has_perm("leads.view_all") else rows.filter(team__in=user.team_ids)
