"""A new lead, typed by hand."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from leads import saving
from leads.forms import NewLeadForm, tidy
from leads.models import Company
from salesdash.errors import DomainError
from salesdash.htmx import HtmxRequest

SUGGESTIONS = 8


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("leads.add_lead", raise_exception=True)
def new(request: HtmxRequest) -> HttpResponse:
    form = NewLeadForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            lead = saving.create_lead(user=request.user, **form.values())
        except DomainError as error:
            # somebody was faster: the same address a moment ago
            form.add_error(None, error.message)
        else:
            messages.success(request, _("%(name)s is now a lead.") % {"name": lead})
            return redirect("leads:detail", pk=lead.pk)
    return render(request, "leads/new.html", {"form": form, "nav": "leads"})


@require_GET
@login_required
@permission_required("leads.add_lead", raise_exception=True)
def companies(request: HtmxRequest) -> HttpResponse:
    """Options for the company field: known names of the user's own teams."""
    text = tidy(request.GET.get("company_name", ""))[:100]
    known = Company.objects.filter(team__in=request.user.team_ids)
    found = known.filter(name__icontains=text) if text else known.none()
    names = found.order_by("name").values_list("name", flat=True).distinct()[:SUGGESTIONS]
    return render(request, "leads/_companies.html", {"names": names})
