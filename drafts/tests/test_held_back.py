"""The lead's contact card: an address that gets no mail says why, and is no link."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from drafts.models import Suppression
from leads.models import Lead
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
Reason = Suppression.Reason


def contact(client, lead, **headers) -> str:
    """The card alone; the draft beside it is asked for by the browser."""
    html = client.get(f"/leads/{lead.pk}/", headers=headers).text
    return html.split('id="contact-title"')[1].split("</ul>")[0]


@pytest.mark.parametrize(
    ("reason", "ja", "en"),
    [
        (Reason.OPT_OUT, "メール配信停止済み", "Opted out of mail"),
        (Reason.BOUNCE, "不達（宛先なし）", "Mail bounced: no such mailbox"),
        (Reason.COMPLAINT, "迷惑メールとして報告", "Reported a mail as spam"),
        (Reason.MANUAL, "配信停止リストに登録済み", "On the list of addresses without mail"),
        (Reason.NO_CONTACT, "「連絡禁止」のリードと同じ宛先", "Address of a lead marked “do not contact”"),
    ],
)
def test_a_stopped_address_says_why_and_is_no_link(client, rep, lead, reason, ja, en):
    client.force_login(rep)
    assert "mailto:" in contact(client, lead)
    # of another spelling, and for all teams
    Suppression.objects.create(email=lead.email.upper(), reason=reason)
    for language, words in (("ja", ja), ("en", en)):
        rep.language = language
        rep.save()
        client.force_login(rep)
        for headers in ({}, {"HX-Request": "true", "HX-Target": "aside#panel"}):
            card = contact(client, lead, **headers)
            assert re.search(rf"{re.escape(words)} <time datetime=", card), card
            assert lead.email in card
            assert "mailto:" not in card


def test_the_readers_own_word_is_said_once(client, rep, lead):
    Lead.objects.filter(pk=lead.pk).update(opted_out_at=timezone.now())
    assert Suppression.objects.filter(email=lead.email, reason=Reason.OPT_OUT).exists(), "by the trigger"
    client.force_login(rep)
    card = contact(client, lead)
    assert card.count("メール配信停止済み") == 1
    assert "mailto:" not in card


def test_another_teams_list_says_nothing_here(client, rep, lead, other_team, django_assert_max_num_queries):
    Suppression.objects.create(team=other_team, email=lead.email, reason=Reason.BOUNCE)
    # nor does that of another lead
    Suppression.objects.create(email=LeadFactory(team=lead.team, company=lead.company).email, reason="bounce")
    client.force_login(rep)
    with django_assert_max_num_queries(12):
        assert "mailto:" in contact(client, lead)
