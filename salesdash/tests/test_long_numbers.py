"""Python reads at most 4,300 digits: what is longer, or written in other digits, is no number and no error."""

from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
NUMBERS = {"nines": "9" * 5000, "zeros": "0" * 5000, "arabic": "٣", "wide": "１", "power": "²", "below": "-1"}
numbers = pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@numbers
@pytest.mark.parametrize(
    "name",
    ["admin:drafts_reviewitem_change", "admin:leads_scorejob_change", "admin:leads_ruleset_change"],
)
def test_a_page_of_such_a_number_is_not_found(client, admin, name, number):
    client.force_login(admin)
    assert client.get(reverse(name, args=[number])).status_code == 404


@numbers
def test_a_period_of_so_many_days_is_the_usual_one(client, manager, number):
    client.force_login(manager)
    assert client.get(reverse("kpis:index"), {"days": number}).status_code == 200


@numbers
def test_views_and_columns_of_such_numbers_stay_as_they_are(client, rep, number):
    client.force_login(rep)
    htmx = {"HX-Request": "true"}
    moved = client.post(reverse("leads:view_order"), {"view": ["1", number]}, headers=htmx)
    assert moved.status_code == 204
    columns = client.post(reverse("leads:columns"), {"do": f"remove.{number}"}, headers=htmx)
    assert columns.status_code < 500
    assert client.get(reverse("leads:index"), {"v": number}).status_code == 200
