"""The golden set, a run over it through the real writer and judge, and everything that can stop one."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from drafts.evaluation import golden, running
from drafts.llm import budget
from drafts.models import Budget, EvaluationResult, EvaluationRun, LlmCall, ModelPrice, PromptVersion
from drafts.safety import rulebook

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases():
    """Two purposes, two leads each."""
    found = golden.load()
    kinds = [("ice_breaker", "ja"), ("thank_you", "en")]
    return tuple(c for kind in kinds for c in [c for c in found if (c.purpose, c.language) == kind][:2])


@pytest.fixture
def small(monkeypatch, cases):
    monkeypatch.setattr(golden, "load", lambda: cases)


def command(*arguments):
    """Exit code, standard output, standard error."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("evaluate", *arguments, stdout=out, stderr=err)
    except SystemExit as exit_:
        code = exit_.code
    return code, out.getvalue(), err.getvalue()


def test_the_golden_set_covers_each_purpose_in_both_languages():
    found = golden.load()
    assert len(found) >= 60
    assert len({(case.purpose, case.language) for case in found}) == 10
    assert len({(case.company, case.lead.family_name, case.purpose) for case in found}) == len(found)
    for case in found:
        context = case.context(rulebook.active(), team_id=0)
        assert context.facts, case.id
        # what has to be mentioned can be known: it stands in the facts, or it is what the purpose asks for
        known = " ".join(fact.text for fact in context.facts).casefold()
        hopeless = [g for g in case.must_mention if not any(word.casefold() in known for word in g)]
        assert all("15分" in group or "15" in group for group in hopeless), (case.id, hopeless)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{", "JSONDecodeError"),
        ('{"id": "x"}', "language"),
        ('{"id": "x", "language": "de"}', "language"),
        ('{"id": "x", "language": "ja", "must_mention": []}', "must_mention"),
    ],
)
def test_a_broken_line_is_named(tmp_path, line, word):
    file = tmp_path / "leads.jsonl"
    file.write_text("\n" + line, encoding="utf-8")
    with pytest.raises(golden.BadGolden, match=rf"leads.jsonl:2: .*{word}"):
        golden.load(file)


def test_any_change_of_a_case_changes_the_fingerprint(cases):
    assert golden.fingerprint(cases) != golden.fingerprint(cases[:3])
    assert golden.fingerprint(cases) == golden.fingerprint(cases)


def test_each_lead_is_written_to_and_judged_twice_at_the_payers_cost(llm, team, small):
    code, out, _err = command("--json", "--team", str(team.pk))
    told = json.loads(out)["evaluation"]
    assert [(row["cases"], row["judged"], row["errors"]) for row in told] == [(2, 2, 0), (2, 2, 0)]
    assert all(row["plumbing"] and row["status"] == "done" for row in told)
    assert code == (0 if all(row["score"] >= 80 for row in told) else 1)
    calls = LlmCall.objects.filter(team=team, purpose="evaluation", draft=None)
    assert calls.count() == 4 * 3
    assert set(calls.values_list("prompt_version", flat=True)) == {row["prompt_version"] for row in told}
    result = EvaluationResult.objects.earliest("pk")
    assert result.subject
    assert "堀川" in result.body
    assert None not in (result.score_1, result.score_2)


def test_the_built_in_writer_is_named_as_such(llm, team, small):
    _code, out, _err = command()
    assert "They say nothing about the quality of texts" in out


def test_a_low_score_fails_the_command(llm, team, small):
    llm.faults.next("judge", times=8, target="judge", value=55)
    code, out, _err = command("--json")
    assert code == 1
    assert [row["passed"] for row in json.loads(out)["evaluation"]] == [0, 0]


def test_two_judgements_that_differ_are_kept_apart(llm, team, small):
    llm.faults.next("judge", target="judge", value=90)
    llm.faults.next("judge", target="judge", value=60)
    _code, out, _err = command("--json")
    first = EvaluationResult.objects.earliest("pk")
    # asked at once: either may come first
    assert {first.score_1, first.score_2} == {90, 60}
    row = json.loads(out)["evaluation"][0]
    assert (row["same_verdict"], row["passed"]) == (1, 1)
    assert row["gap"] > 14


def test_a_spent_budget_stops_with_a_sentence_and_keeps_what_is_there(llm, team, small):
    for model in ("salesdash-dev-writer", "salesdash-dev-judge"):
        ModelPrice.objects.create(
            model=model, valid_from="2026-01-01", usd_per_million_in=2, usd_per_million_cached=1,
            usd_per_million_out=8,
        )  # fmt: skip
    month = budget.month_of(team, timezone.now())
    limit = Budget.objects.create(team=team, month=month, limit_jpy="5.5")
    code, _out, err = command()
    assert code == 2
    assert "budget for writing is used up" in err
    stopped = EvaluationRun.objects.get(stop_code="budget_exhausted")
    assert stopped.status == "stopped"
    assert stopped.finished_at is None
    kept = set(EvaluationResult.objects.values_list("pk", flat=True))
    assert 0 < len(kept) < 4
    assert LlmCall.objects.filter(outcome="reserved").count() == 0

    limit.limit_jpy = 1000
    limit.save()
    calls = LlmCall.objects.count()
    code, out, _err = command()
    assert code in (0, 1)
    assert "are there already" in out
    assert kept < set(EvaluationResult.objects.values_list("pk", flat=True))
    assert EvaluationResult.objects.exclude(score_1=None).count() == 4
    # one text, and perhaps one judgement of it, were paid for twice; nothing that was finished
    assert LlmCall.objects.count() <= calls + 3
    assert len(set(EvaluationRun.objects.values_list("batch", flat=True))) == 1
    assert not EvaluationRun.objects.exclude(status="done").exists()
    assert EvaluationRun.objects.count() == 2
    assert all(run.cost_jpy > 0 for run in EvaluationRun.objects.all())


def test_a_service_that_is_down_stops_the_run_and_the_next_one_tries_again(llm, team, small, monkeypatch):
    monkeypatch.setattr(running, "MOST_FAILURES", 2)
    llm.faults.next("malformed", times=200, target="draft")
    code, _out, err = command()
    assert code == 2
    assert "unusable answer" in err
    assert set(EvaluationResult.objects.values_list("error_code", "score_1")) == {("llm_bad_answer", None)}
    llm.faults.clear()
    command()
    assert EvaluationResult.objects.exclude(score_1=None).count() == 4
    assert not EvaluationResult.objects.exclude(error_code="").exists()


def test_after_a_finished_batch_a_new_one_begins(llm, team, small):
    command()
    command()
    assert EvaluationRun.objects.count() == 4
    assert len(set(EvaluationRun.objects.values_list("batch", flat=True))) == 2


def test_an_interrupted_run_is_given_up_where_the_golden_set_has_changed(llm, team, cases):
    plans = running.plans(cases[:2])
    (first,) = running.begin(plans, team=team)
    assert running.begin(plans, team=team) == [first]
    (second,) = running.begin(running.plans(cases[:1]), team=team)
    first.refresh_from_db()
    assert (first.status, second.status) == ("superseded", "running")
    (third,) = running.begin(running.plans(cases[:1]), team=team, fresh=True)
    assert third != second


def test_a_version_that_is_not_active_can_be_asked_for_and_is_immutable_from_then_on(llm, team, small):
    active = PromptVersion.objects.get(
        template__purpose="thank_you", template__language="en", status="active"
    )
    draft = PromptVersion.objects.create(
        template=active.template,
        number=active.number + 1,
        system_source=active.system_source,
        user_source=active.user_source,
        sampling=active.sampling,
    )
    command("--prompt-version", str(draft.pk))
    assert set(EvaluationRun.objects.values_list("prompt_version", "cases")) == {(draft.pk, 2)}
    draft.refresh_from_db()
    assert draft.first_used_at


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--prompt-version", "0"), "no prompt version 0"), (("--team", "0"), "none")],
)
def test_what_does_not_exist_is_refused(llm, team, small, arguments, words):
    with pytest.raises(CommandError, match=words) as refused:
        command(*arguments)
    assert refused.value.returncode == 2
    assert not EvaluationRun.objects.exists()


def test_without_a_service_the_built_in_writer_answers(team, small, settings):
    settings.LLM_BASE_URL = settings.OPENAI_API_KEY = ""
    _code, out, _err = command("--json")
    assert all(row["plumbing"] and row["judged"] == 2 for row in json.loads(out)["evaluation"])
    assert settings.LLM_BASE_URL == ""


def test_production_never_falls_back_to_the_built_in_writer(team, small, settings):
    settings.LLM_BASE_URL = settings.OPENAI_API_KEY = ""
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="No writing service"):
        command()


@pytest.mark.django_db(transaction=True)
def test_a_second_command_at_the_same_time_is_refused(llm, team, small):
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [running._LOCK])
        with pytest.raises(CommandError, match="under way"):
            command()
    finally:
        other.close()
