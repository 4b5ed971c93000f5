"""The pages on the quality of texts: who may see them, what they show, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from drafts.models import EvaluationResult, EvaluationRun, PromptVersion

pytestmark = pytest.mark.django_db


def make_run(team, *, purpose="ice_breaker", scores=((92, 88), (70, 74)), days_ago=0, **fields):
    version = PromptVersion.objects.get(template__purpose=purpose, template__language="ja", status="active")
    started = timezone.now() - timedelta(days=days_ago)
    values = {
        "golden_hash": "x",
        "cases": 9,
        "writer": "a-model",
        "judge": "a-judge",
        "status": "done",
        "cost_jpy": 1234,
        "started_at": started,
        "finished_at": started,
    }
    run = EvaluationRun.objects.create(team=team, prompt_version=version, **(values | fields))
    for number, (a, b) in enumerate(scores):
        EvaluationResult.objects.create(
            run=run, case_id=f"ja-g-{number}", subject=f"件名{number}", body="本文<b>です", score_1=a,
            score_2=b, at=started, reasons=["根拠がありません"], missing=["製造 / 生産"], codes=["rules:price"],
        )  # fmt: skip
    return run


def page(client, person, language="en", path="/drafts/evaluation/"):
    person.language = language
    person.save()
    client.force_login(person)
    return client.get(path)


def test_a_manager_sees_scores_intervals_and_agreement(client, manager, team):
    make_run(team)
    html = page(client, manager).text
    for words in ("81.0", "1 / 2", "a-model", '<svg class="scores"', "¥1,234"):
        assert words in html
    assert "built-in writer</span>" not in html


def test_the_pages_speak_japanese(client, manager, team):
    run = make_run(team, is_plumbing=True)
    for path in ("/drafts/evaluation/", f"/drafts/evaluation/{run.pk}/"):
        html = page(client, manager, "ja", path).text
        assert "文章の品質" in html
        assert "Quality of texts" not in html


def test_a_run_by_the_built_in_writer_says_so(client, manager, team):
    run = make_run(team, is_plumbing=True, writer="salesdash-dev-writer")
    words = "say nothing about the quality of texts"
    html = page(client, manager).text
    assert words in html
    # and no verdict on quality is drawn from it
    assert 'data-k="met"' not in html
    assert 'data-k="missed"' not in html
    assert words in page(client, manager, path=f"/drafts/evaluation/{run.pk}/").text


def test_nothing_evaluated_yet_is_shown_as_such(client, manager):
    html = page(client, manager).text
    assert "Nothing has been evaluated yet" in html
    assert "make eval" in html


def test_a_run_shows_its_texts_the_weakest_first_and_what_was_found(client, manager, team):
    run = make_run(team)
    html = page(client, manager, path=f"/drafts/evaluation/{run.pk}/").text
    assert html.index("件名1") < html.index("件名0")
    for words in ("根拠がありません", "製造 / 生産", "本文&lt;b&gt;です"):
        assert words in html


def test_an_interrupted_run_tells_why(client, manager, team):
    make_run(team, status="stopped", stop_code="budget_exhausted", finished_at=None)
    assert "budget for writing is used up" in page(client, manager).text


@pytest.mark.parametrize("who", ["rep", "reviewer", "outsider"])
def test_nobody_else_may_see_them(client, request, team, who):
    run = make_run(team)
    client.force_login(request.getfixturevalue(who))
    assert client.get("/drafts/evaluation/").status_code == 403
    assert client.get(f"/drafts/evaluation/{run.pk}/").status_code == 403


def test_a_visitor_is_sent_to_the_sign_in_page(client, team):
    run = make_run(team)
    for path in ("/drafts/evaluation/", f"/drafts/evaluation/{run.pk}/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_what_another_team_paid_stays_with_it(client, manager, other_team):
    """The prompts, and how good they are, are everybody's; the bill is not."""
    make_run(other_team)
    html = page(client, manager).text
    assert "a-model" in html
    assert "1,234" not in html


def test_a_run_that_does_not_exist(client, manager):
    assert page(client, manager, path="/drafts/evaluation/0/").status_code == 404


def test_the_kpi_page_leads_there(client, manager):
    assert 'href="/drafts/evaluation/"' in page(client, manager, path="/kpi/").text


def test_the_number_of_queries_does_not_grow_with_the_history(
    client, manager, team, django_assert_max_num_queries
):
    make_run(team)
    page(client, manager)
    with django_assert_max_num_queries(14) as few:
        client.get("/drafts/evaluation/")
    for days in range(1, 15):
        make_run(team, days_ago=days)
        make_run(team, purpose="follow_up", days_ago=days)
    with django_assert_max_num_queries(len(few)):
        client.get("/drafts/evaluation/")
