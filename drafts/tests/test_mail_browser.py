"""As a rep: send, see it counted down, take it back by the toast; decide about an uncertain mail."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from drafts.mail import queueing
from drafts.models import Delivery
from drafts.tests.factories import DraftFactory
from drafts.tests.test_mail_sending import parked

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_sent_counted_down_and_taken_back(browse, rep, lead, mailbox, monkeypatch):
    # so that a slow machine is in time
    monkeypatch.setattr(queueing, "UNDO_SECONDS", 60)
    DraftFactory(lead=lead, requested_by=rep)
    page = browse(rep, f"/leads/{lead.pk}/")
    page.get_by_role("button", name="送信", exact=True).click()
    bar = page.locator("#draft-panel .outgoing > span")
    expect(bar).to_have_text(re.compile(r"\d+秒後に送信します"))
    expect(bar).not_to_have_text(bar.inner_text())
    page.locator("#toasts .snack:has(.fuse)").get_by_role("button", name="元に戻す").click()
    expect(page.locator('#draft-panel[data-kind="ready"]')).to_be_visible()
    assert Delivery.objects.get().status == "undone"


def test_an_uncertain_mail_is_decided(browse, rep, lead, mailbox):
    draft = DraftFactory(lead=lead, requested_by=rep)
    parked(draft, rep, mailbox)
    page = browse(rep, f"/leads/{lead.pk}/", viewport={"width": 390, "height": 844})
    expect(page.locator(".todo code")).to_contain_text("@example.com>")
    page.get_by_role("button", name="送信されていなかった").click()
    expect(page.locator('#draft-panel[data-kind="ready"]')).to_be_visible()
    expect(page.get_by_text("確認の結果、このメールは送信されていませんでした。")).to_be_visible()
