"""Versions of the safety rules: written as drafts, put into force once, and from then on as they are."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from drafts import rechecks, rule_versions, sweeping
from drafts.models import SafetyRules, State
from drafts.rule_versions import Refused
from drafts.safety import rule_entries
from drafts.safety.rule_entries import Entry, Table
from drafts.tests.factories import DraftFactory
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db
WORD = Entry(Table.BANNED, "幸い", "token", code="banned")


@pytest.fixture
def active():
    return SafetyRules.objects.get(status="active")


@pytest.fixture
def draft(active, reviewer):
    return rule_versions.copy(source_id=active.pk, user=reviewer)


def publish(rules, user, **seen):
    rules.refresh_from_db()
    now = SafetyRules.objects.get(status="active").version
    seen = {"revision": rules.revision, "in_force": now} | seen
    return rule_versions.publish(rules_id=rules.pk, user=user, **seen)


def test_a_copy_says_what_it_is_made_from(draft, active, reviewer):
    assert (draft.status, draft.based_on, draft.created_by_name) == ("draft", active.version, str(reviewer))
    assert rule_entries.content(draft) == rule_entries.content(active)
    assert draft.changes == {}
    assert AuditEntry.objects.filter(action="rules.add", object_id=str(draft.pk)).exists()


def test_entries_are_added_changed_removed_and_counted(draft, reviewer):
    edit = {"rules_id": draft.pk, "user": reviewer}
    rule_versions.add(entry=WORD, **edit)
    other = Entry(Table.BANNED, "幸甚", "token", code="banned")
    rule_versions.change(key=WORD.key, entry=other, **edit)
    rules = rule_versions.add(entry=Entry(Table.HOSTS, "www.example.co.jp"), **edit)
    assert rules.changes == {"banned": [1, 0], "url_hosts": [1, 0]}
    assert rules.banned[0] == {"word": "幸甚", "language": "ja", "match": "token", "code": "banned"}
    rules = rule_versions.remove(table=Table.BANNED, key=other.key, **edit)
    assert rules.changes == {"url_hosts": [1, 0]}
    assert rules.revision == 5
    actions = AuditEntry.objects.filter(object_id=str(draft.pk), object_type="drafts.safetyrules")
    assert {"rules.entry_add", "rules.entry_change", "rules.entry_remove"} <= set(
        actions.values_list("action", flat=True)
    )


def test_what_somebody_changed_meanwhile_is_not_overwritten(draft, reviewer, admin):
    rule_versions.add(rules_id=draft.pk, entry=WORD, user=reviewer)
    rule_versions.remove(rules_id=draft.pk, table=Table.BANNED, key=WORD.key, user=admin)
    other = Entry(Table.BANNED, "幸甚", "token", code="banned")
    with pytest.raises(ConflictError):
        rule_versions.change(rules_id=draft.pk, key=WORD.key, entry=other, user=reviewer)
    with pytest.raises(ConflictError):
        rule_versions.describe(rules_id=draft.pk, note="x", revision=1, user=reviewer)


def test_the_same_word_in_another_guise_is_refused(draft, reviewer):
    with pytest.raises(Refused, match=r"already|すでに"):
        rule_versions.add(
            rules_id=draft.pk, entry=Entry(Table.BANNED, "ばか", "token", code="insult"), user=reviewer
        )


def test_publishing_retires_the_one_before_and_starts_the_checks(
    draft, active, admin, lead, rep, django_capture_on_commit_callbacks, monkeypatch
):
    asked = []
    from drafts import tasks

    monkeypatch.setattr(tasks.recheck, "apply_async", lambda **_options: asked.append(1))
    DraftFactory(lead=lead, requested_by=rep)
    assert rechecks.affected() == 1
    with django_capture_on_commit_callbacks(execute=True):
        publish(draft, admin)
    active.refresh_from_db()
    draft.refresh_from_db()
    assert (active.status, draft.status, draft.published_by_name) == ("retired", "active", str(admin))
    assert asked == [1]
    assert AuditEntry.objects.filter(action="rules.publish", object_id=str(draft.pk)).exists()


def test_the_progress_counts_what_passed_and_what_was_stopped(draft, admin, company, rep, llm):
    from drafts import generation
    from leads.tests.factories import LeadFactory

    names = ["青葉", "若葉"]
    made = [DraftFactory(lead=LeadFactory(company=company), requested_by=rep) for _ in names]
    rule_versions.add(rules_id=draft.pk, entry=WORD, user=admin)
    rules = publish(draft, admin)
    assert (rechecks.progress(rules).left, rechecks.progress(rules).done) == (2, 0)
    sweeping.recheck()
    assert (rechecks.progress(rules).left, rechecks.progress(rules).finished) == (2, False)
    generation.generate(draft_id=made[0].pk)
    seen = rechecks.progress(rules)
    assert (seen.left, seen.flagged, seen.total) == (1, 1, 2)
    made[1].refresh_from_db()
    type(made[1]).objects.filter(pk=made[1].pk).update(state=State.READY, rules_version=rules.version)
    assert (rechecks.progress(rules).passed, rechecks.progress(rules).finished) == (1, True)


@pytest.mark.parametrize("stale", [{"revision": 99}, {"in_force": 99}])
def test_only_what_was_looked_at_comes_into_force(draft, admin, stale):
    with pytest.raises(ConflictError):
        publish(draft, admin, **stale)
    assert SafetyRules.objects.get(pk=draft.pk).status == "draft"


def test_a_broken_draft_does_not_come_into_force(draft, admin):
    broken = [*draft.promises, {"pattern": "(a", "language": "ja", "code": "price"}]
    SafetyRules.objects.filter(pk=draft.pk).update(promises=broken)
    with pytest.raises(DomainError) as refused:
        publish(draft, admin)
    assert refused.value.code == "rules_refused"


def test_who_may(draft, rep, manager, reviewer):
    for person in (rep, manager):
        with pytest.raises(DomainError) as refused:
            rule_versions.add(rules_id=draft.pk, entry=WORD, user=person)
        assert refused.value.status == 403
    # reviewers write rules, administrators put them into force
    with pytest.raises(DomainError) as refused:
        publish(draft, reviewer)
    assert refused.value.status == 403


def test_a_version_that_was_in_force_never_changes(active, draft, admin, reviewer):
    for work in (
        lambda: rule_versions.add(rules_id=active.pk, entry=WORD, user=admin),
        lambda: rule_versions.delete(rules_id=active.pk, user=admin),
        lambda: publish(active, admin),
    ):
        with pytest.raises(ConflictError):
            work()
    for change in (
        {"banned": []},
        {"promises": []},
        {"allowed": ["x"]},
        {"url_hosts": ["x"]},
        {"version": 77},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SafetyRules.objects.filter(pk=active.pk).update(**change)
    # what is no content may still be written
    SafetyRules.objects.filter(pk=active.pk).update(note="x")
    SafetyRules.objects.filter(pk=draft.pk).update(banned=[])


def test_every_version_that_was_in_force_can_come_back(admin):
    """Also with what is refused today, as a word that stands there twice."""
    for former in SafetyRules.objects.filter(status="retired"):
        publish(rule_versions.copy(source_id=former.pk, user=admin), admin)


def test_going_back_is_a_copy_of_the_older_version(draft, active, admin):
    rule_versions.add(rules_id=draft.pk, entry=WORD, user=admin)
    publish(draft, admin)
    again = rule_versions.copy(source_id=active.pk, user=admin)
    publish(again, admin)
    now = SafetyRules.objects.get(status="active")
    assert rule_entries.content(now) == rule_entries.content(active)
    assert now.version > draft.version
