"""What is wrong in a form of the panel stands at its field, in the person's language, and is announced."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from leads.models import Activity, ActivityType, Lead, Note
from leads.tests.table_cast import warm

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
WIDE = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
WORDS = {
    "ja": {
        "note": "メモが空です。",
        "next": "期限までに行う内容を入力してください。",
        "past": "再架電の日時が過去になっています。",
        "when": "再架電の日時を選んでください。",
        "points": "1〜50ポイントの範囲で選んでください。",
        "reason": "理由を入力してください。ほかのメンバーも読みます。",
        "long": "この値は 200 文字以下でなければなりません( 201 文字になっています)。",
    },
    "en": {
        "note": "The note is empty.",
        "next": "Please say what is to be done by then.",
        "past": "The time to call back lies in the past.",
        "when": "Please choose when to call back.",
        "points": "Please choose between 1 and 50 points up or down.",
        "reason": "Please say why: others will read it.",
        "long": "Ensure this value has at most 200 characters (it has 201).",
    },
}


@pytest.fixture(params=list(WORDS))
def words(request, rep):
    rep.language = request.param
    rep.save()
    return WORDS[request.param]


@pytest.fixture
def panel(browse, rep, lead, words):
    """The lead beside the table; `lost`: the browser logs each refusal as an error."""
    warm(lead)
    page = browse(rep, "/leads/?view=all", lost=True, **WIDE)
    page.locator("#tb .name").first.click()
    page.locator("#panel-title").wait_for()
    return page


def is_told(page, control: str, said: str) -> None:
    """At the field, announced, and nowhere else; the field has the focus and keeps what was typed."""
    fault = page.locator("#panel .fault")
    expect(fault).to_have_text(said)
    expect(fault).to_be_visible()
    expect(fault).to_have_attribute("role", "alert")
    field = page.locator(f"#panel {control}")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    assert field.get_attribute("aria-describedby") == fault.get_attribute("id")
    below = fault.bounding_box()["y"] - field.bounding_box()["y"]
    assert 0 < below < 120
    assert page.locator(".snack").count() == 0


def test_an_empty_note(panel, lead, words):
    panel.locator("#panel form.note button").click()
    is_told(panel, "#note-body", words["note"])
    # news of the lead do not wipe it away
    with panel.expect_response(lambda answer: answer.url.endswith(f"/leads/{lead.pk}/")):
        panel.evaluate("document.dispatchEvent(new CustomEvent('sd:resync'))")
    panel.wait_for_timeout(200)
    is_told(panel, "#note-body", words["note"])
    panel.locator("#note-body").press_sequentially("ok")
    expect(panel.locator("#panel .fault")).to_have_count(0)
    expect(panel.locator("#note-body")).not_to_have_attribute("aria-invalid", "true")
    panel.locator("#panel form.note button").click()
    expect(panel.locator("#panel .noted")).to_contain_text("ok")
    assert Note.objects.get().body == "ok"


def test_a_next_action_with_nothing_to_do(panel, lead, words):
    panel.fill("#next-due", "2030-01-05T10:00")
    panel.locator("#next-form .btn").first.click()
    is_told(panel, "#next-text", words["next"])
    assert panel.input_value("#next-due") == "2030-01-05T10:00"
    assert Lead.objects.get(pk=lead.pk).next_action_due_at is None


def test_a_call_back_in_the_past_and_without_a_time(panel, words):
    panel.fill("#call-note", "memo")
    panel.locator("#panel .calls summary").click()
    log = panel.locator("#panel .calls .btn-primary")
    panel.fill("#call-at", "2020-01-05T10:00")
    log.click()
    is_told(panel, "#call-at", words["past"])
    panel.fill("#call-at", "")
    log.click()
    is_told(panel, "#call-at", words["when"])
    assert panel.input_value("#call-note") == "memo"
    assert not Activity.objects.filter(type=ActivityType.CALL_BACK).exists()


def test_points_by_hand_without_reason_and_too_many(panel, words):
    panel.locator("#panel details.adjusting summary").click()
    form = panel.locator("#panel form.adjust")
    form.locator(".btn").click()
    is_told(panel, "[name=reason]", words["reason"])
    form.locator("[name=reason]").fill("?")
    for points in ("51", "0", ""):
        form.locator("[name=points]").fill(points)
        form.locator("[name=points]").press("Enter")
        is_told(panel, "[name=points]", words["points"])
    assert form.locator("[name=reason]").input_value() == "?"
    assert not Activity.objects.filter(type=ActivityType.MANUAL).exists()


def test_a_note_on_the_basis_that_is_too_long(panel, words):
    panel.locator("#panel details.consent summary").click()
    panel.locator("#consent-note").evaluate("field => field.removeAttribute('maxlength')")
    panel.fill("#consent-note", "x" * 201)
    panel.locator("#panel .consent-form .menu-item").first.click()
    is_told(panel, "#consent-note", words["long"])


def test_what_is_about_no_field_stands_below_the_form(panel, lead, words):
    panel.locator("#panel form.note").evaluate("form => form.querySelector('textarea').remove()")
    panel.locator("#panel form.note button").click()
    fault = panel.locator("#panel form.note > .fault:last-child")
    expect(fault).to_have_text(words["note"])
    expect(fault).to_have_attribute("role", "alert")


def test_the_same_on_the_page_of_the_lead_on_a_phone(browse, rep, lead, words):
    page = browse(rep, f"/leads/{lead.pk}/", lost=True, **PHONE)
    page.locator("form.note button").click()
    expect(page.locator("form.note .fault")).to_have_text(words["note"])
    expect(page.locator("#note-body")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_another_try_brings_what_the_first_one_would_have(browse, rep, lead):
    page = browse(rep, "/leads/?view=all", lost=True)
    again = page.get_by_role("button", name="もう一度試す")
    page.route("**/leads/?owner=me", lambda route: route.fulfill(status=503))
    page.locator(".views a").first.click()
    expect(again).to_be_visible()
    # the address names what is on the screen
    expect(page).to_have_url(re.compile("view=all$"))
    page.unroute_all()
    again.click()
    expect(page).to_have_url(re.compile("owner=me$"))
    expect(page.locator(".views a").first).to_have_attribute("aria-current", "page")
    # which of its buttons sent a form belongs to the request
    page.goto(f"/leads/{lead.pk}/")
    page.route("**/calls/", lambda route: route.fulfill(status=503))
    page.get_by_role("button", name="不在").click()
    expect(again).to_be_visible()
    page.unroute_all()
    again.click()
    expect(page.locator("#timeline > li:not(.day)").first).to_contain_text("電話：不在")
