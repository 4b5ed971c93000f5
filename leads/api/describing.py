"""What the operations on leads have in common in the published description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema

from leads.api.serializers import LeadSerializer
from salesdash.api.operations import ETAG, ID, IF_MATCH, IF_NONE_MATCH, Example

F = TypeVar("F", bound=Callable[..., Any])
EXAMPLE_LEAD: Final[dict[str, Any]] = {
    "id": 4711,
    "team": 1,
    "owner": {"id": 7, "name": "佐藤 健"},
    "company": {
        "id": 301,
        "name": "株式会社青葉精機",
        "name_kana": "アオバセイキ",
        "industry": "manufacturing",
        "region": "東京都",
        "employees": 120,
        "website": "https://aoba.example.jp/",
    },
    "family_name": "山田",
    "given_name": "花子",
    "family_kana": "ヤマダ",
    "given_kana": "ハナコ",
    "department": "購買部",
    "title": "課長",
    "email": "hanako@aoba.example.jp",
    "phone": "03-1234-5678",
    "language": "ja",
    "stage": "working",
    "temperature": 83.4,
    "band": "hot",
    "fit": 70,
    "win_probability": None,
    "next_action": "見積もりを送る",
    "next_action_due_at": "2026-12-01T17:00:00+09:00",
    "recall_at": None,
    "last_activity": {"type": "pricing_view", "at": "2026-11-27T14:05:00+09:00"},
    "do_not_contact": False,
    "consent_basis": "business_card",
    "opted_out_at": None,
    "source": "api",
    "external_id": "crm-90210",
    "attributes": {},
    "created_at": "2026-10-02T09:00:00+09:00",
    "updated_at": "2026-11-27T14:05:00+09:00",
    "version": 7,
}
SHOWN: Final = Example(EXAMPLE_LEAD, response_only=True)


def reads(operation: str, summary: Any) -> Callable[[F], F]:
    """An operation that answers with one lead."""
    return extend_schema(
        operation_id=operation,
        summary=summary,
        parameters=[ID, IF_NONE_MATCH, ETAG],
        responses={200: LeadSerializer},
        examples=[SHOWN],
    )


def changes(operation: str, summary: Any, body: type[Any], example: dict[str, Any]) -> Callable[[F], F]:
    """An operation that changes one lead and answers with it."""
    problems = dict.fromkeys((409, 412, 428))
    return extend_schema(
        operation_id=operation,
        summary=summary,
        description=_("Needs the version that you have read: by If-Match, or as “version” in the body."),
        parameters=[ID, IF_MATCH, ETAG],
        request=body,
        responses={200: LeadSerializer, **problems},
        examples=[Example(example, request_only=True), SHOWN],
    )
