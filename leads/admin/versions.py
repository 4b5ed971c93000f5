"""The list of the versions of some rules: written as drafts, in force once, history from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from salesdash.formatting import times


class VersionsAdmin(admin.ModelAdmin[Any]):
    """`views`: the module that shows a version and knows who may read and edit. `pages`: others, by name.

    A model has `version`, `note`, `status` with "draft" among others, `created_at`, `created_by_name`.
    Nothing is written by the stock form: what a version may become, the views' services know.
    """

    views: Any
    pages: Mapping[str, Callable[..., HttpResponse]]

    list_display_links = ("name",)
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    sortable_by = ()
    actions = None

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.views.may_read(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.status == "draft") and bool(self.views.may_edit(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    @admin.display(description=_("version"))
    def name(self, rules: Any) -> SafeString:
        return format_html('<b>v{}</b> <span class="rl-note">{}</span>', rules.version, rules.note)

    @admin.display(description=_("made"))
    def made(self, rules: Any) -> str:
        return f"{times.day_time(rules.created_at)} {rules.created_by_name}"

    def get_urls(self) -> list[URLPattern]:
        model = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"{model}_{name}")
            for name, view in self.pages.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        shown: HttpResponse = self.views.version(request, unquote(object_id))
        return shown

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        raise PermissionDenied
