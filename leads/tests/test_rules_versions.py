"""Versions of the rules: copied, deleted, never overwritten, kept as they were published."""

import pytest

from leads.models import RuleSet
from leads.tests.rule_pages import typed, url
from leads.tests.rule_sets import draft_rules
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _signed_in(settings, client, admin):
    settings.ADMIN_SECOND_FACTOR = False
    client.force_login(admin)


@pytest.fixture
def draft(db):
    return draft_rules()


def published() -> RuleSet:
    return RuleSet.objects.get(status="published")


def test_a_new_version_is_a_copy_of_the_published_one(client, admin):
    response = client.post(url(published(), "copy"))
    draft = RuleSet.objects.get(status="draft")
    assert response.url == url(draft)
    assert (draft.version, draft.created_by_name) == (2, str(admin))
    assert (draft.weights, draft.fit_rules) == (published().weights, published().fit_rules)
    assert AuditEntry.objects.get(action="rules.create").details == {"from": 1}


def test_what_somebody_else_saved_is_not_overwritten(client, draft):
    mine = typed(client.get(url(draft)), half_life_hours="300", note="mine")
    RuleSet.objects.filter(pk=draft.pk).update(half_life_hours=100, note="theirs", revision=2)
    response = client.post(url(draft), mine)
    draft.refresh_from_db()
    assert response.status_code == 409
    assert (draft.half_life_hours, draft.note) == (100, "theirs")
    assert [(line.before, line.after) for line in response.context["overwrites"]] == [
        ("100時間（4.17日）", "300時間（12.5日）")
    ]
    assert 'value="300"' in response.text
    assert client.post(url(draft), typed(response)).status_code == 302
    draft.refresh_from_db()
    assert (draft.half_life_hours, draft.revision) == (300, 3)


def test_a_draft_can_be_deleted(client, draft):
    assert client.post(url(draft, "delete"), {"post": "yes"}).status_code == 302
    assert not RuleSet.objects.filter(pk=draft.pk).exists()
    assert AuditEntry.objects.get(action="rules.delete").details == {"version": 2}


@pytest.mark.parametrize("status", ["published", "retired"])
def test_what_was_published_stays_as_it_was(client, draft, status):
    data = typed(client.get(url(draft)), half_life_hours="300")
    kept = published() if status == "published" else draft_rules(status="retired")
    page = client.get(url(kept))
    assert "<input" not in page.text.split('id="content-main"')[1].replace('<input type="hidden"', "")
    assert client.post(url(kept), data).status_code == 409
    assert client.post(url(kept, "delete"), {"post": "yes"}).status_code == 403
    kept.refresh_from_db()
    assert kept.half_life_hours == 168
