"""Leads, companies and deals in the stock admin: to look things up and to mend them.

What is changed here goes through the same steps as on the lead page: search fields, score row, audit.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import folding, locking, scoring
from leads.models import Company, Deal, Lead
from salesdash.admin import AuditedAdmin
from salesdash.models import User


class TeamBoundAdmin(AuditedAdmin):
    """Shows what the person's teams own; everything to who may see all."""

    team_field = "team"
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = super().get_queryset(request)
        user = request.user
        if not isinstance(user, User) or user.has_perm("leads.view_all"):
            return found
        return found.filter(team__in=user.team_ids)


def refresh(leads: list[Lead]) -> None:
    """Search fields and score rows of leads that were changed, or whose company was."""
    now = timezone.now()
    for lead in leads:
        lead.search_text, lead.search_grams = folding.search_fields(lead, lead.company)
        lead.updated_at = now
    Lead.objects.bulk_update(leads, ["search_text", "search_grams", "updated_at"], batch_size=1000)
    scoring.ensure(lead.pk for lead in leads)


@admin.register(Company)
class CompanyAdmin(TeamBoundAdmin):
    list_display = ["name", "industry", "region", "employees", "team"]
    list_filter = ["team", "industry"]
    list_select_related = ["team"]
    search_fields = ["name", "name_kana", "name_en", "corporate_number", "domain"]
    exclude = ["name_key"]
    readonly_fields = ["team", "external_id", "created_at", "updated_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool) -> None:
        company: Company = form.instance
        company.name_key = folding.company_key(company.name)
        super().save_model(request, obj, form, change)
        refresh(list(company.leads.select_related("company")))


class LeadForm(ModelForm[Lead]):
    """A lead, its company and its owner belong to one team."""

    def clean_company(self) -> Company:
        company: Company = self.cleaned_data["company"]
        if company.team_id != self.instance.team_id:
            raise ValidationError(_("This company belongs to another team."))
        return company

    def clean_owner(self) -> User | None:
        owner: User | None = self.cleaned_data["owner"]
        if owner and self.instance.team_id not in owner.team_ids:
            raise ValidationError(_("The owner must be a member of the team."))
        return owner


@admin.register(Lead)
class LeadAdmin(TeamBoundAdmin):
    form = LeadForm
    list_display = ["full_name", "company", "stage", "owner", "team", "do_not_contact", "updated_at"]
    list_filter = ["team", "stage", "do_not_contact", "consent_basis"]
    list_select_related = ["company", "owner", "team"]
    search_fields = ["family_name", "given_name", "family_kana", "given_kana", "email", "company__name"]
    autocomplete_fields = ["company", "owner"]
    readonly_fields = [
        "team", "source", "external_id", "stage_changed_at", "win_probability", "opted_out_at", "erased_at",
        "created_at", "updated_at", "version",
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool) -> None:
        lead: Lead = form.instance
        locking.hold_companies([lead.company_id])
        lead.version += 1
        if "stage" in form.changed_data:
            lead.stage_changed_at = timezone.now()
        super().save_model(request, obj, form, change)
        refresh([lead])


@admin.register(Deal)
class DealAdmin(TeamBoundAdmin):
    list_display = [
        "name",
        "lead",
        "status",
        "amount_jpy",
        "gross_margin_jpy",
        "opened_at",
        "closed_at",
        "team",
    ]
    list_filter = ["team", "status"]
    list_select_related = ["lead", "team"]
    search_fields = ["name", "lead__family_name", "lead__company__name", "external_id"]
    raw_id_fields = ["lead"]
    readonly_fields = ["source", "external_id"]

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool) -> None:
        # a form that somebody has open on the lead page gets a conflict
        deal: Deal = form.instance
        deal.version += 1 if change else 0
        super().save_model(request, obj, form, change)
