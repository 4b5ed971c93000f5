"""From the table's bar to the list of what became of each lead, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from drafts.models import DraftBatch
from drafts.tests.factories import DraftFactory
from leads.tests.factories import LeadFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def leads(company, rep, monkeypatch):
    monkeypatch.setattr("drafts.tasks.run_batch.delay", lambda _batch: None)
    return [LeadFactory(company=company, owner=rep) for _ in range(3)]


def faults(page) -> list:
    found = Axe().run(page, options=AXE).response["violations"]
    return [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]


def test_the_selected_ones_from_the_bar(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("x")
    page.keyboard.press("Shift+J")
    page.locator("[data-bulk=drafts]").click()
    expect(page.locator(".batch-estimate dd").first).to_have_text("2")
    DraftFactory(lead=leads[-1], purpose="thank_you", requested_by=rep)
    DraftFactory(lead=leads[-2], purpose="thank_you", requested_by=rep)
    DraftFactory(lead=leads[-3], purpose="thank_you", requested_by=rep)
    page.locator("#batch-purpose").select_option("thank_you")
    expect(page.locator(".batch-estimate dd").first).to_contain_text("除外 2件")
    editor, field = page.locator("#editor").bounding_box(), page.locator("#batch-wish").bounding_box()
    assert field["x"] + field["width"] <= editor["x"] + editor["width"]
    assert faults(page) == []
    page.locator("#editor .btn-primary").click()
    page.wait_for_url(re.compile(r"/drafts/batches/\d+/$"))
    batch = DraftBatch.objects.get()
    assert (batch.total, batch.purpose) == (2, "thank_you")
    assert faults(page) == []


def test_progress_shows_by_itself_and_a_pause_holds(browse, rep, leads):
    page = browse(rep, "/drafts/batches/new/?view=all")
    page.locator(".batch-form .btn-primary").click()
    page.wait_for_url(re.compile(r"/drafts/batches/\d+/$"))
    batch = DraftBatch.objects.get()
    page.get_by_role("button", name="一時停止").click()
    expect(page.locator("#batch [role=status]")).to_have_text("一時停止中")
    page.get_by_role("button", name="再開").click()
    expect(page.locator("#batch [role=status]")).to_have_text("待機中")
    # what a turn leaves behind
    for item in batch.items.all():
        item.state, item.draft = "drafted", DraftFactory(lead=item.lead, requested_by=rep)
        item.save()
    DraftBatch.objects.update(status="done")
    expect(page.locator("#batch [role=status]")).to_have_text("完了")
    expect(page.locator("#batch tbody .badge-sd[data-tone=ok]")).to_have_count(3)
