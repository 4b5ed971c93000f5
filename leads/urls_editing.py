"""Included by leads.urls under `edits/`."""

from __future__ import annotations

from django.urls import path

from leads.views import bulk, editing

urlpatterns = [
    path("count/", bulk.count, name="edit_count"),
    path("rows/", editing.rows, name="rows"),
    path("new/<str:field>/", bulk.new, name="edit_new"),
    path("many/<str:field>/", bulk.start, name="edit_many"),
    path("<int:pk>/", bulk.progress, name="edit_progress"),
    path("<int:pk>/cancel/", bulk.cancel, name="edit_cancel"),
    path("<int:pk>/undo/", bulk.undo, name="edit_undo"),
]
