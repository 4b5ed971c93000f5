"""What a batch will take, before it begins, against sums that were done by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from drafts import batch_estimate, prompts
from drafts.models import Budget, LlmCall, State, Suppression
from drafts.tests.factories import DraftFactory
from drafts.tests.test_spend import limit, price
from leads.editing.selecting import Selection
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
ALL = Selection((), "view=all")
URL = "/drafts/batches/estimate/"


@pytest.fixture
def leads(company, rep):
    return [LeadFactory(company=company, owner=rep) for _ in range(4)]


def written(other_team, number, *, days_ago=1, model="m", purpose="ice_breaker"):
    """Drafts of another team by the active prompt: one text and two judgements each."""
    version = prompts.active_version(purpose=purpose, language="ja")
    for _number in range(number):
        draft = DraftFactory(
            lead=LeadFactory(company__team=other_team), state=State.SENT, prompt_version=version
        )
        for kind, tokens_in, tokens_out, ms in (
            ("generation", 1000, 400, 2000), ("judge", 900, 50, 500), ("judge", 900, 50, 500),
        ):  # fmt: skip
            LlmCall.objects.create(
                at=timezone.now() - timedelta(days=days_ago), team=draft.team, draft=draft, purpose=kind,
                provider="p", model=model, tokens_in=tokens_in, tokens_out=tokens_out, duration_ms=ms,
                outcome="ok",
            )  # fmt: skip


def of(rep, selection=ALL, purpose="ice_breaker"):
    return batch_estimate.of(user=rep, selection=selection, purpose=purpose)


def test_means_of_the_same_prompt_at_todays_prices(leads, rep, other_team):
    price("m", "2.00", "8.00")
    written(other_team, 5)
    found = of(rep)
    assert (found.leads, found.skipped, found.drafts, found.seen) == (4, 0, 4, 5)
    assert (found.tokens_in, found.tokens_out, found.seconds) == (4 * 2800, 4 * 500, 4 * 3)
    # 2800 in at 2, 500 out at 8 USD per million, at 150 JPY
    assert found.jpy == 4 * (2800 * Decimal(2) + 500 * Decimal(8)) / 1_000_000 * 150
    assert found.jpy_per_usd == 150
    assert found.priced_on is not None


def test_a_price_of_tomorrow_does_not_count_and_one_of_today_does(leads, rep, other_team):
    price("m", "2.00", "8.00")
    written(other_team, 5)
    before = of(rep).jpy
    price("m", "20.00", "80.00", day=(timezone.now() + timedelta(days=2)).date().isoformat())
    assert of(rep).jpy == before
    price("m", "4.00", "16.00", day=timezone.now().date().isoformat())
    assert of(rep).jpy == 2 * before


@pytest.mark.parametrize("changes", [{"number": 4}, {"number": 9, "days_ago": 91}, {"purpose": "follow_up"}])
def test_too_few_old_or_other_drafts_give_an_upper_bound(leads, rep, other_team, settings, changes):
    settings.LLM_MODEL, settings.OPENAI_API_KEY = "m", "x"
    price("m", "2.00", "8.00")
    written(other_team, **({"number": 5} | changes))
    found = of(rep)
    assert found.seen == 0
    assert found.tokens_in > 4 * 2800
    assert found.jpy > 0


def test_who_would_be_skipped_is_not_paid_for(leads, rep, company):
    opted_out, no_address, held_back, busy = leads
    opted_out.opted_out_at = timezone.now()
    opted_out.save()
    no_address.email = ""
    no_address.save()
    Suppression.objects.create(email=held_back.email.upper(), reason="complaint")
    DraftFactory(lead=busy, state=State.READY)
    LeadFactory(company=company, owner=rep, consent_basis="unknown")
    LeadFactory(company=company, owner=rep, do_not_contact=True)
    assert (of(rep).leads, of(rep).skipped, of(rep).jpy, of(rep).teams) == (6, 6, 0, ())
    # the draft that is open is one of another purpose
    assert of(rep, purpose="thank_you").drafts == 1


def test_the_rest_of_the_budget_says_where_it_stops(leads, rep, other_team, team):
    price("m", "2.00", "8.00")
    written(other_team, 5)  # 1.44 JPY a draft
    (share,) = of(rep).teams
    assert (share.left_jpy, share.stops_after) == (None, None)
    limit(team, "10")
    LlmCall.objects.create(
        at=timezone.now(), team=team, purpose="generation", model="m", outcome="ok", cost_jpy=6
    )
    (share,) = of(rep).teams
    assert (share.drafts, share.jpy, share.left_jpy, share.stops_after) == (4, Decimal("5.76"), 4, 2)
    Budget.objects.update(limit_jpy=20)
    assert of(rep).stops == ()
    Budget.objects.update(limit_jpy=1)
    assert of(rep).stops[0].stops_after == 0
    # looking books nothing
    assert Budget.objects.get().warned_at is None
    assert LlmCall.objects.filter(team=team).count() == 1


def test_another_teams_leads_are_not_counted(leads, outsider):
    assert of(outsider).leads == 0
    assert of(outsider, Selection(tuple(lead.pk for lead in leads))).leads == 0


def test_too_many_are_said_to_be_too_many(leads, rep, monkeypatch):
    monkeypatch.setattr("drafts.batches.MOST_LEADS", 3)
    assert of(rep).too_many


@pytest.mark.parametrize(("language", "words"), [("en", "Drafts to write"), ("ja", "作成する下書き")])
def test_the_form_shows_it_for_the_present_choice(client, leads, rep, team, other_team, language, words):
    price("m", "2.00", "8.00")
    written(other_team, 5)
    limit(team, "2.00")
    rep.language = language
    rep.save()
    client.force_login(rep)
    html = client.post(URL, {"all": "1", "query": "view=all", "purpose": "ice_breaker"}).text
    assert words in html
    assert "¥6" in html
    assert 'data-tone="danger"' in html
    one = client.post(URL, {"ids": str(leads[0].pk), "purpose": "ice_breaker"}).text
    assert 'data-tone="danger"' not in one
    assert "¥1" in one
    page = client.get("/drafts/batches/new/").text
    assert f'hx-post="{URL}"' in page


def test_nothing_chosen_and_odd_choices_show_nothing(client, leads, rep):
    client.force_login(rep)
    for sent in (
        {},
        {"purpose": "ice_breaker"},
        {"ids": "x", "purpose": "ice_breaker"},
        {"all": "1", "purpose": "x"},
    ):
        assert client.post(URL, sent).status_code == 204


def test_nobody_estimates_without_the_right_to_ask_for_drafts(client, leads, reviewer, outsider):
    sent = {"ids": ",".join(str(lead.pk) for lead in leads), "purpose": "ice_breaker"}
    assert client.post(URL, sent).headers["Location"].startswith("/accounts/login/")
    client.force_login(reviewer)
    assert client.post(URL, sent).status_code == 403
    client.force_login(outsider)
    assert "¥" not in client.post(URL, sent).text
    assert client.get(URL).status_code == 405


def test_queries_do_not_grow_with_leads(leads, rep, other_team, company, team, django_assert_num_queries):
    price("m", "2.00", "8.00")
    written(other_team, 5)
    limit(team, "100")
    LeadFactory.create_batch(20, company=company, owner=rep)
    with django_assert_num_queries(12):
        of(rep)
