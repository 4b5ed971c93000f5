"""The reasons in a real browser: the picture's reach, points by hand and their undo, by keyboard and by thumb."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from leads import ingest
from leads.models import ActivityType
from leads.models.activity import TemperatureAdjustment

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def address(lead):
    now = timezone.now()
    ingest.record(
        [
            ingest.NewActivity(lead.pk, ActivityType.WEBINAR, now - timedelta(days=days), "test")
            for days in (2, 9, 60)
        ]
    )
    return f"/leads/{lead.pk}/"


def test_the_reach_of_the_picture_changes_and_stays(browse, rep, address):
    page = browse(rep, address)
    assert page.locator(".course g.cm").count() == 2
    page.get_by_role("link", name="90日").click()
    page.wait_for_url("**?days=90")
    page.locator(".course g.cm").nth(2).wait_for(state="attached")
    page.locator("form.call button[value=absent]").click()
    page.locator(".snack").wait_for()
    assert page.locator(".seg [aria-current]").inner_text() == "90日"


def test_without_javascript_too(browse, rep, address):
    page = browse(rep, address, java_script_enabled=False)
    page.get_by_role("link", name="90日").click()
    expect(page.locator(".course g.cm")).to_have_count(3)
    page.locator("details.adjusting summary").click()
    page.fill("form.adjust [name=reason]", "展示会で話した")
    page.locator("form.adjust button").click()
    assert "展示会で話した" in page.locator(".by-hand").inner_text()


def test_points_by_keyboard_and_back_by_the_toast(browse, rep, address, lead):
    page = browse(rep, address)
    before = int(page.locator(".hero .v").inner_text())
    page.locator("details.adjusting summary").focus()
    page.keyboard.press("Enter")
    page.locator("form.adjust [name=reason]").focus()
    page.keyboard.type("展示会で話した")
    page.keyboard.press("Enter")
    page.locator(".by-hand li").wait_for()
    assert int(page.locator(".hero .v").inner_text()) == before + 20
    assert page.locator("details.adjusting").get_attribute("open") is None
    page.locator(".snack button").first.click()
    page.locator(".by-hand").wait_for(state="detached")
    assert int(page.locator(".hero .v").inner_text()) == before
    assert TemperatureAdjustment.objects.get().undone_by_name == str(rep)


def test_on_a_phone_nothing_is_wider_than_the_screen(browse, rep, address):
    page = browse(rep, address, **PHONE)
    page.evaluate("document.querySelectorAll('details.more').forEach(d => { d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box = page.locator("svg.course").bounding_box()
    assert 250 < box["width"] < 390
    assert page.locator("form.adjust button").bounding_box()["height"] >= 40
