"""What was edited in the table is taken back: by whoever did it, in time, and over nobody's head."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from leads import auditing, saving
from leads.editing import single, tasks, undoing
from leads.models import EditedLead, Lead, LeadEdit, LeadScore
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry, Membership

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def moved(rep, lead):
    """The lead's stage was new and is now a meeting."""
    return single.edit(lead_id=lead.pk, user=rep, field="stage", value="meeting", seen="new")


def fresh(lead) -> Lead:
    return Lead.objects.get(pk=lead.pk)


def test_the_stage_comes_back_with_the_time_since_when_it_held(rep, lead, moved):
    assert undoing.undo(edit_id=moved.pk, user=rep).restored == 1
    assert (fresh(lead).stage, fresh(lead).stage_changed_at) == ("new", lead.stage_changed_at)
    assert LeadScore.objects.get(pk=lead.pk).stage == "new"
    assert fresh(lead).version == lead.version + 2
    entry = AuditEntry.objects.get(action="lead.edit_undo")
    assert (entry.object_id, entry.details["restored"]) == (str(lead.pk), 1)
    assert auditing.audit().clean


def test_owner_and_next_action_come_back(rep, colleague, lead):
    due = timezone.now() + timedelta(days=1, microseconds=17)
    Lead.objects.filter(pk=lead.pk).update(next_action="電話", next_action_due_at=due)
    owner = single.edit(lead_id=lead.pk, user=rep, field="owner", value=colleague.pk, seen=rep.pk)
    seen = {"text": "電話", "due_at": due.isoformat()}
    value = {"text": "訪問", "due_at": None}
    action = single.edit(lead_id=lead.pk, user=rep, field="next_action", value=value, seen=seen)
    for edit in (owner, action):
        undoing.undo(edit_id=edit.pk, user=rep)
    found = fresh(lead)
    assert (found.owner, found.next_action, found.next_action_due_at) == (rep, "電話", due)


def test_what_somebody_changed_since_stays(rep, colleague, lead, moved):
    saving.change_stage(lead_id=lead.pk, user=colleague, stage="won", version=fresh(lead).version)
    with pytest.raises(ConflictError) as failure:
        undoing.undo(edit_id=moved.pk, user=rep)
    assert failure.value.code == "changed_since"
    assert fresh(lead).stage == "won"


def test_a_stage_that_went_and_came_back_was_changed_too(rep, colleague, lead, moved):
    for stage in ("won", "meeting"):
        saving.change_stage(lead_id=lead.pk, user=colleague, stage=stage, version=fresh(lead).version)
    with pytest.raises(ConflictError):
        undoing.undo(edit_id=moved.pk, user=rep)
    assert fresh(lead).stage == "meeting"


def test_another_field_changed_since_does_not_matter(rep, colleague, lead, moved):
    saving.set_next_action(lead_id=lead.pk, user=colleague, text="電話", version=fresh(lead).version)
    undoing.undo(edit_id=moved.pk, user=rep)
    assert (fresh(lead).stage, fresh(lead).next_action) == ("new", "電話")


def test_an_owner_who_left_the_team_does_not_come_back(rep, colleague, manager, lead):
    edit = single.edit(lead_id=lead.pk, user=manager, field="owner", value=colleague.pk, seen=rep.pk)
    Membership.objects.filter(user=rep).delete()
    with pytest.raises(ConflictError):
        undoing.undo(edit_id=edit.pk, user=manager)
    assert fresh(lead).owner == colleague


def test_once_and_in_time(rep, lead, moved):
    undoing.undo(edit_id=moved.pk, user=rep)
    with pytest.raises(ConflictError) as failure:
        undoing.undo(edit_id=moved.pk, user=rep)
    assert failure.value.code == "undone"
    LeadEdit.objects.update(
        undoing=False, finished_at=timezone.now() - undoing.undo_for - timedelta(seconds=1)
    )
    with pytest.raises(DomainError) as late:
        undoing.undo(edit_id=moved.pk, user=rep)
    assert late.value.code == "too_late"


def test_nobody_undoes_the_step_of_somebody_else(client, colleague, outsider, lead, moved):
    for person in (colleague, outsider):
        client.force_login(person)
        assert client.post(f"/leads/edits/{moved.pk}/undo/", headers=HTMX).status_code == 404
    assert fresh(lead).stage == "meeting"


def test_the_address_of_the_toast_undoes(client, rep, lead):
    client.force_login(rep)
    data = {"seen": '"new"', "stage": "working"}
    said = client.post(f"/leads/{lead.pk}/edit/stage/", data, headers=HTMX).headers["HX-Trigger"]
    response = client.post(json.loads(said)["sd:toast"]["undo"], headers=HTMX)
    events = json.loads(response.headers["HX-Trigger"])
    assert events["sd:toast"] == {"text": "1件を元に戻しました。"}
    assert "sd:edited" in events
    assert fresh(lead).stage == "new"
    again = client.post(json.loads(said)["sd:toast"]["undo"], headers=HTMX)
    assert (again.status_code, again.json()["detail"]) == (409, "すでに元に戻されています。")


def test_visitors_and_reviewers_undo_nothing(client, reviewer, lead, moved):
    assert client.post(f"/leads/edits/{moved.pk}/undo/").status_code == 302
    client.force_login(reviewer)
    assert client.post(f"/leads/edits/{moved.pk}/undo/", headers=HTMX).status_code == 403
    assert fresh(lead).stage == "meeting"


def test_an_undo_is_a_fixed_number_of_statements(rep, lead, moved, django_assert_max_num_queries):
    with django_assert_max_num_queries(23):
        undoing.undo(edit_id=moved.pk, user=rep)


def test_what_leads_had_before_is_forgotten_after_a_day(lead, moved):
    assert tasks.forget_edits() == 0
    LeadEdit.objects.update(finished_at=timezone.now() - undoing.kept_for - timedelta(seconds=1))
    assert tasks.forget_edits() == 1
    assert not EditedLead.objects.exists()
    assert fresh(lead).stage == "meeting"
