"""The demo's mailbox in a real browser: read a mail in its frame, answer it, see the answer arrive."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from drafts.inbound import polling
from drafts.tests.mails import sent_mail
from salesdash.devmail import DevMail, Options
from salesdash.tests.dev_mail_clients import submit

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
HTML = '<p>本文です。<a href="https://ours.example/doc">資料</a><img src="https://ours.example/o/x.gif"></p>'


@pytest.fixture
def server(tmp_path, settings):
    with DevMail(Options(folder=tmp_path)) as running:
        settings.DEMO = True
        settings.DEV_MAIL = f"127.0.0.1:{running.incoming_port}"
        settings.DEV_MAIL_FOLDER = str(tmp_path)
        settings.MAILBOX_URL = running.mailbox_url()
        yield running


def test_a_mail_is_read_and_answered(browse, server, lead, rep):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "rep@ours.example", lead.email, "ご案内"
    message["Message-ID"] = sent_mail(lead, rep).message_id
    message.set_content("本文です。")
    message.add_alternative(HTML, subtype="html")
    submit(server, message)
    page = browse(rep, "/mailbox/")
    page.get_by_role("link", name="ご案内").click()
    expect(page.locator(".mtext")).to_contain_text("本文です。")
    # the frame comes by htmx, under the policy of the page that was there first
    page.get_by_role("link", name="HTML").click()
    expect(page.frame_locator(".mframe").locator("body")).to_contain_text("本文です。資料")
    page.locator("#id_text").fill("ぜひお願いします。")
    page.get_by_role("button", name="この内容で返信").click()
    expect(page.locator("#came")).to_contain_text("返信を送りました")
    assert polling.poll_all() == 1
    expect(page.locator("#came li b").first).to_have_text("返信", timeout=15_000)
