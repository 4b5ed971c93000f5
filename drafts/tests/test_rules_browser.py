"""A rule from the reviewer's desk to the rep's panel: written, tried, put into force, checked again."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import expect

from drafts import generation, sweeping
from drafts.models import Draft, State
from drafts.tests.factories import SUBJECT, DraftFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


def apart(work):
    """The worker's part, in a thread of its own: this one belongs to the browser."""
    errors = []

    def run():
        try:
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert errors == []


def keep_signed_in(page, user, address):
    """With a session of its own: the next person who signs in ends the one of the fixture."""
    own = Client()
    own.force_login(user)
    session = own.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])


def test_a_new_word_takes_a_ready_text_from_the_rep(browse, live_server, llm, admin, lead, rep):
    draft = DraftFactory(lead=lead, requested_by=rep)
    panel = browse(rep, f"/drafts/lead/{lead.pk}/")
    keep_signed_in(panel, rep, live_server.url)
    assert SUBJECT in panel.locator(".mail").inner_text()

    page = browse(admin, "/admin/drafts/safetyrules/")
    page.get_by_role("button", name="新しい版を作る").click()
    page.locator(".sr-new [name=text]").fill("(幸い")
    page.get_by_role("link", name="パターン").click()
    page.locator(".sr-new [name=text]").fill("(幸い")
    page.locator(".sr-new").get_by_role("button", name="追加").click()
    expect(page.locator(".rl-error")).to_contain_text("正規表現として正しくありません")
    page.locator(".sr-new [name=text]").fill("幸いです")
    page.locator(".sr-new [name=code]").select_option("rude")
    page.locator(".sr-new").get_by_role("button", name="追加").click()
    expect(page.locator(".sr-table code").first).to_have_text("幸いです")

    page.get_by_role("link", name="文面で試す").click()
    page.locator("#body").fill("お時間を頂戴できますと幸いです。")
    page.get_by_role("button", name="検査する").click()
    expect(page.locator(".sr-side mark")).to_have_text(["1幸いです"])
    expect(page.locator(".sr-side .sr-badge")).to_have_text(["⚑ 停止", "✓ 合格"])

    page.locator(".breadcrumbs a").last.click()
    page.get_by_role("link", name="有効にする").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="有効にする").click()
    page.locator("#recheck progress").wait_for()

    panel.reload()
    expect(panel.locator("#draft-panel")).to_contain_text("もう一度検査しています")
    expect(panel.locator(".mail")).to_have_count(0)

    apart(lambda: (sweeping.recheck(), generation.generate(draft_id=draft.pk)))
    page.get_by_text("すべての文面を検査し直しました").wait_for()
    assert Draft.objects.get().state == State.IN_REVIEW
    # the panel asks by itself
    panel.locator('#draft-panel[data-kind="review"]').wait_for()
    assert SUBJECT not in panel.content()
