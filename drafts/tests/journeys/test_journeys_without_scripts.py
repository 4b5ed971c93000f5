"""A browser that runs no scripts: the table, its filters and views, a lead, a draft and an import are plain pages."""

import re

import pytest
from playwright.sync_api import Page, expect

from drafts.models import Draft, State
from drafts.tests.journeys.conftest import SUBJECT
from drafts.tests.journeys.manners import DESK, ENGLISH, in_english
from leads.importing import running
from leads.models import Deal, ImportJob, Lead, SavedView
from leads.tests.test_notification_pages import note
from salesdash.models import Feedback

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browse, rep, lead, latin) -> Page:
    """The lead, and 52 that are colder."""
    latin(50, title="Buyer")
    latin(2, title="Director")
    note(rep, lead)
    return browse(rep, "/leads/?view=all", java_script_enabled=False, **DESK, **ENGLISH)


def counted(page: Page, text: str) -> None:
    expect(page.locator(".foot .count")).to_have_text(text)


def said(page: Page, text: str) -> None:
    expect(page.locator("[data-toast]")).to_contain_text(text)


def test_the_list_its_filters_and_a_lead(page, rep, lead, draft, monkeypatch):
    _pages_orders_and_a_search(page)
    _a_filter_with_a_group(page)
    _a_view_with_its_columns(page)
    _a_file(page)
    _a_lead_by_hand(page, lead)
    _three_steps(page, lead, draft)
    _the_bell_and_what_we_are_told(page)
    _an_import(page, monkeypatch)
    assert SavedView.objects.filter(owner=rep, name="Directors").exists()


def _pages_orders_and_a_search(page: Page) -> None:
    counted(page, "1–50 of 53")
    in_english(page)
    page.locator("a[rel=next]").click()
    counted(page, "51–53 of 53")
    page.locator("th.c-n a").click()
    expect(page.locator("th.c-n")).to_have_attribute("aria-sort", "ascending")
    page.locator("[name=q]").fill("jane doe")
    page.keyboard.press("Enter")
    counted(page, "1–1 of 1")
    page.go_back()
    counted(page, "1–50 of 53")


def _a_filter_with_a_group(page: Page) -> None:
    page.goto("/leads/?view=all")
    page.locator("#flt").click()
    page.locator("#fb-f0").select_option(label="Job title")
    page.locator("#fb-refresh").click()
    expect(page.locator("#fb-o0")).to_have_value("has")
    page.locator("#fb-v0").fill("Director")
    page.get_by_role("button", name="Add a group").click()
    page.locator("#fb-f1").select_option(label="Stage")
    page.locator("#fb-refresh").click()
    page.locator("#fb-p1 summary").click()
    page.locator("#fb-p1").get_by_label("New", exact=True).check()
    page.locator("#fb .btn-primary").click()
    expect(page.locator("#fb-e2")).to_be_visible()
    in_english(page)
    page.locator("#fb-v2").fill("10")
    page.locator("#fb .btn-primary").click()
    counted(page, "1–3 of 3")


def _a_view_with_its_columns(page: Page) -> None:
    page.get_by_role("link", name="Save as a view").click()
    page.get_by_label("Name of the view").fill("Directors")
    in_english(page)
    page.locator("#fb .btn-primary").click()
    expect(page.locator(".views [aria-current]")).to_contain_text("Directors")
    page.get_by_role("link", name="Columns", exact=True).click()
    page.locator("#col-add").click()
    page.locator(".pick-list").get_by_label("Job title").check()
    in_english(page)
    page.locator("#fb .btn-primary").click()
    expect(page.locator("thead th").last).to_have_text("Job title")


def _a_file(page: Page) -> None:
    page.locator("a[data-export]").click()
    expect(page.locator("[value=csv]")).to_be_visible()
    in_english(page)
    with page.expect_download() as download:
        page.locator("[value=csv]").click()
    assert download.value.suggested_filename.endswith(".csv")


def _a_lead_by_hand(page: Page, lead: Lead) -> None:
    page.goto("/leads/?view=all&q=jane")
    page.get_by_role("link", name="Jane Doe").click()
    expect(page).to_have_url(re.compile(rf"/leads/{lead.pk}/$"))
    in_english(page)
    page.get_by_label("Note on the call (optional)").fill("Wants a demo")
    page.get_by_role("button", name="Absent").click()
    said(page, "The call is logged")
    page.get_by_label("New note").fill("Budget is decided in May")
    page.get_by_role("button", name="Add note").click()
    said(page, "The note is saved")
    page.locator("#next-form .done").click()
    expect(page.locator("#next-form .done")).to_have_count(0)
    page.locator("#stage-form [value=working]").click()
    expect(page.locator("#stage-form [value=working]")).to_have_attribute("aria-pressed", "true")
    page.locator("#deal-new > summary").click()
    page.get_by_label("Name of the deal").fill("Yearly plan")
    page.get_by_label("Amount (yen)").fill("1,200,000")
    page.get_by_role("button", name="Add deal").click()
    expect(page.locator("article.deal")).to_contain_text("¥1,200,000")
    in_english(page)
    assert Deal.objects.get().amount_jpy == 1_200_000


def _three_steps(page: Page, lead: Lead, draft: Draft) -> None:
    page.goto(f"/drafts/lead/{lead.pk}/")
    in_english(page)
    panel = page.locator("#draft-panel")
    panel.get_by_role("button", name="Copy").click()
    expect(page.get_by_label("Subject")).to_have_value(SUBJECT)
    in_english(page)
    page.get_by_role("button", name="Mark as sent").click()
    expect(panel).to_have_attribute("data-kind", "sent")
    in_english(page)
    panel.get_by_role("button", name="Undo “sent”").click()
    expect(panel).to_have_attribute("data-kind", "handed")
    panel.get_by_role("button", name="Undo", exact=True).click()
    expect(panel).to_have_attribute("data-kind", "ready")
    assert Draft.objects.get(pk=draft.pk).state == State.READY


def _the_bell_and_what_we_are_told(page: Page) -> None:
    page.goto("/day/")
    in_english(page)
    page.locator("#bell").click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".nt.unread")).to_have_count(0)
    in_english(page)
    page.goto("/feedback/?page=/leads/")
    in_english(page)
    page.locator("main").get_by_label("Message").fill("It saves me an hour a day.")
    page.get_by_role("button", name="Send the message").click()
    said(page, "Thank you")
    assert Feedback.objects.count() == 1


def _an_import(page: Page, monkeypatch) -> None:
    """One of two rows is refused, and the reader is told why; the worker is this test."""
    monkeypatch.setattr("leads.importing.tasks.run_import.delay", lambda _job: None)
    page.goto("/leads/imports/")
    rows = "Name,Company,E-mail,Job title\nJim Poe,Midori Ltd.,jim@midori.example,Buyer\nJo Lee,Midori Ltd.,jo-at-midori,Buyer\n"
    file = {"name": "fair.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()
    start = page.get_by_role("button", name="Import 2 rows")
    expect(start).to_be_visible()
    in_english(page)
    start.click()
    expect(page.get_by_role("heading", name="Waiting for a free worker")).to_be_visible()
    in_english(page)
    running.run(job_id=ImportJob.objects.get().pk)
    page.get_by_role("link", name="Reload").click()
    expect(page.locator(".rejected")).to_be_visible()
    in_english(page)
    page.get_by_role("link", name="Show the team's leads").click()
    page.locator("[name=q]").fill("jim poe")
    page.keyboard.press("Enter")
    expect(page.locator("#tb").get_by_role("link", name="Jim Poe")).to_be_visible()
