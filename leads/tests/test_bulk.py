"""One value for many leads: the rules of a single change, counted, audited, once, and taken back."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import auditing, saving
from leads.editing import bulk, chunks, undoing, words
from leads.editing.selecting import Selection
from leads.models import EditedLead, Lead, LeadEdit, LeadScore, Stage
from leads.tests.factories import CompanyFactory, LeadFactory
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry, Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def leads(company, rep):
    return [LeadFactory(company=company, owner=rep) for _ in range(6)]


@pytest.fixture
def abroad(rep, other_team):
    """The rep belongs to two teams; these leads are of the other one."""
    Membership.objects.create(user=rep, team=other_team)
    return [LeadFactory(company=CompanyFactory(team=other_team)) for _ in range(2)]


def ids(leads) -> Selection:
    return Selection(tuple(lead.pk for lead in leads))


def change(user, selection, field="stage", value="meeting", request_id=None) -> LeadEdit:
    request_id = request_id or uuid.uuid4()
    return bulk.start(user=user, field=field, value=value, selection=selection, request_id=request_id)


def stages(leads) -> list[str]:
    found = dict(Lead.objects.values_list("pk", "stage"))
    return [found[lead.pk] for lead in leads]


def test_leads_scores_versions_and_audit_stay_in_step(rep, leads):
    edit = change(rep, ids(leads[:4]))
    assert stages(leads) == ["meeting"] * 4 + ["new"] * 2
    assert LeadScore.objects.filter(stage="meeting").count() == 4
    assert sorted(Lead.objects.values_list("version", flat=True)) == [1, 1, 2, 2, 2, 2]
    entry = AuditEntry.objects.get(action="lead.edit")
    assert entry.details["changed"] == entry.details["of"] == 4
    assert entry.actor == rep
    assert (edit.status, edit.changed, edit.skipped) == ("done", 4, 0)
    assert auditing.audit().clean


def test_all_that_a_filter_shows_but_some(rep, leads):
    Lead.objects.filter(pk=leads[0].pk).update(owner=None)
    LeadScore.objects.filter(pk=leads[0].pk).update(owner_id=None)
    edit = change(rep, Selection((leads[1].pk,), "owner=me"))
    assert edit.changed == 4
    assert stages(leads[:2]) == ["new", "new"]


def test_what_a_single_change_would_refuse_is_refused_per_lead_with_its_reason(rep, colleague, leads, abroad):
    Lead.objects.filter(pk=leads[0].pk).update(owner=colleague)
    edit = change(rep, ids([*leads, *abroad]), "owner", colleague.pk)
    assert (edit.changed, edit.skipped) == (5, 3)
    assert Lead.objects.filter(owner=colleague).count() == 6
    assert bulk.reasons(edit) == [("担当者がリードのチームに所属していない", 2), ("すでに同じ値", 1)]
    assert words.outcome(edit) == (
        "5件の担当を「鈴木 彩」にしました。 "
        "3件は変更していません（担当者がリードのチームに所属していない：2件、すでに同じ値：1件）。"
    )


def test_nobody_changes_leads_that_they_do_not_see(outsider, leads):
    with pytest.raises(DomainError) as failure:
        change(outsider, ids(leads))
    assert failure.value.code == "nothing_selected"
    with pytest.raises(DomainError):
        change(outsider, Selection((), "view=all"))
    assert set(stages(leads)) == {"new"}


def test_a_lead_that_leaves_ones_sight_meanwhile_is_left_alone(rep, leads, other_team):
    edit = LeadEdit.objects.create(author=rep, field="stage", value="won")
    EditedLead.objects.bulk_create(EditedLead(edit=edit, lead=lead) for lead in leads)
    Lead.objects.filter(pk=leads[0].pk).update(team=other_team)
    chunks.apply(edit)
    assert bulk.reasons(edit) == [("削除されたか、閲覧できなくなった", 1)]
    assert stages(leads[:2]) == ["new", "won"]


def test_a_double_click_is_one_edit(rep, outsider, leads):
    request_id = uuid.uuid4()
    first, second = (change(rep, ids(leads), request_id=request_id) for _ in range(2))
    assert first == second
    assert set(Lead.objects.values_list("version", flat=True)) == {2}
    assert AuditEntry.objects.filter(action="lead.edit").count() == 1


def test_statements_do_not_grow_with_the_leads(rep, company, leads):
    change(rep, ids(leads))  # whose rights are read once
    counts = []
    for number in (2, 40):
        some = [LeadFactory(company=company, owner=rep) for _ in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as statements:
            change(rep, ids(some))
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 34


def test_an_undo_restores_only_what_nobody_changed_since(rep, colleague, leads):
    saving.change_stage(lead_id=leads[5].pk, user=colleague, stage="working", version=1)
    edit = change(rep, ids(leads))
    since = Lead.objects.get(pk=leads[0].pk)
    saving.change_stage(lead_id=since.pk, user=colleague, stage="won", version=since.version)
    edit = undoing.undo(edit_id=edit.pk, user=rep)
    assert (edit.restored, edit.kept) == (5, 1)
    assert stages(leads) == ["won", "new", "new", "new", "new", "working"]
    assert Lead.objects.get(pk=leads[1].pk).stage_changed_at == leads[1].stage_changed_at
    assert words.outcome(edit) == "5件を元に戻しました。 1件は変更していません（その後ほかの人が変更：1件）。"
    entry = AuditEntry.objects.get(action="lead.edit_undo")
    assert (entry.details["restored"], entry.details["kept"]) == (5, 1)
    assert auditing.audit().clean


def test_owners_come_back_each_to_their_own(rep, colleague, manager, leads):
    for lead, owner in zip(leads, (rep, colleague, None), strict=False):
        Lead.objects.filter(pk=lead.pk).update(owner=owner)
    edit = change(rep, ids(leads[:3]), "owner", manager.pk)
    undoing.undo(edit_id=edit.pk, user=rep)
    owners = dict(Lead.objects.values_list("pk", "owner"))
    assert [owners[lead.pk] for lead in leads[:3]] == [rep.pk, colleague.pk, None]


def test_a_second_undo_is_told(rep, leads):
    edit = change(rep, ids(leads))
    undoing.undo(edit_id=edit.pk, user=rep)
    with pytest.raises(ConflictError):
        undoing.undo(edit_id=edit.pk, user=rep)
    assert set(stages(leads)) == {"new"}


def test_an_owner_who_may_not_sign_in_any_more_gets_nothing(rep, colleague, leads):
    colleague.is_active = False
    colleague.save()
    edit = change(rep, ids(leads), "owner", colleague.pk)
    assert (edit.changed, edit.skipped) == (0, 6)
    assert words.outcome(edit).startswith("変更はありません。 6件は変更していません")


def test_chunks_add_up(rep, leads, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_LEADS", 4)
    edit = change(rep, ids(leads), value=Stage.WON)
    assert (edit.changed, set(stages(leads))) == (6, {"won"})
    assert undoing.undo(edit_id=edit.pk, user=rep).restored == 6
