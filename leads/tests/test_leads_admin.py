"""The stock admin of leads and people: mends without leaving traces out of step."""

import pytest

from leads.models import Lead, LeadScore
from leads.tests.factories import CompanyFactory, LeadFactory
from salesdash.models import AuditEntry, Team, User

LISTS = [
    "leads/company", "leads/lead", "leads/deal", "leads/ruleset",
    "salesdash/team", "salesdash/user", "salesdash/auditentry",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_lists_open_in_both_languages(client, admin, lead, name, language):
    admin.language = language
    admin.save()
    client.force_login(admin)
    assert client.get(f"/admin/{name}/?q=a").status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_a_rep_does_not_come_in(client, rep, lead, name):
    client.force_login(rep)
    assert client.get(f"/admin/{name}/").status_code == 302


def form_data(response, **changed) -> dict[str, str]:
    """What the open form would send, inlines without rows included."""
    form = response.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data |= {
        f"initial-{name}": form[name].value() for name in form.fields if form.fields[name].show_hidden_initial
    }
    for inline in response.context["inline_admin_formsets"]:
        management = inline.formset.management_form
        data |= {f"{inline.formset.prefix}-{name}": management[name].value() for name in management.fields}
        for row in inline.formset.initial_forms:
            data |= {row.add_prefix(name): row[name].value() for name in row.fields}
    for name, value in list(data.items()):
        if isinstance(value, dict):
            data[name] = "{}"
        elif hasattr(value, "strftime"):
            data[f"{name}_0"], data[f"{name}_1"] = f"{value:%Y-%m-%d}", f"{value:%H:%M:%S}"
    return {
        name: value for name, value in (data | changed).items() if value is not None and value is not False
    }


def test_a_changed_name_is_found_by_its_new_spelling(client, admin, lead):
    client.force_login(admin)
    url = f"/admin/leads/lead/{lead.pk}/change/"
    response = client.post(url, form_data(client.get(url), family_name="髙橋", family_kana="タカハシ"))
    assert response.status_code == 302
    assert "高橋" in Lead.objects.get().search_text
    assert Lead.objects.get().version == 2
    entry = AuditEntry.objects.get(action="admin.update")
    assert entry.details == {"fields": ["family_kana", "family_name"]}


def test_a_changed_industry_reaches_the_score_rows(client, admin, lead):
    client.force_login(admin)
    url = f"/admin/leads/company/{lead.company_id}/change/"
    assert client.post(url, form_data(client.get(url), industry="food")).status_code == 302
    assert LeadScore.objects.get(pk=lead.pk).industry == "food"


def test_a_lead_stays_in_its_team(client, admin, lead, other_team, outsider):
    client.force_login(admin)
    url = f"/admin/leads/lead/{lead.pk}/change/"
    foreign = {"company": CompanyFactory(team=other_team).pk, "owner": outsider.pk}
    response = client.post(url, form_data(client.get(url), **foreign))
    assert sorted(response.context["adminform"].form.errors) == ["company", "owner"]


def test_the_log_is_only_looked_at(client, admin):
    client.force_login(admin)
    url = f"/admin/salesdash/auditentry/{AuditEntry.objects.create(action='x').pk}"
    assert client.get(f"{url}/change/").status_code == 200
    assert client.post(f"{url}/change/", {}).status_code == 403
    assert client.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/salesdash/auditentry/add/").status_code == 403


def test_a_new_member_is_audited(client, admin, team, outsider):
    client.force_login(admin)
    url = f"/admin/salesdash/team/{team.pk}/change/"
    page = client.get(url)
    prefix = page.context["inline_admin_formsets"][0].formset.prefix
    data = form_data(page, **{f"{prefix}-0-user": outsider.pk, f"{prefix}-TOTAL_FORMS": 1})
    assert client.post(url, data).status_code == 302
    assert outsider.memberships.count() == 2
    assert AuditEntry.objects.get(action="admin.members").details == {"added": 1, "removed": 0}


def test_a_person_is_deactivated_not_deleted(client, admin, rep):
    client.force_login(admin)
    assert client.post(f"/admin/salesdash/user/{rep.pk}/delete/", {"post": "yes"}).status_code == 403
    url = f"/admin/salesdash/user/{rep.pk}/change/"
    data = form_data(client.get(url))
    data.pop("is_active")
    assert client.post(url, data).status_code == 302
    assert not User.objects.get(pk=rep.pk).is_active


def test_the_list_of_leads_asks_few_questions(client, admin, django_assert_max_num_queries):
    for _ in range(5):
        LeadFactory()
    client.force_login(admin)
    client.get("/admin/leads/lead/")
    with django_assert_max_num_queries(14):
        client.get("/admin/leads/lead/")
    assert Team.objects.count() == 5
