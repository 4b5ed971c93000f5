from __future__ import annotations

from django.urls import URLPattern, path

from leads.api.views import ActivityView, LeadViewSet

urlpatterns: list[URLPattern] = [
    path("leads/", LeadViewSet.as_view({"get": "list"}), name="api_leads"),
    path("leads/<int:pk>/", LeadViewSet.as_view({"get": "retrieve"}), name="api_lead"),
    path("activities/", ActivityView.as_view(), name="api_activities"),
]
