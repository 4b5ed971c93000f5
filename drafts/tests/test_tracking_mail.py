"""A mail on its way: sent with a pixel and links that count, opened by its receiver, seen by the rep."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from drafts.mail import delivering, queueing
from drafts.models import Delivery, DeliveryLink, State
from drafts.tests.factories import BODY, DraftFactory
from drafts.tests.trackable import ask, path, settle
from drafts.texts import Text
from drafts.tracking import judging
from leads.models import Activity, ActivityType

pytestmark = pytest.mark.django_db
URL = "https://www.example.com/shiryo?a=1&b=2"


@pytest.fixture
def sent(lead, rep, mailbox):
    """sent() → text and HTML of a mail that the server took."""

    def send():
        body = f"{BODY}\n\n{URL}"
        draft = DraftFactory(lead=lead, state=State.READY, requested_by=rep, body=body)
        assert draft.text_hash == Text(draft.subject, body).hash
        made = queueing.queue(draft_id=draft.pk, user=rep)
        Delivery.objects.filter(pk=made.delivery_id).update(not_before=timezone.now())
        delivering.drain()
        parts = [mailbox.mails[-1].message.get_body([kind]).get_content() for kind in ("plain", "html")]
        return Delivery.objects.get(pk=made.delivery_id), *parts

    return send


def test_opens_and_clicks_of_a_mail_find_their_way_back(sent, lead, client, rep):
    delivery, plain, rich = sent()
    assert delivery.trackable
    assert URL in plain
    assert "/c/" not in plain
    assert "/o/" not in plain
    (pixel,) = re.findall(r'<img src="([^"]+)"', rich)
    ((address, words),) = re.findall(r'<a href="([^"]+/c/[^"]+)">([^<]+)</a>', rich)
    assert html.unescape(words) == URL
    # the way out of further mails is led through nothing
    assert re.search(r'<a href="[^"]+/u/[^"]+">', rich)
    Delivery.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    assert ask(path(pixel)).status_code == 200
    assert ask(path(address)).status_code == 302
    settle()
    judging.judge()
    kinds = Activity.objects.filter(lead=lead, delivery_id=delivery.pk).values_list("type", flat=True)
    assert set(kinds) == {ActivityType.EMAIL_SENT, ActivityType.EMAIL_OPEN, ActivityType.EMAIL_CLICK}
    client.force_login(rep)
    assert "クリック 1回" in client.get(f"/drafts/lead/{lead.pk}/", headers={"Accept-Language": "ja"}).text


def test_a_team_that_does_not_want_it_sends_plain_mails(sent, team):
    team.mail_tracking = False
    team.save()
    delivery, _plain, rich = sent()
    assert not delivery.trackable
    assert "<img" not in rich
    assert "/c/" not in rich
    assert html.escape(URL) in rich
    assert not DeliveryLink.objects.exists()
