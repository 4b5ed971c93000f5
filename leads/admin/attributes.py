"""Imported attributes in the administration: how they are read, an index for those that many ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import attribute_indexes, tasks
from leads.conditions import catalogue
from leads.models import Attribute
from salesdash.admin import AuditedAdmin
from salesdash.errors import DomainError
from salesdash.models import User


class AttributeForm(forms.ModelForm[Attribute]):
    """A new one is chosen among those that leads have."""

    class Meta:
        model = Attribute
        fields = ["name", "kind"]


@admin.register(Attribute)
class AttributeAdmin(AuditedAdmin):
    list_display = ["name", "kind", "status", "asked_by_name", "changed_at"]
    list_filter = ["state", "kind"]
    search_fields = ["name"]
    ordering = ["name"]
    actions = ["build", "take_away"]
    form = AttributeForm

    class Media:
        css = {"all": ("css/rules.css",)}

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        """The name is what the index was built for, and so is the kind while there is one."""
        if obj is None:
            return []
        return ["name"] if obj.state in (Attribute.State.PLAIN, Attribute.State.FAILED) else ["name", "kind"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "name" in form.base_fields:
            names = sorted(catalogue.attributes(cast(User, request.user)))
            known = set(Attribute.objects.values_list("name", flat=True))
            choices = [(name, name) for name in names if name not in known]
            form.base_fields["name"] = forms.ChoiceField(label=_("attribute").capitalize(), choices=choices)
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its index goes first."""
        is_plain = obj is None or obj.state == Attribute.State.PLAIN
        return is_plain and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        found = super().get_actions(request)
        found.pop("delete_selected", None)  # it would not ask has_delete_permission for each
        return found

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        catalogue.forget()

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def status(self, attribute: Attribute) -> SafeString:
        return format_html(
            '<span class="rl-state" data-s="{}" title="{}">{}</span>',
            attribute.state,
            attribute.error,
            attribute.get_state_display(),
        )

    @admin.action(
        description=gettext_lazy("Build an index for the selected attributes"), permissions=["change"]
    )
    def build(self, request: HttpRequest, chosen: QuerySet[Attribute]) -> None:
        self._each(request, chosen, attribute_indexes.request, _("The index of “%(name)s” is being built."))

    @admin.action(
        description=gettext_lazy("Remove the index of the selected attributes"), permissions=["change"]
    )
    def take_away(self, request: HttpRequest, chosen: QuerySet[Attribute]) -> None:
        self._each(request, chosen, attribute_indexes.remove, _("The index of “%(name)s” is being removed."))

    @staticmethod
    def _each(
        request: HttpRequest, chosen: QuerySet[Attribute], ask: Callable[..., Attribute], said: str
    ) -> None:
        for attribute in chosen:
            try:
                ask(attribute_id=attribute.pk, user=cast(User, request.user))
            except DomainError as error:
                messages.warning(request, error.message)
                continue
            transaction.on_commit(partial(tasks.index_attribute.delay, attribute.pk))
            messages.success(request, said % {"name": attribute.name})
