"""Prompt templates and their versions: written and tried as drafts, immutable from their activation on."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from drafts import prompt_versions, prompts
from drafts.admin import prompt_views
from drafts.admin.reading import AuditedAdmin, ReadOnlyAdmin
from drafts.models import PromptTemplate, PromptVersion
from salesdash import audit
from salesdash.errors import DomainError

_SAMPLING: Final = {"temperature": (0, 2), "top_p": (0, 1), "max_tokens": (100, 8000)}
SOURCE_MAX_CHARS: Final = 20_000


class Versions(admin.TabularInline[PromptVersion, PromptTemplate]):
    model = PromptVersion
    fields = ("number", "status", "model", "note", "first_used_at", "activated_at")
    readonly_fields = fields
    extra = 0
    show_change_link = True

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(PromptTemplate)
class PromptTemplateAdmin(ReadOnlyAdmin):
    list_display = ("name", "purpose", "language")
    list_filter = ("purpose", "language")
    inlines = (Versions,)


class VersionForm(forms.ModelForm[PromptVersion]):
    """Filled in once with every wish there is before it is stored."""

    class Meta:
        model = PromptVersion
        fields = ("template", "system_source", "user_source", "model", "sampling", "note")
        widgets = {
            "system_source": forms.Textarea(attrs={"rows": 26, "cols": 100, "spellcheck": "false"}),
            "user_source": forms.Textarea(attrs={"rows": 6, "cols": 100, "spellcheck": "false"}),
        }

    def clean_sampling(self) -> dict[str, Any]:
        given = self.cleaned_data["sampling"]
        if not isinstance(given, dict) or set(given) - set(_SAMPLING):
            known = ", ".join(_SAMPLING)
            raise ValidationError(
                _("Please give an object with these names at most: %(names)s.") % {"names": known}
            )
        for name, value in given.items():
            low, high = _SAMPLING[name]
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                bounds = {"name": name, "low": low, "high": high}
                raise ValidationError(_("%(name)s is a number from %(low)s to %(high)s.") % bounds)
        return dict(given)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("system_source", "user_source"):
            if len(cleaned.get(name, "")) > SOURCE_MAX_CHARS:
                self.add_error(name, _("The source is too long."))
        if self.errors:
            return cleaned
        fields = {name: cleaned[name] for name in ("system_source", "user_source", "model", "sampling")}
        template = cleaned.get("template") or self.instance.template
        try:
            prompts.check(PromptVersion(template=template, **fields))
        except DomainError as error:
            self.add_error(None, error.message)
        return cleaned


@admin.register(PromptVersion)
class PromptVersionAdmin(AuditedAdmin):
    form = VersionForm
    change_form_template = "admin/drafts/promptversion/change_form.html"
    list_display = ("template", "number", "status", "model", "note", "first_used_at", "activated_at")
    list_filter = ("status", "template__purpose", "template__language")
    list_select_related = ("template",)
    ordering = ("template__language", "template__purpose", "template", "-number")

    class Media:
        css = {"all": ["css/prompts.css"]}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_change_permission(request, obj)
        return may and (obj is None or prompt_versions.is_editable(obj))

    def get_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        written = ("system_source", "user_source", "model", "sampling", "note")
        if obj is None:
            return ("template", *written)
        known = ("template", "number", "status")
        return (*known, *written, "first_used_at", "activated_at", "created_at", "created_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        kept = ("template", "number", "status", "first_used_at", "activated_at", "created_at", "created_by")
        return kept if self.has_change_permission(request, obj) else self.get_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        if change:
            # it may have been activated while the form stood open
            held = PromptVersion.objects.select_for_update().get(pk=obj.pk)
            if not prompt_versions.is_editable(held):
                raise PermissionDenied
            super().save_model(request, obj, form, change)
            return
        PromptTemplate.objects.select_for_update().get(pk=obj.template_id)
        newest = PromptVersion.objects.filter(template=obj.template_id).aggregate(newest=Max("number"))
        obj.number, obj.created_by = (newest["newest"] or 0) + 1, request.user
        obj.save()
        audit.record(actor=request.user, action="prompt.add", target=obj)  # type: ignore[arg-type]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        version = self.get_object(request, object_id)
        extra = prompt_views.links(version) if isinstance(version, PromptVersion) else {}
        extra |= {
            "variables": prompts.VARIABLES,
            "manages": request.user.has_perm("drafts.change_promptversion"),
        }
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        extra = {"variables": prompts.VARIABLES}
        return super().add_view(request, form_url, extra | (extra_context or {}))

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(prompt_views.with_site(self.admin_site, view)),
                name=f"drafts_promptversion_{name}",
            )
            for name, view in prompt_views.VIEWS.items()
        ]
        return [*own, *super().get_urls()]
