from __future__ import annotations

from django.urls import URLPattern, path

from drafts.api.views import DraftViewSet

urlpatterns: list[URLPattern] = [
    path("drafts/", DraftViewSet.as_view({"get": "list"}), name="api_drafts"),
    path("drafts/<int:pk>/", DraftViewSet.as_view({"get": "retrieve"}), name="api_draft"),
]
