"""A sending domain in a real browser: entered, its records copied as they stand, proved by them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from leads.tests.test_table_browser import AXE
from salesdash.models import DomainProof, Team

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PAGE = "/settings/domains/"


@pytest.fixture(autouse=True)
def _plain_admin(settings):
    settings.ADMIN_SECOND_FACTOR = False
    settings.MAIL_SPF = "include:spf.mail.example"


def copied(page: Page) -> dict[str, dict[str, list[str]]]:
    """What stands on the clipboard after each button, as a zone: name → TXT."""
    zone: dict[str, dict[str, list[str]]] = {}
    for record in page.locator(".dom-list > li").all():
        words = []
        for button in record.locator("button[data-copy]").all():
            page.evaluate("navigator.clipboard.writeText('')")
            button.click()
            page.wait_for_function("navigator.clipboard.readText().then(Boolean)")
            words.append(page.evaluate("navigator.clipboard.readText()"))
        if len(words) == 2:  # the value of DKIM is the provider's
            zone[words[0]] = {"txt": [words[1]]}
    return zone


def violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, options=AXE).response["violations"]
    return [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]


def test_entered_by_an_administrator_copied_and_proved_by_a_manager(browse, dns, team, admin, manager):
    office = browse(admin, reverse("admin:salesdash_team_change", args=[team.pk]))
    office.fill("#id_sending_domain", "Ours.Example")
    office.locator("input[name=_save]").click()
    office.wait_for_url("**/admin/salesdash/team/")
    page = browse(manager, PAGE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(page.locator(".dom-head h2")).to_have_text("ours.example")
    expect(page.locator(".dom-head .dom-mark")).to_have_attribute("data-s", "wrong")
    zone = copied(page)
    token = DomainProof.objects.get(team=team).token
    assert any(token in text for record in zone.values() for text in record["txt"])
    assert set(zone) == {"_salesdash.ours.example", "ours.example", "_dmarc.ours.example"}
    dns.zone = zone | {"spf.mail.example": {"txt": ["v=spf1 -all"]}}
    page.locator(".dom form button").click()
    expect(page.locator(".dom-head .dom-mark")).to_have_attribute("data-s", "ok")
    expect(page.locator(".dom-head .dom-mark")).to_have_text("確認済み")
    assert Team.objects.get(pk=team.pk).sending_domain_verified_at is not None


def test_what_is_missing_stays_unproved_and_is_named(browse, dns, ours, proof, manager):
    page = browse(manager, PAGE)
    page.locator(".dom form button").click()
    expect(page.locator(".dom-list > li").first).to_contain_text("_salesdash.ours.exampleに")
    expect(page.locator(".dom-head .dom-mark")).to_have_attribute("data-s", "wrong")
    assert Team.objects.get(pk=ours.pk).sending_domain_verified_at is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_violation_and_nothing_runs_over(browse, dns, ours, proof, manager, scheme, language, width):
    manager.language = language
    manager.save()
    dns.zone = {
        "ours.example": {"txt": ["v=spf1 " + " ".join(f"ip4:192.0.2.{n}" for n in range(20)) + " -all"]}
    }
    screen = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    page = browse(manager, PAGE, **screen)
    for _look in range(2):
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator(".dom form button").click()
        expect(page.locator(".dom-when")).to_be_visible()


def test_without_a_domain_the_page_says_who_enters_one(browse, team, manager):
    Team.objects.update(sending_domain="")
    page = browse(manager, PAGE, viewport={"width": 390, "height": 844})
    expect(page.locator(".state h2")).to_be_visible()
    assert violations(page) == []
