"""A preview shows what a publish would bring: recomputed here from the activities, lead by lead."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from leads import fit, previewing, rebuilding, rules, scoring, sql
from leads.models import Activity, ActivityType, Lead, LeadScore, RuleSet, ScoreState
from leads.models.score import Band
from leads.temperature import NO_HEAT, fit_factor
from leads.tests.events import event, record
from leads.tests.factories import CompanyFactory, LeadFactory
from leads.tests.rule_sets import draft_rules

pytestmark = pytest.mark.django_db
KINDS = (
    ActivityType.PRICING_VIEW,
    ActivityType.EMAIL_REPLY,
    ActivityType.PAGE_VIEW,
    ActivityType.MEETING_BOOKED,
)
DRAFTS = {
    "weights": {"weights": {"pricing_view": 30, "page_view": -2, "email_reply": 1}},
    "scale and bands": {"scale_heat": 5.5, "bands": {"hot": 93, "warm": 71, "mild": 33, "cool": 4}},
    "a shorter half-life": {"half_life_hours": 20},
    "a longer half-life": {"half_life_hours": 24 * 200},
    "fit": {
        "fit_rules": [{"field": "company.employees", "op": "range", "value": [100, None], "points": 45}],
        "exclude_rules": [
            {"field": "lead.email_domain", "op": "in", "value": ["rival.example"], "reason": "competitor"}
        ],
    },
}


@pytest.fixture
def crowd(team):
    random = Random(3)
    small, large = CompanyFactory(team=team, employees=5), CompanyFactory(team=team, employees=500)
    rival = {"email": "x@RIVAL.example"}
    leads = [
        LeadFactory(company=random.choice([small, large]), **(rival if n == 7 else {})) for n in range(40)
    ]
    for lead in leads:
        ages = [timedelta(days=random.expovariate(1 / 12)) for _ in range(random.randrange(6))]
        record(*[event(lead, random.choice(KINDS), ago=age) for age in ages])
    return leads


@pytest.fixture
def few(monkeypatch):
    """Limits so low that a sample is drawn."""
    monkeypatch.setattr(previewing, "ALL_FITS", 10)
    monkeypatch.setattr(previewing, "ALL_ACTIVITIES", 10)
    monkeypatch.setattr(previewing, "SAMPLE", 15)
    monkeypatch.setattr(previewing, "HOTTEST", 39)


def recomputed(rule_set: RuleSet, now) -> dict[int, float]:
    """Temperatures from the activities alone."""
    own = rules.build(rule_set, landmark=now, epoch=1)
    shown = {}
    for lead in Lead.objects.select_related("company"):
        points, excluded = judged(lead, own)
        heat = sum(
            own.weight(a.type) * 2 ** (-(now - a.occurred_at) / timedelta(hours=rule_set.half_life_hours))
            for a in Activity.objects.filter(lead=lead)
        )
        rank = 0 if excluded else heat * fit_factor(points) * 2**16
        shown[lead.pk] = own.scale.temperature(rank if rank > 0 else NO_HEAT, now)
    return shown


def judged(lead, own: rules.Rules) -> tuple[int, bool]:
    def holds(rule: fit.FitRule) -> bool:
        condition, values = rule.condition().named("v")
        start = "SELECT {} FROM leads_lead l JOIN leads_company c ON c.id = l.company_id WHERE l.id = %(id)s"
        ((answer,),) = sql.rows(start.replace("{}", condition), values | {"id": lead.pk})
        return answer

    points = 50 + sum(rule.points for rule in own.fit_rules if holds(rule))
    return min(max(points, 0), 100), any(holds(rule) for rule in own.exclude_rules)


def band(rule_set: RuleSet, shown: float) -> Band:
    return max((b for b in Band if b and shown >= rule_set.bands[b.key]), default=Band.COLD)


@pytest.mark.parametrize("name", DRAFTS)
def test_the_matrix_is_what_the_activities_say(crowd, name):
    published, draft, now = RuleSet.objects.get(), draft_rules(**DRAFTS[name]), timezone.now()
    before, after = recomputed(published, now), recomputed(draft, now)
    expected = Counter((band(published, before[pk]), band(draft, after[pk])) for pk in before)
    seen, _tested = previewing.compare(draft, now=now)
    matrix = {(a, b): n for a, row in enumerate(seen.matrix) for b, n in enumerate(row) if n}
    assert matrix == expected
    assert seen.moving == sum(n for (a, b), n in expected.items() if a != b) > 0
    assert sum(seen.bins_after) == sum(seen.bins_before) == seen.counted == 40
    assert seen.bins_after == [sum(5 * n <= t < 5 * n + 5 for t in after.values()) for n in range(20)]


@pytest.mark.parametrize("name", DRAFTS)
def test_the_first_are_those_of_the_activities(crowd, monkeypatch, name):
    monkeypatch.setattr(previewing, "TOP", 6)
    published, draft, now = RuleSet.objects.get(), draft_rules(**DRAFTS[name]), timezone.now()
    before, after = recomputed(published, now), recomputed(draft, now)
    seen, _tested = previewing.compare(draft, now=now)

    def first(shown: dict[int, float]) -> list[int]:
        return sorted(shown, key=lambda pk: -shown[pk])[:6]

    new = [pk for pk in first(after) if pk not in first(before)]
    gone = [pk for pk in first(before) if pk not in first(after)]
    assert [lead.lead_id for lead in seen.entering] == new
    assert [lead.lead_id for lead in seen.leaving] == gone
    for lead in (*seen.entering, *seen.leaving):
        assert lead.before == pytest.approx(before[lead.lead_id], abs=0.01)
        assert lead.after == pytest.approx(after[lead.lead_id], abs=0.01)


def test_a_published_preview_comes_true(crowd):
    """The ranks of the preview are those that the publish writes, bit for bit."""
    draft = draft_rules(**DRAFTS["weights"], **DRAFTS["fit"])
    seen, _tested = previewing.compare(draft)
    RuleSet.objects.filter(status="published").update(status="retired")
    ScoreState.objects.update(rules=draft)
    rules.forget()
    scoring.ensure([lead.pk for lead in crowd])
    rebuilding.rebuild()
    ranks = dict(LeadScore.objects.values_list("lead_id", "rank"))
    scale = seen.after.scale
    assert {lead.lead_id: lead.after for lead in seen.top if lead.place_after} == {
        pk: scale.temperature(rank, seen.at) for pk, rank in ranks.items() if rank > NO_HEAT
    }


@pytest.mark.parametrize("name", ["a shorter half-life", "fit"])
def test_many_leads_are_sampled_and_the_page_knows(crowd, few, name):
    draft = draft_rules(**DRAFTS[name])
    seen, _tested = previewing.compare(draft)
    again, _tested = previewing.compare(draft)
    assert (seen.total, seen.counted, seen.sampled) == (40, 15, True)
    assert sum(map(sum, seen.matrix)) == 15
    assert again.matrix == seen.matrix
    assert {lead.lead_id for lead in seen.top} <= {lead.pk for lead in crowd}
    assert len(seen.top) > 15


def test_other_weights_are_counted_over_all_leads(crowd, few):
    seen, _tested = previewing.compare(draft_rules(**DRAFTS["weights"]))
    assert (seen.counted, seen.searched, seen.sampled) == (40, 40, False)


def test_nobody_is_compared_with_nobody(db):
    seen, tested = previewing.compare(draft_rules())
    assert (seen.total, seen.moving, seen.top, tested.before) == (0, 0, [], None)


@pytest.mark.parametrize("name", DRAFTS)
def test_a_preview_asks_few_questions(crowd, name, django_assert_max_num_queries):
    draft = draft_rules(**DRAFTS[name])
    with django_assert_max_num_queries(7):
        previewing.compare(draft)
