"""What went out and what nothing may go to. No text of a mail stands here."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drafts import suppressing
from drafts.admin.reading import AuditedAdmin, ReadOnlyAdmin
from drafts.inbound.status import ADVICE
from drafts.models import Delivery, Mailbox, MailEvent, Suppression
from drafts.tracking import tallies
from leads.forms import TidyEmailField
from salesdash.errors import DomainError
from salesdash.models import Team, User


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "team",
        "lead",
        "channel",
        "status",
        "error_code",
        "origin",
        "sender",
        "sent_at",
        "opened",
        "clicked",
    )
    list_filter = ("status", "channel", "origin", "error_code")
    list_select_related = ("team", "lead", "sender", "tally")
    ordering = ("-pk",)
    fields = (
        "draft", "lead", "team", "sender", "channel", "status", "origin", "recipient", "trackable",
        "message_id", "text_hash", "consent_basis", "copies", "claimed_at", "not_before", "attempts",
        "attempt_at", "sent_at", "opened", "clicked", "error_code", "smtp_reply", "writing_seconds",
    )  # fmt: skip

    @admin.display(description=gettext_lazy("opened: people / raw"), empty_value="—")
    def opened(self, delivery: Delivery) -> str | None:
        return _people_and_raw(tallies.of(delivery), "opens")

    @admin.display(description=gettext_lazy("clicked: people / raw"), empty_value="—")
    def clicked(self, delivery: Delivery) -> str | None:
        return _people_and_raw(tallies.of(delivery), "clicks")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        user = cast(User, request.user)
        rows = super().get_queryset(request)
        return rows if user.has_perm("leads.view_all") else rows.filter(team__in=user.team_ids)


def _people_and_raw(tally: tallies.Tally | None, what: str) -> str | None:
    return f"{getattr(tally, what)} / {getattr(tally, f'raw_{what}')}" if tally else None


@admin.register(MailEvent)
class MailEventAdmin(ReadOnlyAdmin):
    """What was told of mails, by whom."""

    list_display = ("received_at", "kind", "source", "address", "team", "delivery", "occurred_at")
    list_filter = ("kind", "source", "received_at")
    list_select_related = ("team", "delivery")
    search_fields = ("address", "event_id")
    show_full_result_count = False
    fields = ("kind", "source", "event_id", "address", "team", "delivery", "occurred_at", "received_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MailEvent]:
        user = cast(User, request.user)
        rows = super().get_queryset(request)
        return rows if user.has_perm("leads.view_all") else rows.filter(team__in=user.team_ids)


@admin.register(Mailbox)
class MailboxAdmin(ReadOnlyAdmin):
    """How far each mailbox is read, and what is wrong with it."""

    list_display = ("name", "succeeded_at", "problem", "replies", "bounces", "automatic", "unrelated")
    fields = (
        "name", "succeeded_at", "tried_at", "problem", "retry_at", "uid_validity", "last_uid", "replies",
        "bounces", "complaints", "automatic", "unrelated",
    )  # fmt: skip

    @admin.display(description=gettext_lazy("error"), empty_value="")
    def problem(self, mailbox: Mailbox) -> str:
        return str(ADVICE.get(mailbox.error_code, mailbox.error_code))


class SuppressionFile(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True)
    team = forms.ModelChoiceField(
        Team.objects.all(),
        label=gettext_lazy("Team"),
        required=False,
        empty_label=gettext_lazy("All teams"),
        help_text=gettext_lazy("Whose mail these addresses must not get."),
    )


class SuppressionForm(forms.ModelForm[Suppression]):
    """Letters are folded as the list holds them, so that an address that stands there is found."""

    class Meta:
        model = Suppression
        fields = ("email", "team", "reason", "note")
        field_classes = {"email": TidyEmailField}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        same = Suppression.objects.filter(email__iexact=data.get("email", ""), team=data.get("team"))
        # the mark on a lead goes with the lead; by hand the address stays
        if "team" in data and same.exclude(reason=Suppression.Reason.NO_CONTACT).exists():
            self.add_error("email", _("This address is on the list already."))
        return data


@admin.register(Suppression)
class SuppressionAdmin(AuditedAdmin):
    """Added by hand where somebody asked for it; never changed, never lifted here."""

    list_display = ("email", "team", "reason", "note", "created_at", "created_by_name")
    list_filter = ("reason",)
    list_select_related = ("team",)
    search_fields = ("email",)
    form = SuppressionForm
    change_list_template = "admin/drafts/suppression/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.read_in)
        return [path("import/", view, name="drafts_suppression_import"), *super().get_urls()]

    def read_in(self, request: HttpRequest) -> HttpResponse:
        """A file of addresses; the answer says what became of each row."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = SuppressionFile(request.POST or None, request.FILES or None)
        said: dict[str, Any] = {}
        if request.method == "POST" and form.is_valid():
            try:
                found = suppressing.read_in(
                    form.cleaned_data["file"].file,
                    team=form.cleaned_data["team"],
                    user=cast(User, request.user),
                )
                said["outcome"] = found
            except DomainError as error:
                said["error"] = error.message
        context = self.admin_site.each_context(request) | {
            "form": form,
            "opts": self.opts,
            "title": _("Read in a file"),
            "shown": suppressing.SHOWN,
        }
        wrong = request.method == "POST" and "outcome" not in said
        return render(
            request, "admin/drafts/suppression/import.html", context | said, status=422 if wrong else 200
        )

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # the mark on a lead is set, and lifted, at the lead
        choices = [(value, Suppression.Reason(value).label) for value in suppressing.SAYABLE]
        return super().formfield_for_choice_field(db_field, request, **kwargs | {"choices": choices})

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        obj.created_by_name = str(request.user)
        super().save_model(request, obj, form, change)
