"""The scale data set: right, the same for the same seed, whole or not at all."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from leads import auditing, folding, scale_data
from leads.models import Activity, Company, Lead, LeadScore
from leads.models.score import ScoreState
from salesdash.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)
LEADS, ACTIVITIES = 600, 6000
CONTENT = (
    "SELECT md5(string_agg(email || family_name || given_name, ',' ORDER BY email)) FROM leads_lead",
    "SELECT md5(string_agg(external_id || type || (lead_id - first), ',' ORDER BY external_id::int))"
    " FROM leads_activity, (SELECT min(id) AS first FROM leads_lead) leads",
)


def content():
    with connection.cursor() as cursor:
        return [cursor.execute(statement).fetchone()[0] for statement in CONTENT]


def indexes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'leads_%' ORDER BY indexdef")
        return [row[0] for row in cursor.fetchall()]


def clear():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE leads_lead, leads_company, leads_leadscore, leads_activity CASCADE")


def test_it_holds_what_was_asked_for_and_the_audit_is_clean():
    before = indexes()
    shape = scale_data.build(leads=LEADS, activities=ACTIVITIES)
    assert (Lead.objects.count(), LeadScore.objects.count()) == (LEADS, LEADS)
    assert Activity.objects.count() == ACTIVITIES
    assert Lead.objects.filter(pk__range=(shape.first_lead, shape.first_lead + LEADS - 1)).count() == LEADS
    assert auditing.audit().clean
    assert indexes() == before


def test_few_leads_do_most():
    shape = scale_data.build(leads=LEADS, activities=ACTIVITIES)
    busy = Activity.objects.filter(lead_id__lt=shape.first_lead + LEADS // 10).count()
    assert busy > 0.3 * ACTIVITIES


def test_names_are_found_as_those_of_other_leads_are():
    scale_data.build(leads=LEADS, activities=0)
    for lead in Lead.objects.select_related("company"):
        fields = folding.search_fields(lead, lead.company)
        assert (lead.search_text, set(lead.search_grams)) == (fields.text, set(fields.grams))
        assert lead.company.name_key == folding.company_key(lead.company.name)


def test_company_names_are_no_one_s_twice():
    scale_data.build(leads=LEADS, activities=0)
    names = list(Company.objects.values_list("name", flat=True))
    assert len(set(names)) == len(names) == LEADS // scale_data.LEADS_PER_COMPANY


def test_the_same_seed_makes_the_same_set():
    contents = []
    for seed in (7, 7, 8):
        clear()
        scale_data.build(leads=LEADS, activities=ACTIVITIES, seed=seed)
        contents.append(content())
    assert contents[0] == contents[1]
    assert contents[0][0] != contents[2][0]


def test_a_database_with_leads_is_refused_unless_told(lead):
    with pytest.raises(DomainError) as failure:
        scale_data.build(leads=LEADS, activities=ACTIVITIES)
    assert failure.value.code == "not_empty"
    scale_data.build(leads=LEADS, activities=ACTIVITIES, append=True)
    assert (Lead.objects.count(), Activity.objects.count()) == (LEADS + 1, ACTIVITIES)
    assert auditing.audit().clean


def test_what_is_interrupted_leaves_nothing():
    before = indexes()

    def interrupt(step, share):
        if step == "indexes":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scale_data.build(leads=LEADS, activities=ACTIVITIES, progress=interrupt)
    assert (Lead.objects.count(), Activity.objects.count()) == (0, 0)
    assert indexes() == before


def test_the_command_says_what_to_expect_and_what_it_took():
    out = StringIO()
    call_command("bench_seed", "--leads", "500", "--activities", "5000", stdout=out)
    said = out.getvalue()
    assert "500 leads, 5,000 activities: about " in said
    assert "leads_activity" in said
    assert "bytes a lead" in said
    assert ScoreState.objects.get().epoch > 1


def test_the_command_refuses_what_cannot_be(lead):
    for arguments in (["--leads", "0", "--activities", "1"], ["--leads", "5", "--activities", "-1"]):
        with pytest.raises(CommandError):
            call_command("bench_seed", *arguments)
    with pytest.raises(CommandError, match="--append"):
        call_command("bench_seed", "--leads", "5", "--activities", "5")
