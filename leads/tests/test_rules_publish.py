"""From the preview into force: what was seen, or nothing."""

import re

import pytest
from django.utils import timezone

from leads import building, rules
from leads.models import ActivityType, LeadScore, RuleSet, ScoreJob, ScoreState
from leads.tests.events import event, record
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
    return draft_rules(weights={"email_reply": 40}, note="返信を重く")


def form(client, rule_set) -> dict[str, str]:
    text = client.get(url(rule_set, "preview")).text
    return {"seen": re.search(r'name="seen" value="([^"]+)"', text)[1], "confirmed": "1"}


def publish(client, rule_set, data):
    return client.post(url(rule_set, "publish"), data)


def test_the_preview_shows_who_enters_and_what_changes(client, lead, draft):
    record(event(lead, ActivityType.EMAIL_REPLY))
    draft.weights = {"page_view": 1}
    draft.save()
    text = client.get(url(draft, "preview")).text
    assert f"/leads/{lead.pk}/" in text
    assert "返信を重く" in text
    assert "100.0%" in text


def test_a_publish_is_asked_for_as_a_job(client, admin, draft):
    response = publish(client, draft, form(client, draft))
    job = ScoreJob.objects.get()
    assert response.url == f"/admin/leads/scorejob/{job.pk}/change/"
    assert (job.kind, job.rule_set, job.asked_by) == ("publish", draft, admin)
    entry = AuditEntry.objects.get(action="rules.publish")
    assert entry.details == {"version": 2, "instead_of": 1, "job": job.pk}


def test_a_publish_comes_into_force(client, lead, draft):
    record(event(lead, ActivityType.EMAIL_REPLY))
    publish(client, draft, form(client, draft))
    building.run(job_id=ScoreJob.objects.get().pk)
    assert rules.reload().version == 2
    shown = rules.current().scale.temperature(LeadScore.objects.get().rank, timezone.now())
    assert shown > 85
    assert RuleSet.objects.get(version=1).status == "retired"


def test_a_retired_version_comes_back_the_same_way(client):
    old = draft_rules(status="retired", published_at=timezone.now())
    publish(client, old, form(client, old))
    assert ScoreJob.objects.get().rule_set == old
    assert AuditEntry.objects.filter(action="rules.roll_back", object_id=str(old.pk)).exists()


def test_nothing_is_published_unconfirmed(client, draft):
    data = form(client, draft)
    del data["confirmed"]
    assert publish(client, draft, data).status_code == 400
    assert not ScoreJob.objects.exists()


def test_a_draft_edited_after_the_preview_is_not_published(client, draft):
    data = form(client, draft)
    client.post(url(draft), typed(client.get(url(draft)), half_life_hours="200"))
    response = publish(client, draft, data)
    assert response.status_code == 409
    assert "プレビューの後に" in response.text
    assert not ScoreJob.objects.exists()
    assert publish(client, draft, form(client, draft)).status_code == 302


def test_a_preview_against_replaced_rules_is_void(client, draft):
    data = form(client, draft)
    other = draft_rules()
    RuleSet.objects.filter(status="published").update(status="retired")
    RuleSet.objects.filter(pk=other.pk).update(status="published")
    ScoreState.objects.update(rules=other)
    assert publish(client, draft, data).status_code == 409


def test_a_draft_under_way_is_not_edited_deleted_or_published_again(client, draft):
    data = form(client, draft)
    page = typed(client.get(url(draft)), half_life_hours="200")
    publish(client, draft, data)
    assert publish(client, draft, data).status_code == 409
    assert client.post(url(draft), page).status_code == 409
    assert client.post(url(draft, "delete"), {"post": "yes"}).status_code == 409
    draft.refresh_from_db()
    assert draft.half_life_hours == 168
    assert ScoreJob.objects.count() == 1


def test_the_rules_in_force_have_no_preview(client):
    published = RuleSet.objects.get()
    assert client.get(url(published, "preview")).url == url(published)


def test_the_page_asks_few_questions(client, lead, draft, django_assert_max_num_queries):
    record(event(lead, ActivityType.EMAIL_REPLY))
    client.get(url(draft, "preview"))
    with django_assert_max_num_queries(17):
        client.get(url(draft, "preview"))
