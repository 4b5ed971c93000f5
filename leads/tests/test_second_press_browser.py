"""A second button of a form, pressed while the first one's wish is being stored: honoured afterwards, or not at all."""

import pytest
from playwright.sync_api import expect

from leads.models import Activity, Lead, Note
from leads.tests.factories import LeadFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lead(company, rep):
    return LeadFactory(company=company, owner=rep, next_action="資料を送る")


@pytest.fixture(params=["panel", "page"])
def held(browse, rep, lead, request):
    """held(form) → the lead, and the requests of that form, of which the first is held."""

    def open_lead(form):
        if request.param == "page":
            page = browse(rep, f"/leads/{lead.pk}/")
        else:
            page = browse(rep, "/leads/?view=all", viewport={"width": 1440, "height": 900})
            page.locator("#tb .name").first.click()
        page.locator("#next-form").wait_for()
        waiting = []

        def hold(route):
            waiting.append(route)
            if len(waiting) > 1:
                route.continue_()

        page.route(f"**/{page.locator(form).get_attribute('action').strip('/')}/**", hold)
        return page, waiting

    return open_lead


def test_done_right_after_save(held, lead):
    page, waiting = held("#next-form")
    page.fill("#next-text", "見積もりを送る")
    save, done = page.locator("#next-form .btn").first, page.locator("#next-form .done")
    save.click()
    done.click()
    waiting[0].continue_()
    expect(done).to_have_count(0)
    expect(page.locator("#timeline > li:not(.day)").first).to_contain_text("見積もりを送る")
    lead.refresh_from_db()
    assert lead.next_action == ""


def test_the_same_twice_is_stored_once(held, lead):
    page, waiting = held("#next-form")
    page.fill("#next-text", "見積もりを送る")
    save = page.locator("#next-form .btn").first
    save.click()
    save.click()
    waiting[0].continue_()
    expect(page.locator(".snack")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    assert len(waiting) == 1
    expect(page.locator(".snack")).to_have_count(1)


def test_a_stage_after_a_stage(held, lead):
    page, waiting = held("#stage-form")
    page.locator("#stage-form [value=working]").click()
    page.locator("#stage-form [value=meeting]").click()
    waiting[0].continue_()
    expect(page.locator("#stage-form [value=meeting]")).to_have_attribute("aria-pressed", "true")
    lead.refresh_from_db()
    assert lead.stage == "meeting"


def test_after_a_conflict_a_person_decides(held, lead):
    page, waiting = held("#next-form")
    Lead.objects.filter(pk=lead.pk).update(next_action="電話する", version=lead.version + 1)
    page.fill("#next-text", "見積もりを送る")
    save, done = page.locator("#next-form .btn").first, page.locator("#next-form .done")
    save.click()
    done.click()
    waiting[0].continue_()
    expect(page.locator("#next-form .versus")).to_be_visible()
    page.wait_for_load_state("networkidle")
    lead.refresh_from_db()
    assert lead.next_action == "電話する"


def test_a_note_pressed_twice_is_one_note(held, lead):
    page, waiting = held("form.note")
    page.fill("#note-body", "来週もう一度")
    add = page.locator("form.note .btn")
    add.click()
    page.wait_for_timeout(600)  # no double click
    add.click()
    waiting[0].continue_()
    expect(page.locator(".noted")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    assert Note.objects.count() == 1


def test_a_double_click_is_one_call(held, lead):
    page, waiting = held("form.call")
    waiting.append(None)  # none is held: the first answer comes between the two clicks
    button = page.locator("form.call button").first
    button.scroll_into_view_if_needed()
    x, y, width, height = button.bounding_box().values()
    at = (x + width / 2, y + height / 2)
    page.mouse.click(*at)
    page.locator(".snack").wait_for()
    page.mouse.move(*at)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.wait_for_load_state("networkidle")
    assert Activity.objects.count() == 1
