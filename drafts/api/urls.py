from __future__ import annotations

from django.urls import URLPattern, path

from drafts.api.views import DraftViewSet

urlpatterns: list[URLPattern] = [
    path("drafts/", DraftViewSet.as_view({"get": "list", "post": "create"}), name="api_drafts"),
    path("drafts/<int:pk>/", DraftViewSet.as_view({"get": "retrieve"}), name="api_draft"),
    path("drafts/<int:pk>/rewrite/", DraftViewSet.as_view({"post": "rewrite"}), name="api_draft_rewrite"),
    path("drafts/<int:pk>/claim/", DraftViewSet.as_view({"post": "claim"}), name="api_draft_claim"),
    path("drafts/<int:pk>/sent/", DraftViewSet.as_view({"post": "sent"}), name="api_draft_sent"),
    path(
        "drafts/<int:pk>/sent/undo/",
        DraftViewSet.as_view({"post": "undo_sent"}),
        name="api_draft_undo_sent",
    ),
    path("drafts/<int:pk>/undo/", DraftViewSet.as_view({"post": "undo"}), name="api_draft_undo"),
]
