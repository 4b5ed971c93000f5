"""The filter of the database agrees with plain Python, for any conditions over many leads."""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import ingest, rules
from leads.conditions import terms, tree
from leads.conditions.checking import meant
from leads.conditions.fields import FIELDS, OWNER, TEAM
from leads.conditions.narrow import of_the_score
from leads.conditions.operators import OPERATORS, Kind, Takes
from leads.conditions.tree import Condition, Group, Join
from leads.conditions.where import Asker, joined, where
from leads.models import ActivityType, Deal, Industry, Lead, LeadScore, Stage
from leads.tests.factories import CompanyFactory, LeadFactory
from leads.tests.plain_conditions import holds

WORDS = ["", "田中", "ﾀﾅｶ", "Tanaka", "tanaka ", "健一", "50%", "a_b", "\\", "（株）", "é", "東京"]
ATTRIBUTES = {
    "text": WORDS,
    "7": ["1,200", "１２０", "−5", "¥3000", "3.5", "n/a", "", "-0", "12円"],
    "date": ["2026-11-28", "2026/1/5", "２０２６年２月３日", "later", "2026-02-31x", "1999.12.31"],
    "yes_no": ["yes", "はい", "○", "NO", "いいえ", "maybe"],
    "kind: of(x)|%": ["A", "a", "Ａ", "b", ""],
}


@pytest.fixture
def leads(team, other_team, rep, colleague):
    """120 of random values, the same each time."""
    dice, now = random.Random(7), timezone.now()
    companies = [
        CompanyFactory(
            team=dice.choice([team, other_team]),
            name=f"{dice.choice(WORDS)}社{n}",
            industry=dice.choice(Industry.values),
            region=dice.choice(["", "東京都", "大阪府"]),
            employees=dice.choice([None, 0, 50, 500]),
            revenue_jpy=dice.choice([None, 10**8]),
        )
        for n in range(12)
    ]

    def moment():
        return dice.choice([None, now + timedelta(hours=dice.uniform(-400, 400))])

    many = [
        LeadFactory(
            company=dice.choice(companies), owner=dice.choice([None, rep, colleague]),
            stage=dice.choice(Stage.values), family_name=dice.choice(WORDS), given_name=dice.choice(WORDS),
            family_kana=dice.choice(WORDS), given_kana="", department=dice.choice(WORDS), source=dice.choice(WORDS),
            next_action=dice.choice(WORDS), next_action_due_at=moment(), recall_at=moment(), opted_out_at=moment(),
            win_probability=dice.choice([None, 0.0, 0.25, 0.6, 1.0]), do_not_contact=dice.random() < 0.3,
            created_at=now - timedelta(hours=dice.uniform(0, 400)), language=dice.choice(["ja", "en"]),
            attributes={
                name: dice.choice(values) for name, values in ATTRIBUTES.items() if dice.random() < 0.8
            },
        )
        for _ in range(120)
    ]  # fmt: skip
    ingest.record(
        [
            ingest.NewActivity(
                lead.pk, dice.choice([ActivityType.PRICING_VIEW, ActivityType.WEBINAR]),
                now - timedelta(hours=dice.uniform(0, 300)), "test",
            )
            for lead in many
            for _ in range(dice.choice([0, 1, 3, 8]))
        ]
    )  # fmt: skip
    LeadScore.objects.filter(lead__in=[lead.pk for lead in many[::9]]).update(
        fit_factor=0, rank=float("-inf")
    )
    for place, lead in enumerate(many):
        LeadScore.objects.filter(lead=lead).update(fit=place % 101)
    Deal.objects.bulk_create(
        Deal(
            lead=lead, team=lead.team, name="x", opened_at=now, status=dice.choice(["open", "open", "won", "lost"]),
            amount_jpy=dice.choice([0, 25, 60, 10**8]),
        )
        for lead in many
        for _ in range(dice.choice([0, 1, 1, 3]))
    )  # fmt: skip
    return list(Lead.objects.select_related("score", "company").prefetch_related("deals"))


def values_of(name, kind, takes, people):
    if takes is Takes.NOTHING:
        return st.just(())
    if takes is Takes.DAYS:
        return st.tuples(st.sampled_from(["0", "1", "7", "3650"]))
    if kind is Kind.DATE:
        return st.tuples(st.sampled_from(["2026-11-28", "2026-11-20", "1999-12-31", "2026-12-05"]))
    if kind is Kind.NUMBER:
        number = st.sampled_from(["0", "1", "25", "50", "60", "99", "100", "-5", "1200", "100000000"])
        return st.tuples(number, number)
    if name in (OWNER.name, TEAM.name):
        return st.lists(
            st.sampled_from([*people, *(["me", "none"] if name == "owner" else [])]), min_size=1
        ).map(tuple)
    if kind is Kind.CHOICE:
        choices = [key for key, _label in FIELDS[name].choices] if name in FIELDS else ["A", "b", "田中"]
        return st.lists(st.sampled_from(choices), min_size=1, max_size=4).map(tuple)
    return st.tuples(st.sampled_from(WORDS[1:]) | st.text("田中aA%_\\ ", min_size=1, max_size=3))


@st.composite
def conditions(draw, people):
    name = draw(st.sampled_from([*FIELDS, *(f"attr.{key}" for key in ATTRIBUTES)]))
    kind = FIELDS[name].kind if name in FIELDS else draw(st.sampled_from(list(Kind)))
    operator = draw(st.sampled_from(OPERATORS[kind]))
    return Condition(name, operator.name, draw(values_of(name, kind, operator.takes, people)))


@st.composite
def items(draw, people):
    one = conditions(people)
    join = st.sampled_from(list(Join))
    groups = st.builds(Group, join, st.lists(one, min_size=2, max_size=3).map(tuple))
    return draw(join), meant(draw(st.lists(one | groups, min_size=1, max_size=3)))


def test_the_filter_agrees_with_plain_python(leads, rep, colleague, team, other_team):
    asker = Asker(rep.pk, rules.current().scale, timezone.now(), ZoneInfo("Asia/Tokyo"))
    people = [str(one.pk) for one in (rep, colleague, team, other_team)]
    held, of_scores, of_terms = [], [], []

    @settings(
        max_examples=400,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(items(people))
    def agree(drawn):
        join, found = drawn
        assert meant(map(tree.read, [item.write() for item in found])) == found
        expected = {
            lead.pk
            for lead in leads
            if not found or (all if join is Join.ALL else any)(holds(item, lead, asker) for item in found)
        }
        asked = joined(join, [where(item, asker) for item in found])
        wanted = Lead.objects.filter(asked)
        assert set(wanted.values_list("pk", flat=True)) == expected, [item.write() for item in found]
        needed = terms.needed(join, found, asker).condition
        if needed:
            assert set(wanted.filter(needed).values_list("pk", flat=True)) == expected, needed
            of_terms.append(Lead.objects.filter(needed).count() < len(leads))
        alone = of_the_score(asked)
        if alone is not None:
            scores = LeadScore.objects.filter(alone)
            assert set(scores.values_list("pk", flat=True)) == expected, [item.write() for item in found]
            of_scores.append(bool(found))
        held.append(0 < len(expected) < len(leads))

    agree()
    # it would show little if most conditions held for all leads or for none
    assert sum(held) > len(held) / 3
    assert sum(of_scores) > 20
    assert sum(of_terms) > 10
