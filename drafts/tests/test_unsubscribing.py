"""The link at the end of a mail: reading it changes nothing, pressing it stops every further mail."""

from __future__ import annotations

import re

import pytest
from django.core.signing import Signer

from drafts import sending, unsubscribing
from drafts.models import Delivery, State, Suppression
from drafts.tests.factories import DraftFactory
from leads.models import Activity, ActivityType, Lead
from leads.tests.factories import LeadFactory
from salesdash.errors import DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def handout(lead, rep):
    draft = DraftFactory(lead=lead, state=State.READY, requested_by=rep)
    return sending.claim(draft_id=draft.pk, user=rep, channel="copy")


@pytest.fixture
def path(handout):
    (found,) = re.findall(r"http://\S+?(/u/\S+)", handout.body)
    return found


def test_the_address_says_nothing_of_the_person(path, lead, handout):
    for part in (lead.email, lead.email.partition("@")[0], lead.family_name, str(lead.company)):
        assert part not in path
    assert unsubscribing.find(path.split("/")[2]) == Delivery.objects.get(pk=handout.delivery_id)


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_follows_links_stops_nothing(method, path, client):
    assert getattr(client, method)(path).status_code == 200
    assert not Suppression.objects.exists()


def test_the_page_names_the_sender_and_masks_the_reader(path, client, lead):
    page = client.get(path)
    assert "株式会社セールスダッシュ" in page.text
    assert lead.email not in page.text
    assert f"{lead.email[0]}•••@" in page.text
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


def test_pressing_the_button_stops_once(path, client, lead, handout):
    for _press in range(2):
        assert client.post(path, follow=True).status_code == 200
    assert Suppression.objects.get().reason == "opt_out"
    assert Lead.objects.get(pk=lead.pk).opted_out_at is not None
    activity = Activity.objects.get(lead=lead, type=ActivityType.OPT_OUT)
    assert activity.delivery_id == handout.delivery_id
    entry = AuditEntry.objects.get(action="lead.unsubscribed")
    assert entry.details == {"source": "salesdash", "delivery": handout.delivery_id}
    assert entry.object_id == str(lead.pk)
    assert "これ以上メールは届きません" in client.get(path).text


def test_who_stops_again_after_the_address_was_freed_is_heard_again(path, client):
    client.post(path)
    Suppression.objects.all().delete()
    for _press in range(2):
        client.post(path)
    assert Suppression.objects.count() == 1


def test_a_person_whose_address_bounced_is_opted_out_all_the_same(path, client, lead):
    Suppression.objects.create(team=lead.team, email=lead.email, reason="bounce")
    client.post(path)
    assert Lead.objects.get(pk=lead.pk).opted_out_at is not None


def test_a_mail_program_stops_by_one_request(path, client):
    """RFC 8058: no cookie, no page, one POST."""
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 204
    assert Suppression.objects.count() == 1


def test_nothing_leaves_for_that_person_any_more(path, client, lead, rep, handout):
    other = DraftFactory(lead=lead, state=State.READY, purpose="follow_up", requested_by=rep)
    client.post(path)
    # the text that was handed out before is not given out a second time either
    for draft_id in (other.pk, Delivery.objects.get(pk=handout.delivery_id).draft_id):
        with pytest.raises(DomainError) as refused:
            sending.claim(draft_id=draft_id, user=rep, channel="copy")
        assert refused.value.code == "opted_out"


def test_nor_for_the_address_under_another_name(path, client, lead, rep, company):
    old = lead.email
    client.post(path)
    Lead.objects.filter(pk=lead.pk).update(email="new@example.com")
    successor = LeadFactory(company=company, team=lead.team, owner=rep, email=old.upper())
    draft = DraftFactory(lead=successor, state=State.READY, requested_by=rep)
    with pytest.raises(DomainError) as refused:
        sending.claim(draft_id=draft.pk, user=rep, channel="copy")
    assert refused.value.code == "suppressed"


def test_a_person_is_opted_out_under_another_address_too(path, client, lead):
    Lead.objects.filter(pk=lead.pk).update(email="new@example.com")
    client.post(path)
    held = set(Suppression.objects.values_list("email", flat=True))
    assert held == {lead.email, "new@example.com"}
    assert Lead.objects.get(pk=lead.pk).opted_out_at is not None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1],
        lambda token: token.partition(":")[0],
        lambda token: "9" + token,
        lambda token: Signer(salt="other").sign(token.partition(":")[0]),
        lambda _token: Signer(salt="drafts.unsubscribe").sign("x"),
        lambda _token: Signer(salt="drafts.unsubscribe").sign("999999"),
        lambda _token: "%00:",
    ],
    ids=["cut", "unsigned", "another number", "another purpose", "no number", "no delivery", "no token"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_changes_nothing(method, spoil, path, client):
    answer = getattr(client, method)(f"/u/{spoil(path.split('/')[2])}/")
    assert answer.status_code == 404
    assert "最後まで" in answer.text
    assert not Suppression.objects.exists()


def test_the_page_speaks_the_language_of_the_mail(lead, rep, client):
    draft = DraftFactory(lead=lead, state=State.READY, requested_by=rep, language="en")
    body = sending.claim(draft_id=draft.pk, user=rep, channel="copy").body
    (found,) = re.findall(r"Or stop it here: http://\S+?(/u/\S+)", body)
    assert "Stop these mails?" in client.get(found).text
    client.cookies["django_language"] = "ja"
    assert "停止しますか" in client.get(found).text


def test_a_preview_has_no_link_that_works(lead, rep):
    draft = DraftFactory(lead=lead, state=State.READY, requested_by=rep)
    assert sending.footer(draft, rep).endswith("/u/…")
