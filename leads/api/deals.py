"""The deals of leads: listed, read, made and changed; won and lost by changing their status."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from leads import dealing
from leads.api import reading
from leads.api.fields import MomentField, TypedField
from leads.forms import TidyField
from leads.models import Deal, Lead
from salesdash.api import idempotency, paging, preconditions
from salesdash.api.operations import ETAG, ID, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, LOCATION, Example
from salesdash.api.serializers import EditSerializer, StrictSerializer
from salesdash.api.views import ApiViewSet
from salesdash.cursors import LARGEST_ID
from salesdash.models import User

SOURCE: Final = "api"
_PAGED: Final = frozenset({"limit", "after"})
_DEAL: Final[dict[str, Any]] = {
    "id": 81,
    "lead": 4711,
    "name": "年間契約",
    "status": "won",
    "stage": "契約",
    "amount_jpy": 1_200_000,
    "gross_margin_jpy": 800_000,
    "opened_at": "2026-11-02T10:00:00+09:00",
    "closed_at": "2026-11-27T17:30:00+09:00",
    "lost_reason": "",
    "source": "api",
    "external_id": "crm-deal-7",
    "version": 3,
}
_SHOWN: Final = Example(_DEAL, response_only=True)


class DealSerializer(serializers.ModelSerializer[Deal]):
    class Meta:
        model = Deal
        fields = [
            "id", "lead", "name", "status", "stage", "amount_jpy", "gross_margin_jpy", "opened_at",
            "closed_at", "lost_reason", "source", "external_id", "version",
        ]  # fmt: skip


@extend_schema_serializer(many=False)
class DealPageSerializer(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    results = DealSerializer(many=True)


class _DealFields(StrictSerializer):
    status = serializers.ChoiceField(
        choices=Deal.Status.choices,
        required=False,
        help_text=_("won and lost end the deal, open takes it back"),
    )
    stage = TypedField(TidyField(max_length=dealing.LONGEST_STAGE, required=False))
    amount_jpy = serializers.IntegerField(required=False, min_value=0, max_value=dealing.MOST_JPY)
    gross_margin_jpy = serializers.IntegerField(
        required=False,
        min_value=-dealing.MOST_JPY,
        max_value=dealing.MOST_JPY,
        help_text=_("at most the amount"),
    )
    opened_at = MomentField(required=False, help_text=_("default: now"))
    closed_at = MomentField(required=False, allow_null=True, help_text=_("of a deal that ends; default: now"))
    lost_reason = TypedField(TidyField(max_length=dealing.LONGEST_REASON, required=False))


class NewDealSerializer(_DealFields):
    name = TypedField(TidyField(max_length=dealing.LONGEST_NAME), required=True)
    external_id = TypedField(
        TidyField(max_length=120, required=False), help_text=_("your own id; once per team and source")
    )

    def get_fields(self) -> dict[str, Any]:
        # an attribute of every field of the framework, hence declared below
        source = TypedField(TidyField(max_length=40, required=False), help_text=_("default: api"))
        return {**super().get_fields(), "source": source}


class DealChangeSerializer(_DealFields, EditSerializer):
    """Only what is to change."""

    name = TypedField(TidyField(max_length=dealing.LONGEST_NAME))


class DealViewSet(ApiViewSet):
    needs = {"*": "leads.view_lead", "POST": "leads.change_lead", "PATCH": "leads.change_lead"}
    known_parameters = {"list": _PAGED}

    @extend_schema(
        operation_id="deals_list",
        summary=_("Deals of a lead, newest first"),
        parameters=[ID, *paging.PARAMETERS],
        responses={200: DealPageSerializer},
        examples=[Example({"next": None, "results": [_DEAL]}, response_only=True)],
    )
    def list(self, request: Request, pk: str) -> Response:
        lead = reading.one(self.user_of(request), pk)
        found, following = paging.NEWEST_FIRST.page(request, Deal.objects.filter(lead=lead))
        return Response({"next": following, "results": DealSerializer(found, many=True).data})

    @extend_schema(
        operation_id="deals_create",
        summary=_("A new deal"),
        description=_("It may be won or lost already. Sums are whole yen."),
        parameters=[ID, IDEMPOTENCY_KEY, ETAG, LOCATION],
        request=NewDealSerializer,
        responses={201: DealSerializer, 409: None},
        examples=[
            Example(
                {"name": "年間契約", "amount_jpy": 1_200_000, "external_id": "crm-deal-7"}, request_only=True
            ),
            _SHOWN,
        ],
    )
    def create(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        lead = reading.one(user, pk)
        body = NewDealSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        origin = {"source": values.pop("source", "") or SOURCE, "external_id": values.pop("external_id", "")}

        def make() -> str:
            return str(dealing.create(lead_id=lead.pk, user=user, values=values, **origin).deal_id)

        made, again = idempotency.once(request, user, make)
        headers = {"Location": reverse("api_deal", args=[made], request=request), **idempotency.said(again)}
        return _answer(request, _one(user, made), status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(
        operation_id="deals_retrieve",
        summary=_("One deal"),
        parameters=[ID, IF_NONE_MATCH, ETAG],
        responses={200: DealSerializer},
        examples=[_SHOWN],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return _answer(request, _one(self.user_of(request), pk))

    @extend_schema(
        operation_id="deals_update",
        summary=_("Change a deal, win it or lose it"),
        description=_("Needs the version that you have read: by If-Match, or as “version” in the body."),
        parameters=[ID, IF_MATCH, ETAG],
        request=DealChangeSerializer,
        responses={200: DealSerializer, **dict.fromkeys((409, 412, 428))},
        examples=[
            Example(
                {"status": "won", "amount_jpy": 1_200_000, "gross_margin_jpy": 800_000, "version": 2},
                request_only=True,
            ),
            _SHOWN,
        ],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        deal = _one(user, pk)
        body = DealChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        named = values.pop("version", None)

        def work(version: int) -> None:
            dealing.change(deal_id=deal.pk, user=user, version=version, values=values)

        preconditions.with_version(request, named, lambda: deal.version, work)
        return _answer(request, _one(user, pk))


def _one(user: User, pk: str | int) -> Deal:
    """Raises Http404, also for a deal of a lead that this person may not see."""
    deals = Deal.objects.filter(lead__in=Lead.objects.visible_to(user))
    deal = deals.filter(pk=min(int(pk), LARGEST_ID)).first()
    if deal is None:
        raise Http404
    return deal


def _answer(request: Request, deal: Deal, **response: Any) -> Response:
    return preconditions.answer(request, deal.version, DealSerializer(deal).data, **response)
