from __future__ import annotations

from django.urls import URLPattern, path

from drafts.api.batches import BatchViewSet
from drafts.api.reviews import ReviewViewSet
from drafts.api.templates import TemplateViewSet
from drafts.api.views import DraftViewSet

urlpatterns: list[URLPattern] = [
    path("drafts/", DraftViewSet.as_view({"get": "list", "post": "create"}), name="api_drafts"),
    path("drafts/batches/", BatchViewSet.as_view({"get": "list", "post": "create"}), name="api_batches"),
    path("drafts/batches/estimate/", BatchViewSet.as_view({"post": "estimate"}), name="api_batch_estimate"),
    path("drafts/batches/<int:pk>/", BatchViewSet.as_view({"get": "retrieve"}), name="api_batch"),
    path("drafts/batches/<int:pk>/items/", BatchViewSet.as_view({"get": "items"}), name="api_batch_items"),
    *(
        path(
            f"drafts/batches/<int:pk>/{step}/",
            BatchViewSet.as_view({"post": step}),
            name=f"api_batch_{step}",
        )
        for step in ("pause", "resume", "cancel")
    ),
    path(
        "drafts/templates/",
        TemplateViewSet.as_view({"get": "list", "post": "create"}),
        name="api_templates",
    ),
    path(
        "drafts/templates/<int:pk>/",
        TemplateViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api_template",
    ),
    *(
        path(
            f"drafts/templates/<int:pk>/{step}/",
            TemplateViewSet.as_view({"post": step}),
            name=f"api_template_{step}",
        )
        for step in ("restore", "duplicate", "preview")
    ),
    path("drafts/reviews/", ReviewViewSet.as_view({"get": "list"}), name="api_reviews"),
    path("drafts/reviews/<int:pk>/", ReviewViewSet.as_view({"get": "retrieve"}), name="api_review"),
    *(
        path(
            f"drafts/reviews/<int:pk>/{step}/",
            ReviewViewSet.as_view({"post": step}),
            name=f"api_review_{step}",
        )
        for step in ("escalate", "recall")
    ),
    path("drafts/<int:pk>/", DraftViewSet.as_view({"get": "retrieve"}), name="api_draft"),
    path("drafts/<int:pk>/rewrite/", DraftViewSet.as_view({"post": "rewrite"}), name="api_draft_rewrite"),
    path("drafts/<int:pk>/claim/", DraftViewSet.as_view({"post": "claim"}), name="api_draft_claim"),
    path("drafts/<int:pk>/send/", DraftViewSet.as_view({"post": "send"}), name="api_draft_send"),
    path("drafts/<int:pk>/decide/", DraftViewSet.as_view({"post": "decide"}), name="api_draft_decide"),
    path("drafts/<int:pk>/sent/", DraftViewSet.as_view({"post": "sent"}), name="api_draft_sent"),
    path(
        "drafts/<int:pk>/sent/undo/",
        DraftViewSet.as_view({"post": "undo_sent"}),
        name="api_draft_undo_sent",
    ),
    path("drafts/<int:pk>/undo/", DraftViewSet.as_view({"post": "undo"}), name="api_draft_undo"),
]
