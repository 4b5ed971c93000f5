"""People, teams, tokens, feedback, the audit log in the stock admin. A person is deactivated, not deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from salesdash import audit, domain_admin
from salesdash.models import ApiToken, AuditEntry, Feedback, Membership, Team, User
from salesdash.sending_domains import proving

MOST_ATTRIBUTION_DAYS = 365
admin.site.site_header = _("salesdash administration")
admin.site.site_title = _("salesdash administration")
admin.site.index_title = _("People, rules and reviews")


class MembershipInline(admin.TabularInline[Membership, models.Model]):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]
    fields = ["user"]


class TeamsOfUserInline(admin.TabularInline[Membership, models.Model]):
    model = Membership
    extra = 0
    autocomplete_fields = ["team"]
    fields = ["team"]


class AuditedAdmin(admin.ModelAdmin[Any]):
    """Each change by hand leaves an entry in our own log: which fields, never their content."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        verb = "update" if change else "create"
        details = {"fields": sorted(form.changed_data)}
        audit.record(actor=_person(request), action=f"admin.{verb}", target=obj, details=details)

    def save_formset(
        self, request: HttpRequest, form: ModelForm[Any], formset: BaseModelFormSet[Any, Any], change: bool
    ) -> None:
        super().save_formset(request, form, formset, change)
        changed = {"added": len(formset.new_objects), "removed": len(formset.deleted_objects)}
        if any(changed.values()):
            actor, target = _person(request), form.instance
            audit.record(actor=actor, action="admin.members", target=target, details=changed)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


@admin.register(Team)
class TeamAdmin(AuditedAdmin):
    list_display = [
        "name",
        "name_en",
        "company_name",
        "opt_out_contact",
        "sending_domain",
        "domain_confirmed",
    ]
    search_fields = ["name", "name_en"]
    inlines = [MembershipInline]
    actions = ["look_up_domains"]
    change_form_template = "admin/salesdash/team/change_form.html"
    readonly_fields = ["sending_domain_verified_at", "created_at"]
    fieldsets = [
        (None, {"fields": ["name", "name_en", "time_zone"]}),
        (
            _("What customers see"),
            {
                "fields": [
                    "company_name",
                    "sender_address",
                    "opt_out_contact",
                    "product_description",
                    "product_description_en",
                ]
            },
        ),
        (
            _("Sending"),
            {
                "fields": [
                    "sending_domain",
                    "sending_domain_verified_at",
                    "daily_send_cap",
                    "quiet_from",
                    "quiet_until",
                    "quiet_days_off",
                    "mail_tracking",
                ],
            },
        ),
        (_("Targets"), {"fields": ["review_sla_hours", "attribution_days", "created_at"]}),
    ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        form = super().get_form(request, obj, change, **kwargs)
        if window := form.base_fields.get("attribution_days"):
            window.help_text = _(
                "A reply, a meeting or a deal counts for the last mail before it, if it comes within so many "
                "days. Changing it counts the last 45 days anew, or the window if it is longer; earlier days "
                "keep the window that they were counted with."
            )
            window.validators += [MinValueValidator(1), MaxValueValidator(MOST_ATTRIBUTION_DAYS)]
        if domain := form.base_fields.get("sending_domain"):
            domain.validators.append(domain_admin.is_domain)
        return form

    @admin.display(description=_("domain confirmed"), boolean=True, ordering="sending_domain_verified_at")
    def domain_confirmed(self, team: Team) -> bool | None:
        return team.sending_domain_verified_at is not None if team.sending_domain else None

    def get_urls(self) -> list[URLPattern]:
        act = self.admin_site.admin_view(self.domain_view)
        own = path("<int:pk>/domain/<slug:act>/", act, name="salesdash_team_domain")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        team = self.get_object(request, unquote(object_id))
        shown = domain_admin.context(request, team) if isinstance(team, Team) else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def domain_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        """The buttons beside the records: look up, confirm by hand, withdraw that, what is required."""
        team = self.get_object(request, str(pk))
        if not self.has_change_permission(request, team):
            raise PermissionDenied
        if not isinstance(team, Team):
            raise Http404
        return domain_admin.act(request, team, act)

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool) -> None:
        if not isinstance(obj, Team) or "sending_domain" not in form.changed_data:
            super().save_model(request, obj, form, change)
            return
        was_confirmed, before = obj.sending_domain_verified_at is not None, form.initial.get("sending_domain")
        domain_admin.unconfirm(obj)
        super().save_model(request, obj, form, change)
        proving.moved(obj, user=_person(request), before=before or "", was_confirmed=was_confirmed)

    @admin.action(description=_("Look up the sending domain"), permissions=["change"])
    def look_up_domains(self, request: HttpRequest, teams: QuerySet[Team]) -> None:
        """In the background: many may take longer than a request may."""
        number = proving.ask(teams)
        said = ngettext(
            "%(n)d sending domain is being looked up.", "%(n)d sending domains are being looked up.", number
        )
        messages.success(request, said % {"n": number})


@admin.register(User)
class SalesUserAdmin(AuditedAdmin, UserAdmin[User]):  # type: ignore[misc]
    list_display = ["username", "last_name", "first_name", "email", "is_staff", "is_active", "last_login"]
    list_filter = ["is_active", "is_staff", "groups", "teams"]
    search_fields = ["username", "last_name", "first_name", "email"]
    ordering = ["username"]
    inlines = [TeamsOfUserInline]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["last_name", "first_name", "title", "email", "signature"]}),
        (_("Display"), {"fields": ["language", "time_zone", "theme", "density", "keyboard_shortcuts"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """To look things up: nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "kind", "excerpt", "user", "role", "page", "app_version"]
    list_filter = ["kind", "role", "language", "created_at", "app_version"]
    list_select_related = ["user"]
    search_fields = ["message", "page"]
    date_hierarchy = "created_at"
    show_full_result_count = False
    fields = ["created_at", "kind", "message", "page", "user", "role", "language", "app_version"]

    @admin.display(description=_("message"))
    def excerpt(self, feedback: Feedback) -> str:
        return Truncator(feedback.message).chars(60)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Whose tokens are about, and a way to revoke one. The token itself is known to nobody."""

    list_display = ["name", "start", "user", "scope", "created_at", "last_used_at", "expires_at"]
    list_filter = ["scope", "created_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username", "start"]
    exclude = ["digest"]
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.has_perm("salesdash.delete_apitoken")

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        audit.record(actor=_person(request), action="token.revoke", target=obj, details={"of": obj.user_id})
        super().delete_model(request, obj)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor_name", "action", "object_type", "object_id", "team"]
    list_filter = ["action", "team"]
    list_select_related = ["team"]
    search_fields = ["actor_name", "object_id", "trace_id"]
    date_hierarchy = "at"
    show_full_result_count = False
