"""The review queue for programs: what waits and for whom, handed to a manager and called back.

No text stands here: what has not passed its checks is in no answer. Texts are decided about in the
administration.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from drafts import escalation
from drafts.api.choosing import conditions
from drafts.models import Check, Draft
from drafts.safety import latest
from salesdash.api import paging, preconditions
from salesdash.api.operations import ETAG, ID, IF_MATCH, IF_NONE_MATCH, Example
from salesdash.api.serializers import EditSerializer, Person, PersonSerializer
from salesdash.api.views import ApiViewSet, Needs
from salesdash.cursors import LARGEST_ID, whole
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

_ORDER: Final = paging.Order("oldest", (paging.Key("pk", whole),))
_CHOICES: Final = {"language": ("ja", "en"), "escalated": ("me", "yes", "no")}
_FILTERS: Final = [
    *(OpenApiParameter(name, enum=list(values)) for name, values in _CHOICES.items()),
    *paging.PARAMETERS,
]
_ITEM: Final = {
    "id": 512,
    "lead": 4711,
    "team": 1,
    "purpose": "ice_breaker",
    "language": "ja",
    "origin": "generated",
    "version": 5,
    "entered_review_at": "2026-11-27T14:05:00+09:00",
    "judge_score": 74,
    "reasons": ["judge:low_score", "rules:price"],
    "claimed_by": None,
    "assigned_to": None,
    "escalated_to": {"id": 13, "name": "渡辺 隆"},
    "escalated_by": "小林 真理子",
    "escalated_at": "2026-11-27T15:10:00+09:00",
    "escalation_note": "値引きの可否をご判断ください",
}
_DETAIL: Final = {**_ITEM, "managers": [{"id": 13, "name": "渡辺 隆"}]}
_SHOWN: Final = Example(_DETAIL, response_only=True)


class ReviewSerializer(serializers.ModelSerializer[Draft]):
    reasons = serializers.SerializerMethodField(help_text=gettext_lazy("what did not pass, as layer:code"))
    claimed_by = serializers.SerializerMethodField(help_text=gettext_lazy("who is looking at it now"))
    assigned_to = serializers.SerializerMethodField(help_text=gettext_lazy("for whom it is kept"))
    escalated_to = serializers.SerializerMethodField(help_text=gettext_lazy("who decides instead"))
    escalated_by = serializers.SerializerMethodField()

    class Meta:
        model = Draft
        fields = [
            "id", "lead", "team", "purpose", "language", "origin", "version", "entered_review_at",
            "judge_score", "reasons", "claimed_by", "assigned_to", "escalated_to", "escalated_by",
            "escalated_at", "escalation_note",
        ]  # fmt: skip

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_reasons(self, draft: Draft) -> list[str]:
        rows = sorted(draft.checks.all(), key=lambda check: check.pk)
        newest = {check.layer: check for check in rows if check.text_hash == draft.text_hash}
        return latest.flagged_codes(newest.values())

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_claimed_by(self, draft: Draft) -> Person | None:
        holds = draft.claimed_until is not None and draft.claimed_until > timezone.now()
        return _person(draft.claimed_by) if holds else None

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_assigned_to(self, draft: Draft) -> Person | None:
        return _person(draft.assigned_to)

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_escalated_to(self, draft: Draft) -> Person | None:
        return _person(draft.escalated_to)

    @extend_schema_field({"type": ["string", "null"]})
    def get_escalated_by(self, draft: Draft) -> str | None:
        return str(draft.escalated_by) if draft.escalated_by else None


@extend_schema_serializer(many=False)
class ReviewPageSerializer(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    results = ReviewSerializer(many=True)


class ReviewDetailSerializer(ReviewSerializer):
    managers = serializers.SerializerMethodField(help_text=gettext_lazy("to whom you may hand it"))

    class Meta(ReviewSerializer.Meta):
        fields = [*ReviewSerializer.Meta.fields, "managers"]

    @extend_schema_field(PersonSerializer(many=True))
    def get_managers(self, draft: Draft) -> list[Person]:
        people = escalation.managers_for(draft, self.context["user"])
        return [Person(id=one.pk, name=str(one)) for one in people]


class EscalationSerializer(EditSerializer):
    to = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, help_text=gettext_lazy("one of “managers”")
    )
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class RecallSerializer(EditSerializer):
    pass


class InTheQueue(Needs):
    """As in the administration, where the queue is: for its staff alone."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and bool(getattr(request.user, "is_staff", False))


class ReviewViewSet(ApiViewSet):
    needs = {"*": "drafts.view_reviewitem", "POST": "drafts.change_reviewitem"}
    permission_classes = (InTheQueue,)
    known_parameters = {"list": frozenset(parameter.name for parameter in _FILTERS)}
    # texts may lose their clearance: nobody keeps a copy
    kept = "no-store"

    @extend_schema(
        operation_id="reviews_list",
        summary=gettext_lazy("Drafts that wait for a reviewer, oldest first"),
        description=gettext_lazy("For a manager: those that were escalated to them. Texts are in no answer."),
        parameters=_FILTERS,
        responses={200: ReviewPageSerializer},
        examples=[Example({"next": None, "results": [_ITEM]}, response_only=True)],
    )
    def list(self, request: Request) -> Response:
        user = self.user_of(request)
        found, following = _ORDER.page(request, _narrowed(_queue(user), user, conditions(request, _CHOICES)))
        return Response({"next": following, "results": ReviewSerializer(found, many=True).data})

    @extend_schema(
        operation_id="reviews_read",
        summary=gettext_lazy("One of them, and who may decide instead"),
        parameters=[ID, IF_NONE_MATCH, ETAG],
        responses={200: ReviewDetailSerializer},
        examples=[_SHOWN],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        return _answer(request, _one(user, pk), user)

    @extend_schema(
        operation_id="reviews_escalate",
        summary=gettext_lazy("Hand it to a manager, who then decides alone"),
        description=gettext_lazy(
            "They are told. Refused while somebody else looks at it. "
            "Needs the version that you have read: by If-Match, or as “version” in the body."
        ),
        parameters=[ID, IF_MATCH, ETAG],
        request=EscalationSerializer,
        responses={200: ReviewDetailSerializer, **dict.fromkeys((409, 412, 428))},
        examples=[
            Example({"to": 13, "note": "値引きの可否をご判断ください", "version": 4}, request_only=True),
            _SHOWN,
        ],
    )
    def escalate(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, EscalationSerializer, escalation.escalate_at_once)

    @extend_schema(
        operation_id="reviews_recall",
        summary=gettext_lazy("Call it back into everybody's queue"),
        parameters=[ID, IF_MATCH, ETAG],
        request=RecallSerializer,
        responses={200: ReviewDetailSerializer, **dict.fromkeys((409, 412, 428))},
        examples=[Example({"version": 5}, request_only=True), _SHOWN],
    )
    def recall(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, RecallSerializer, escalation.recall)

    def _change(
        self, request: Request, pk: str, form: type[EditSerializer], act: Callable[..., Draft]
    ) -> Response:
        user = self.user_of(request)
        body = form(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        named, draft = values.pop("version", None), _one(user, pk)

        def change(version: int) -> None:
            try:
                act(draft_id=draft.pk, reviewer=user, version=version, **values)
            except ConflictError as error:
                # as every other change of the API says it
                error.code = "stale" if error.code == "stale_draft" else error.code
                raise

        preconditions.with_version(request, named, lambda: draft.version, change)
        # a manager who calls it back has it no longer: they are shown what has become of it all the same
        return _answer(request, _rows(Draft.objects.visible_to(user)).get(pk=draft.pk), user)


def _queue(user: User) -> QuerySet[Draft]:
    return _rows(Draft.objects.in_review_for(user))


def _rows(drafts: QuerySet[Draft]) -> QuerySet[Draft]:
    """Without texts, with what is shown of checks and people: two statements for any number of them."""
    checks = Check.objects.only("draft_id", "layer", "verdict", "reasons", "text_hash")
    people = ("claimed_by", "assigned_to", "escalated_to", "escalated_by")
    columns = drafts.select_related(*people).defer(
        "subject", "body", "ai_subject", "ai_body", "facts", "claims"
    )
    return columns.prefetch_related(Prefetch("checks", checks))


def _narrowed(rows: QuerySet[Draft], user: User, asked: dict[str, str]) -> QuerySet[Draft]:
    if "language" in asked:
        rows = rows.filter(language=asked["language"])
    match asked.get("escalated"):
        case "me":
            return rows.filter(escalated_to=user)
        case "yes" | "no" as said:
            return rows.filter(escalated_to__isnull=said == "no")
    return rows


def _one(user: User, pk: str) -> Draft:
    """Errors: `draft_not_found`."""
    draft = _queue(user).filter(pk=min(int(pk), LARGEST_ID)).first()
    if draft is None:
        raise DomainError("draft_not_found", _("There is no such draft."), status=404)
    return draft


def _answer(request: Request, draft: Draft, user: User) -> Response:
    shown = ReviewDetailSerializer(draft, context={"user": user}).data
    return preconditions.answer(request, draft.version, shown)


def _person(user: User | None) -> Person | None:
    return Person(id=user.pk, name=str(user)) if user else None
