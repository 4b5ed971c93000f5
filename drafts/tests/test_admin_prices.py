"""Price lists in the administration: corrected until they were used, and never negative."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts.llm import ledger
from drafts.llm.ledger import Account, Wanted
from drafts.models import FxRate, LlmCall, ModelPrice

pytestmark = pytest.mark.django_db
PRICE = {
    "model": "writer",
    "usd_per_million_in": "20",
    "usd_per_million_cached": "1",
    "usd_per_million_out": "8",
    "source": "",
}


@pytest.fixture
def desk(client, admin, settings):
    settings.ADMIN_SECOND_FACTOR = False
    client.force_login(admin)
    return client


def url(page: str, *args: int) -> str:
    return reverse(f"admin:drafts_{page}", args=args)


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def booked(team, model: str) -> None:
    ledger.reserve([Wanted(Account(team.pk, LlmCall.Purpose.GENERATION), "x", model, 10, 10)])


@pytest.mark.parametrize("days", [0, 3])
def test_a_mistyped_price_is_corrected_until_a_call_was_booked_by_it(desk, team, days):
    desk.post(url("modelprice_add"), PRICE | {"valid_from": today(days)})
    price = ModelPrice.objects.get(model="writer")
    booked(team, "another")
    mended = PRICE | {"valid_from": today(), "usd_per_million_in": "2"}
    assert desk.post(url("modelprice_change", price.pk), mended).status_code == 302
    price.refresh_from_db()
    assert price.usd_per_million_in == 2
    booked(team, "writer")
    assert desk.post(url("modelprice_change", price.pk), mended).status_code == 403
    assert desk.get(url("modelprice_change", price.pk)).status_code == 200


def test_so_is_a_rate(desk, team):
    desk.post(url("fxrate_add"), {"valid_from": today(), "jpy_per_usd": "15.5"})
    rate = FxRate.objects.get(jpy_per_usd="15.5")
    mended = {"valid_from": today(), "jpy_per_usd": "155"}
    assert desk.post(url("fxrate_change", rate.pk), mended).status_code == 302
    booked(team, "whatever")
    assert desk.post(url("fxrate_change", rate.pk), mended).status_code == 403


@pytest.mark.parametrize("name", ["usd_per_million_in", "usd_per_million_cached", "usd_per_million_out"])
def test_a_price_is_not_negative(desk, name):
    answer = desk.post(url("modelprice_add"), PRICE | {"valid_from": today(), name: "-0.1"})
    assert answer.status_code == 200
    assert not ModelPrice.objects.filter(model="writer").exists()


@pytest.mark.parametrize("rate", ["0", "-150"])
def test_a_rate_is_more_than_nothing(desk, rate):
    assert desk.post(url("fxrate_add"), {"valid_from": today(), "jpy_per_usd": rate}).status_code == 200
    assert FxRate.objects.filter(jpy_per_usd__lte=0).count() == 0
