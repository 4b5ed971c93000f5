"""Versions of prompts: tried before they write, immutable once they do, each step in the audit log."""

from __future__ import annotations

import pytest
from django.utils import translation

from drafts import prompt_versions, prompts, trials
from drafts.models import Draft, LlmCall, PromptTrial, PromptVersion
from drafts.prompts import PromptBroken
from drafts.tests.test_spend import limit, price
from leads import leases
from leads.tests.factories import LeadFactory
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def active():
    return prompts.active_version(purpose="ice_breaker", language="ja")


@pytest.fixture
def version(active, admin):
    made = prompt_versions.copy(version=active, user=admin)
    made.system_source += "\n短い文を重ねてください。"
    made.save()
    return made


@pytest.fixture
def lead_in_sight(lead, admin):
    assert admin.has_perm("leads.view_all")
    return lead


def tried(version, admin, leads=1) -> PromptTrial:
    trial = trials.start(version=version, user=admin, leads=leads)
    assert trials.run(trial_id=trial.pk)
    trial.refresh_from_db()
    return trial


def test_a_trial_writes_through_door_and_layers_and_is_booked(llm, version, admin, lead_in_sight):
    trial = tried(version, admin)
    result = trial.results.get()
    assert (trial.status, result.verdict, result.lead) == ("done", "pass", lead_in_sight)
    assert lead_in_sight.company.name in result.body
    assert result.score >= 80
    assert LlmCall.objects.filter(prompt_version=version, purpose="generation", outcome="ok").count() == 1
    assert LlmCall.objects.filter(purpose="judge", draft=None).count() == 2
    assert not Draft.objects.exists()


def test_a_trial_shows_what_the_layers_flag(llm, version, admin, lead_in_sight):
    llm.faults.next("unsafe")
    result = tried(version, admin).results.get()
    assert result.verdict == "flag"
    assert {"layer": "rules", "code": "guarantee"} in result.reasons


def test_a_writer_that_fails_is_a_result(llm, version, admin, lead_in_sight):
    llm.faults.next("500", times=20)
    result = tried(version, admin).results.get()
    assert (result.verdict, result.error_code) == ("", "llm_unavailable")


def test_a_trial_goes_on_where_a_worker_died(llm, version, admin, company, rep):
    LeadFactory.create_batch(3, company=company, owner=rep)
    trial = trials.start(version=version, user=admin, leads=3)
    # the dead worker: it holds the trial and has finished one lead
    leases.claim(PromptTrial.objects.all(), trial.pk, trials.lease)
    first = trial.results.first()
    trial.results.filter(pk=first.pk).update(done_at=trial.created_at, verdict="pass", subject="前の人の結果")
    assert not trials.run(trial_id=trial.pk)
    PromptTrial.objects.update(attempt_at=trial.created_at - 2 * trials.lease)
    assert trials.sweep() == [trial.pk]
    assert trials.run(trial_id=trial.pk)
    assert LlmCall.objects.filter(purpose="generation").count() == trial.results.count() - 1
    assert trial.results.get(pk=first.pk).subject == "前の人の結果"


def test_the_budget_stops_a_trial(llm, version, admin, lead_in_sight, settings):
    price(settings.LLM_MODEL, "100.00", "100.00")
    limit(lead_in_sight.team, 1)
    result = tried(version, admin).results.get()
    assert (result.error_code, result.body) == ("budget_exhausted", "")
    assert not llm.requests


def test_one_trial_of_a_version_at_a_time(version, admin, lead_in_sight):
    trials.start(version=version, user=admin)
    with pytest.raises(ConflictError):
        trials.start(version=version, user=admin)


def test_a_sample_holds_only_leads_in_sight_that_may_be_written_to(rep, lead, other_team, company):
    LeadFactory(company__team=other_team)
    LeadFactory(company=company, do_not_contact=True)
    LeadFactory(company=company, language="en")
    assert trials.sample(rep, "ja", 10) == [lead.pk]


def test_nothing_is_activated_untried(version, admin, lead_in_sight, llm):
    with pytest.raises(DomainError) as error:
        prompt_versions.activate(version_id=version.pk, user=admin)
    assert error.value.code == "not_tried"
    tried(version, admin)
    version.system_source += "\n後から足した行。"
    version.save()
    with pytest.raises(DomainError) as error:
        prompt_versions.activate(version_id=version.pk, user=admin)
    assert error.value.code == "not_tried"


def test_a_tried_version_takes_over_and_it_is_noted(llm, version, active, admin, lead_in_sight):
    trial = tried(version, admin)
    prompt_versions.activate(version_id=version.pk, user=admin)
    active.refresh_from_db()
    assert active.status == "retired"
    assert prompts.active_version(purpose="ice_breaker", language="ja") == version
    noted = AuditEntry.objects.get(action="prompt.activate")
    assert (noted.actor, noted.object_id) == (admin, str(version.pk))
    assert noted.details == {"number": version.number, "instead_of": [active.number], "trial": trial.pk}
    with pytest.raises(ConflictError):
        prompt_versions.activate(version_id=version.pk, user=admin)


def test_a_trial_that_brought_no_text_activates_nothing(llm, version, admin, lead_in_sight):
    llm.faults.next("500", times=20)
    tried(version, admin)
    with pytest.raises(DomainError) as error:
        prompt_versions.activate(version_id=version.pk, user=admin)
    assert error.value.code == "trial_without_text"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("one\ntwo\n{{ nobody }}\n{{ data }}", "3"),
        ("one\n{% if %}\n{{ data }}", "2"),
        ("{{ data }}\n\n\n{{ ''.__class__.__mro__ }}", "4"),
        ("{{ data }}\n{{ 1 // 0 }}", "2"),
        ("{{ data }}\n{% if keigo == 'formal' %}\n{{ oops }}{% endif %}", "3"),
    ],
)
def test_an_error_names_part_and_line(active, source, told):
    broken = PromptVersion(template=active.template, system_source="JSON", user_source=source, sampling={})
    with translation.override("en"), pytest.raises(DomainError) as error:
        prompts.check(broken)
    assert error.value.code == "prompt_broken"
    assert f"User prompt, line {told}: " in error.value.message


def test_the_same_error_in_japanese():
    with translation.override("ja"), pytest.raises(PromptBroken, match="ユーザープロンプト、1行目"):
        prompts.fill("{{ x }}", {}, part=translation.gettext("User prompt"))
