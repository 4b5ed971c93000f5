"""Templates for hand-written mail, as the pages have them: a person's own and their teams'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from drafts import mail_templates
from drafts.api.choosing import conditions
from drafts.api.template_bodies import (
    NewTemplateSerializer,
    PreviewLeadSerializer,
    PreviewSerializer,
    TemplateChangeSerializer,
    TemplatePageSerializer,
    TemplateSerializer,
)
from drafts.mail_templates import Wording
from drafts.models import MailTemplate, Purpose
from drafts.safety.examples import LANGUAGES
from leads.models import Lead
from salesdash.api import idempotency, paging, preconditions
from salesdash.api.operations import ETAG, ID, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, LOCATION, Example
from salesdash.api.views import ApiViewSet
from salesdash.cursors import LARGEST_ID
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

_CHOICES: Final = {"language": LANGUAGES, "purpose": Purpose.values}
_FILTERS: Final = [
    *(OpenApiParameter(name, enum=list(values)) for name, values in _CHOICES.items()),
    *paging.PARAMETERS,
]
_BODY: Final = {
    "team": 1,
    "name": "紹介ページのご案内",
    "language": "ja",
    "purpose": "follow_up",
    "subject": "ご紹介ページのご案内",
    "body": "{{company.name}}\n{{lead.name}} 様\n\nお世話になっております。{{sender.name}}です。",
}
_TEMPLATE: Final = {
    "id": 7,
    **_BODY,
    "personal": False,
    "version": 3,
    "changed_by": "佐藤 健",
    "changed_at": "2026-11-27T14:05:00+09:00",
}
_PREVIEW: Final = {
    "subject": "ご紹介ページのご案内",
    "body": "株式会社青葉精機\n山田 花子 様\n\nお世話になっております。佐藤 健です。",
    "unknown": [],
    "objections": ["本文が短すぎます"],
}
_SHOWN: Final = Example(_TEMPLATE, response_only=True)


class TemplateViewSet(ApiViewSet):
    needs = {"*": "drafts.request_draft"}
    known_parameters = {"list": frozenset(parameter.name for parameter in _FILTERS)}

    @extend_schema(
        operation_id="templates_list",
        summary=_("Templates for hand-written mail: your own, and your teams'"),
        parameters=_FILTERS,
        responses={200: TemplatePageSerializer},
        examples=[Example({"next": None, "results": [_TEMPLATE]}, response_only=True)],
    )
    def list(self, request: Request) -> Response:
        rows = _visible(self.user_of(request)).filter(**conditions(request, _CHOICES))
        found, following = paging.NEWEST_FIRST.page(request, rows)
        return Response({"next": following, "results": TemplateSerializer(found, many=True).data})

    @extend_schema(
        operation_id="templates_create",
        summary=_("A new template"),
        description=_(
            "Placeholders such as {{lead.name}} are filled for one lead when it is used. "
            "“personal”: for yourself alone."
        ),
        parameters=[IDEMPOTENCY_KEY, ETAG, LOCATION],
        request=NewTemplateSerializer,
        responses={201: TemplateSerializer},
        examples=[Example(_BODY, request_only=True), _SHOWN],
    )
    def create(self, request: Request) -> Response:
        body = NewTemplateSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        team = values.pop("team")
        user = self.user_of(request)
        return _made(
            request, lambda: mail_templates.create(user=user, team_id=team, wording=Wording(**values))
        )

    @extend_schema(
        operation_id="templates_read",
        summary=_("One template"),
        parameters=[ID, IF_NONE_MATCH, ETAG],
        responses={200: TemplateSerializer},
        examples=[_SHOWN],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return _answer(request, _one(self.user_of(request), pk))

    @extend_schema(
        operation_id="templates_update",
        summary=_("Change a template"),
        description=_(
            "Only what is to change. "
            "Needs the version that you have read: by If-Match, or as “version” in the body."
        ),
        parameters=[ID, IF_MATCH, ETAG],
        request=TemplateChangeSerializer,
        responses={200: TemplateSerializer, **dict.fromkeys((409, 412, 428))},
        examples=[Example({"name": "製品ページのご案内", "version": 2}, request_only=True), _SHOWN],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        body = TemplateChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        template = _one(user, pk)
        values = _as_values(template) | dict(body.validated_data)
        named = values.pop("version", None)

        def change(version: int) -> MailTemplate:
            try:
                return mail_templates.save(
                    template_id=template.pk, user=user, version=version, wording=Wording(**values)
                )
            except ConflictError as error:
                # as every other change of the API says it
                standing = {"version": _one(user, pk).version}
                raise ConflictError("stale", error.message, standing) from None

        changed = preconditions.with_version(request, named, lambda: template.version, change)
        return _answer(request, changed)

    @extend_schema(
        operation_id="templates_delete",
        summary=_("Delete a template"),
        description=_("For an hour it can be brought back."),
        parameters=[ID],
        responses={204: None},
    )
    def destroy(self, request: Request, pk: str) -> Response:
        mail_templates.delete(template_id=_id(pk), user=self.user_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="templates_restore",
        summary=_("Bring a deleted template back"),
        parameters=[ID, ETAG],
        request=None,
        responses={200: TemplateSerializer},
        examples=[_SHOWN],
    )
    def restore(self, request: Request, pk: str) -> Response:
        return _answer(request, mail_templates.restore(template_id=_id(pk), user=self.user_of(request)))

    @extend_schema(
        operation_id="templates_duplicate",
        summary=_("A copy of your own"),
        parameters=[ID, IDEMPOTENCY_KEY, ETAG, LOCATION],
        request=None,
        responses={201: TemplateSerializer},
        examples=[_SHOWN],
    )
    def duplicate(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        return _made(request, lambda: mail_templates.duplicate(template_id=_id(pk), user=user))

    @extend_schema(
        operation_id="templates_preview",
        summary=_("A template filled for one lead, and what the checks without a model say of it"),
        description=_("Nothing is kept or sent."),
        parameters=[ID],
        request=PreviewLeadSerializer,
        responses={200: PreviewSerializer},
        examples=[Example({"lead": 4711}, request_only=True), Example(_PREVIEW, response_only=True)],
    )
    def preview(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        body = PreviewLeadSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        template = _one(user, pk)
        leads = Lead.objects.visible_to(user).select_related("company", "team")
        lead = leads.filter(pk=body.validated_data["lead"]).first()
        if lead is None:
            raise DomainError("lead_not_found", str(_("This lead does not exist.")), status=404)
        shown = mail_templates.preview(Wording(**_as_values(template)), lead=lead, user=user)
        return Response(
            {
                "subject": shown.filled.text.subject,
                "body": shown.filled.text.body,
                "unknown": list(shown.filled.unknown),
                "objections": shown.objections,
            }
        )


def _visible(user: User) -> QuerySet[MailTemplate]:
    return MailTemplate.objects.visible_to(user).kept().select_related("changed_by")


def _one(user: User, pk: str) -> MailTemplate:
    """Errors: `template_not_found`."""
    return mail_templates.find(template_id=_id(pk), user=user)


def _as_values(template: MailTemplate) -> dict[str, Any]:
    names = ("name", "language", "purpose", "subject", "body")
    return {name: getattr(template, name) for name in names} | {"personal": template.is_personal}


def _made(request: Request, make: Callable[[], MailTemplate]) -> Response:
    user = ApiViewSet.user_of(request)
    made, again = idempotency.once(request, user, lambda: str(make().pk))
    headers = {"Location": reverse("api_template", args=[made], request=request), **idempotency.said(again)}
    return _answer(request, _one(user, made), status=status.HTTP_201_CREATED, headers=headers)


def _answer(request: Request, template: MailTemplate, **response: Any) -> Response:
    return preconditions.answer(request, template.version, TemplateSerializer(template).data, **response)


def _id(pk: str) -> int:
    return min(int(pk), LARGEST_ID)
