"""Included by leads.urls under `imports/`."""

from __future__ import annotations

from django.urls import path

from leads.views import imports

urlpatterns = [
    path("", imports.index, name="imports"),
    path("upload/", imports.upload, name="import_upload"),
    path("<int:pk>/", imports.detail, name="import_detail"),
    path("<int:pk>/mapping/", imports.mapping, name="import_mapping"),
    path("<int:pk>/rejects.csv", imports.rejected, name="import_rejects"),
]
