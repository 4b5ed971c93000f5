from __future__ import annotations

from django.urls import URLPattern, path

from leads.api.deals import DealViewSet
from leads.api.histories import ActivityView, HistoryViewSet
from leads.api.saved import SavedViewViewSet
from leads.api.views import LeadPartViewSet, LeadViewSet

urlpatterns: list[URLPattern] = [
    path("leads/", LeadViewSet.as_view({"get": "list", "post": "create"}), name="api_leads"),
    path(
        "leads/<int:pk>/",
        LeadViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="api_lead",
    ),
    path("leads/<int:pk>/stage/", LeadPartViewSet.as_view({"put": "stage"}), name="api_lead_stage"),
    path("leads/<int:pk>/owner/", LeadPartViewSet.as_view({"put": "owner"}), name="api_lead_owner"),
    path(
        "leads/<int:pk>/next-action/",
        LeadPartViewSet.as_view({"put": "next_action"}),
        name="api_lead_next_action",
    ),
    path("leads/<int:pk>/consent/", LeadPartViewSet.as_view({"put": "consent"}), name="api_lead_consent"),
    path(
        "leads/<int:pk>/do-not-contact/",
        LeadPartViewSet.as_view({"put": "do_not_contact"}),
        name="api_lead_do_not_contact",
    ),
    path(
        "leads/<int:pk>/activities/",
        HistoryViewSet.as_view({"get": "activities"}),
        name="api_lead_activities",
    ),
    path(
        "leads/<int:pk>/notes/",
        HistoryViewSet.as_view({"get": "notes", "post": "add_note"}),
        name="api_lead_notes",
    ),
    path("leads/<int:pk>/calls/", HistoryViewSet.as_view({"post": "add_call"}), name="api_lead_calls"),
    path(
        "leads/<int:pk>/deals/", DealViewSet.as_view({"get": "list", "post": "create"}), name="api_lead_deals"
    ),
    path(
        "deals/<int:pk>/",
        DealViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="api_deal",
    ),
    path("views/", SavedViewViewSet.as_view({"get": "list", "post": "create"}), name="api_views"),
    path(
        "views/<int:pk>/",
        SavedViewViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api_view",
    ),
    path("activities/", ActivityView.as_view(), name="api_activities"),
]
