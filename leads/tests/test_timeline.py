"""The timeline: newest first, every event once, a page at a time."""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from leads import ingest
from leads.models import ActivityType


@pytest.fixture
def happened(lead):
    """45 page views; each three of them at the same moment."""
    now = timezone.now()
    views = [
        ingest.NewActivity(
            lead.pk,
            ActivityType.PAGE_VIEW,
            now - timedelta(hours=place // 3),
            "test",
            external_id=f"e{place}",
            properties={"title": f"#{place:02}"},
        )
        for place in range(45)
    ]
    ingest.record(views)


def titles(page: str) -> list[str]:
    return re.findall(r"<small>(#\d\d)</small>", page)


def older(page: str) -> str:
    found = re.search(r'href="(/leads/\d+/timeline/\?before=[^"]+)"', page)
    return html.unescape(found[1]) if found else ""


def test_pages_hold_every_event_once(client, rep, lead, happened):
    client.force_login(rep)
    seen, url = [], f"/leads/{lead.pk}/"
    pages, days = 0, []
    while url:
        page = client.get(url, headers={"HX-Request": "true"}).text
        seen += titles(page)
        days += re.findall(r'<li class="day">(.*?)</li>', page)
        url, pages = older(page), pages + 1
    assert pages == 3
    assert len(seen) == 45
    hours = [int(title[1:]) // 3 for title in seen]
    assert hours == sorted(hours)
    assert len(set(seen)) == 45
    assert len(set(days)) == len(days), "a day that goes on has one heading"


def test_without_javascript_it_is_a_page(client, rep, lead, happened):
    client.force_login(rep)
    url = older(client.get(f"/leads/{lead.pk}/").text)
    page = client.get(url).text
    assert "<html" in page
    assert len(titles(page)) == 20


@pytest.mark.parametrize(
    "before", ["", "x", "%00", "e30", "WzEsMiwzXQ", "WyIyMDI2IiwiYSIsImIiXQ", "W10", "%FF", "a" * 5000]
)
def test_a_forged_cursor_is_the_first_page(client, rep, lead, happened, before):
    client.force_login(rep)
    page = client.get(f"/leads/{lead.pk}/timeline/?before={before}").text
    assert titles(page)[0] in ("#00", "#01", "#02")


def test_days_are_the_persons_days(client, rep, lead):
    at = timezone.now().replace(hour=16, minute=30) - timedelta(days=2)  # after midnight in Tokyo
    ingest.record([ingest.NewActivity(lead.pk, ActivityType.WEBINAR, at, "test")])
    client.force_login(rep)
    (day,) = client.get(f"/leads/{lead.pk}/timeline/").context["timeline"].days
    assert day.day == (at + timedelta(hours=9)).date()


def test_who_did_it_is_named(client, rep, lead):
    activity = ingest.NewActivity(lead.pk, ActivityType.CALL_ABSENT, timezone.now(), "call", actor_id=rep.pk)
    ingest.record([activity])
    client.force_login(rep)
    assert "佐藤 健" in client.get(f"/leads/{lead.pk}/timeline/", headers={"HX-Request": "true"}).text


@pytest.mark.parametrize(
    "properties", [{"title": 5}, {"title": {"a": 1}}, {"note": "<b>x</b>"}, {"page": "y" * 999}]
)
def test_any_properties_are_shown_or_left_out(client, rep, lead, properties):
    activity = ingest.NewActivity(lead.pk, ActivityType.PAGE_VIEW, timezone.now(), "t", properties=properties)
    ingest.record([activity])
    client.force_login(rep)
    page = client.get(f"/leads/{lead.pk}/timeline/").text
    assert "<b>x" not in page
    assert "y" * 301 not in page
