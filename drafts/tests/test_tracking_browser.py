"""On the rep's screen: the customer opens the mail elsewhere, and nobody reloads."""

from __future__ import annotations

from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
from django.db import connection
from django.test import Client

from drafts import tracking
from drafts.tests.trackable import CHROME, path, sent_mail, settle
from leads.tests.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
JUDGE = "from drafts.tracking import judging\nassert judging.judge() == int(sys.argv[1])"
WITHIN_MS = 45_000


@pytest.fixture
def stack(tmp_path, transactional_db):
    running = Stack(tmp_path)
    running.start("redis", "web", "pump")
    yield running
    running.stop()


@pytest.fixture
def screen(stack, lead, rep, chromium):
    """screen() → the lead's page of a rep who is signed in and live."""
    client = Client()
    client.force_login(rep, backend="salesdash.permissions.PermissionsAtOnce")
    context = chromium().new_context(locale="ja-JP", base_url=stack.url)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": stack.url}])

    def show():
        page = context.new_page()
        page.goto(f"/leads/{lead.pk}/")
        page.locator('#live[data-s="live"]').wait_for(timeout=WITHIN_MS)
        page.evaluate("window.untouched = true")
        return page

    yield show
    connection.close()
    context.close()


def test_the_open_arrives_with_its_warmth(stack, lead, screen):
    mail = sent_mail(lead, ago=timedelta(minutes=5))
    page = screen()
    tally = page.locator("#draft-panel .tally")
    assert tally.inner_text() == "未開封"
    cold = page.locator(".hero .big").inner_text()
    # a machine first: it is counted, and warms nobody
    for agent in ("Mozilla/5.0", CHROME):
        address = f"{stack.url}{path(tracking.pixel(mail.pk))}"
        with urlopen(Request(address, headers={"User-Agent": agent})) as answer:  # noqa: S310
            assert answer.headers["Content-Type"] == "image/gif"
    settle()
    stack.python(JUDGE, 2)
    page.locator("#draft-panel .tally", has_text="開封 1回").wait_for(timeout=WITHIN_MS)
    page.wait_for_function(
        "cold => document.querySelector('.hero .big').innerText !== cold", arg=cold, timeout=WITHIN_MS
    )
    assert tally.inner_text().split() == ["開封", "1回", "クリック", "0回", "自動", "1回"]
    # told apart by word, in the history too
    page.locator("#timeline li", has_text="メール開封").first.wait_for(timeout=WITHIN_MS)
    assert page.locator("#timeline li.quiet").count() == 1
    assert page.evaluate("window.untouched")
