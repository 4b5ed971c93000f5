"""Deals and outcomes as a rep enters them on the lead page: shown, refused, contradicted, taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from leads import dealing
from leads.models import Activity, ActivityType, Deal

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browse, rep, lead):
    page = browse(rep, f"/leads/{lead.pk}/", lost=True)
    # it comes by itself and moves what stands below
    page.locator("#draft-panel").wait_for()
    return page


def undo(page):
    page.get_by_role("button", name="元に戻す").last.click()


def test_a_deal_is_mended_shown_and_taken_back(page):
    """A broken amount is named at its field and loses nothing."""
    page.locator("#deal-new > summary").click()
    form = page.locator("#deal-new form")
    form.locator("[name=name]").fill("年間契約")
    form.locator("[name=amount_jpy]").fill("たくさん")
    form.locator("[name=gross_margin_jpy]").fill("４０万円")
    form.get_by_role("button", name="追加する").click()
    amount = form.locator("[name=amount_jpy]")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(amount).to_be_focused()
    expect(form.locator(".fault")).to_have_count(1)
    expect(form.locator("[name=name]")).to_have_value("年間契約")
    expect(form.locator("[name=gross_margin_jpy]")).to_have_value("４０万円")
    assert not Deal.objects.exists()
    amount.fill("１２０万円")
    amount.press("Enter")
    deal = page.locator("article.deal")
    expect(deal).to_contain_text("年間契約")
    expect(deal).to_contain_text("¥1,200,000")
    expect(deal).to_contain_text("粗利 ¥400,000")
    # folded, and empty for the next one
    expect(form).to_be_hidden()
    expect(page.locator("#deal-new > summary")).to_be_focused()
    expect(form.locator("[name=name]")).to_have_value("")
    undo(page)
    expect(deal).to_have_count(0)
    assert not Deal.objects.exists()


@pytest.fixture
def deal(lead, rep):
    values = {"name": "年間契約", "amount_jpy": 1_200_000}
    return dealing.create(lead_id=lead.pk, user=rep, values=values).deal


def test_a_colleague_was_faster_and_it_is_lost_all_the_same(deal, page, lead):
    page.locator("article.deal details > summary").click()
    form = page.locator("article.deal form")
    expect(form.locator("[name=lost_reason]")).to_be_hidden()
    form.get_by_role("radio", name="失注").check()
    form.locator("[name=lost_reason]").fill("競合に決定")
    Deal.objects.update(amount_jpy=900_000, version=2)
    form.get_by_role("button", name="保存").click()
    versus = form.locator(".versus")
    expect(versus).to_contain_text("¥900,000")
    expect(versus).to_contain_text("競合に決定")
    expect(form.locator("[name=lost_reason]")).to_have_value("競合に決定")
    assert Deal.objects.get().status == "open"
    form.get_by_role("button", name="自分の値で保存").click()
    expect(page.locator("article.deal .deal-state")).to_have_text("失注")
    expect(page.locator("article.deal")).to_contain_text("競合に決定")
    undo(page)
    expect(page.locator("article.deal .deal-state")).to_have_text("進行中")

    # an outcome, in one click
    page.get_by_role("button", name="商談を予約").click()
    entry = page.locator("#timeline > li", has_text="商談を予約")
    expect(entry).to_have_count(1)
    entered = Activity.objects.standing().filter(lead=lead, type=ActivityType.MEETING_BOOKED)
    assert entered.count() == 1
    undo(page)
    expect(entry).to_have_count(0)
    assert entered.count() == 0
