"""A reviewer in English: the queue, one text mended, one passed on, one refused, and what the queue was like."""

import re

import pytest
from playwright.sync_api import Page, expect

from drafts.models import Draft, State
from drafts.tests.factories import DraftFactory
from drafts.tests.journeys.conftest import BODY, SUBJECT
from drafts.tests.journeys.manners import DESK, ENGLISH, in_english
from salesdash import tour

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
QUEUE = "/admin/drafts/reviewitem/"


@pytest.fixture
def items(latin, rep) -> list[Draft]:
    """Four that checks stopped, of as many leads."""
    text = {"subject": SUBJECT, "body": BODY, "state": State.IN_REVIEW, "flags": {"rules": ["price"]}}
    return [DraftFactory(lead=lead, requested_by=rep, **text) for lead in latin(4)]


@pytest.fixture
def page(browse, settings, reviewer, manager, items) -> Page:
    settings.ADMIN_SECOND_FACTOR = False
    manager.is_staff = True
    manager.save()
    tour.restart(user=reviewer)
    return browse(reviewer, "/leads/", **DESK, **ENGLISH)


def states(items: list[Draft]) -> list[str]:
    return [Draft.objects.get(pk=item.pk).state for item in items]


def test_four_stopped_drafts(page, items):
    _to_the_queue_by_the_tour(page)
    open_item(page, items[0])
    _one_key_does_nothing_two_approve(page)
    open_item(page, items[1])
    _refused_with_a_reason(page)
    open_item(page, items[2])
    _passed_on_to_the_manager(page)
    open_item(page, items[3])
    _mended_and_checked_again(page)
    assert states(items) == [State.APPROVED, State.REJECTED, State.IN_REVIEW, State.CHECKING]
    page.goto("/drafts/reviews/")
    expect(page.locator("main")).to_contain_text("Waiting now")
    in_english(page)


def open_item(page: Page, item: Draft) -> None:
    page.goto(f"{QUEUE}{item.pk}/change/")
    expect(page.locator("#rv-lease")).to_contain_text("You are reviewing")
    in_english(page)


def _to_the_queue_by_the_tour(page: Page) -> None:
    card = page.get_by_role("dialog", name="Tour")
    expect(card).to_contain_text("Step 1 of 5")
    in_english(page)
    card.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"{QUEUE}$"))
    expect(page.locator("#result_list tbody tr")).to_have_count(4)
    in_english(page)


def _one_key_does_nothing_two_approve(page: Page) -> None:
    address = page.url
    page.keyboard.press("a")
    expect(page.locator(".armed")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".armed")).to_have_count(0)
    expect(page).to_have_url(address)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(address)


def _refused_with_a_reason(page: Page) -> None:
    address = page.url
    page.keyboard.press("r")
    page.keyboard.press("3")
    page.get_by_label("Note for the rep (optional)").fill("No discounts, please")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(address)


def _passed_on_to_the_manager(page: Page) -> None:
    address = page.url
    page.keyboard.press("e")
    expect(page.get_by_label("Who is to decide")).to_be_focused()
    page.get_by_label("Note for the manager (optional)").fill("Your call")
    page.get_by_role("button", name="Escalate", exact=True).click()
    expect(page).not_to_have_url(address)


def _mended_and_checked_again(page: Page) -> None:
    address = page.url
    page.keyboard.press("i")
    page.locator("#id_body").fill(f"{BODY}\nP.S. It takes 15 minutes.")
    expect(page.locator("#rv-right")).to_contain_text("P.S.")
    expect(page.locator("[name=_approve]")).to_contain_text("Save, check again, then next")
    in_english(page)
    page.get_by_role("button", name="Save and check again").click()
    expect(page).not_to_have_url(address)
