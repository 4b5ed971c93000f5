"""A file of leads as a person gets it: from the toolbar, of a selection, without scripts, from the list."""

import io
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leads import export_jobs
from leads.models import LeadExport
from leads.tests.factories import LeadFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def leads(company, rep):
    return [LeadFactory(company=company, owner=rep) for _ in range(5)]


def rows(download) -> int:
    # the browser keeps it under a name without an ending
    content = io.BytesIO(Path(download.path()).read_bytes())
    return openpyxl.load_workbook(content).active.max_row - 1


def test_all_of_the_filter_from_the_toolbar(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.locator("a[data-export]").click()
    expect(page.locator("#editor")).to_contain_text("5件")
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
    with page.expect_download() as download:
        page.locator("#editor [value=xlsx]").click()
    assert rows(download.value) == 5
    assert download.value.suggested_filename.endswith(".xlsx")
    expect(page.locator("#editor")).to_be_hidden()
    assert page.url.endswith("/leads/?view=all")


def test_the_selected_ones_from_the_bar(browse, rep, leads):
    page = browse(rep, "/leads/?view=all")
    page.keyboard.press("x")
    page.keyboard.press("Shift+J")
    page.locator("[data-bulk=export]").click()
    page.locator("#editor [value=every]").check()
    with page.expect_download() as download:
        page.locator("#editor [value=xlsx]").click()
    assert rows(download.value) == 2
    expect(page.locator("#bulk b")).to_have_text("2件を選択中")


def test_without_scripts(browse, rep, leads):
    page = browse(rep, "/leads/?view=all", java_script_enabled=False)
    page.locator("a[data-export]").click()
    page.wait_for_url("**/leads/export/**")
    with page.expect_download() as download:
        page.locator("[value=csv]").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_a_large_one_appears_in_the_list_when_it_is_made(browse, rep, leads, monkeypatch):
    monkeypatch.setattr(export_jobs, "AT_ONCE", {"csv": 0, "xlsx": 0})
    monkeypatch.setattr("leads.tasks.run_export.delay", lambda _export: None)
    page = browse(rep, "/leads/?view=all")
    page.locator("a[data-export]").click()
    page.locator("#editor [value=xlsx]").click()
    page.wait_for_url("**/leads/exports/")
    expect(page.locator("#exports progress")).to_be_visible()
    export_jobs.run(export_id=LeadExport.objects.get().pk)
    with page.expect_download() as download:
        page.locator("#exports a[download]").click()
    assert rows(download.value) == 5
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
