"""A new lead by hand: tidied, checked, never twice; nothing typed is lost."""

import pytest

from leads.forms import tidy
from leads.models import Company, Lead
from leads.tests.factories import CompanyFactory, LeadFactory

PERSON = {
    "family_name": "髙橋",
    "given_name": "健一",
    "family_kana": "ﾀｶﾊｼ",
    "given_kana": "けんいち",
    "company_name": "株式会社　青葉精機",
    "industry": "food",
    "department": "製造部",
    "title": "部長",
    "email": "Ｋ.takahashi＠aoba.example.jp",
    "phone": "０３－１２３４－５６７８",
}


@pytest.fixture
def new(client, rep):
    client.force_login(rep)
    return lambda **changed: client.post("/leads/new/", {**PERSON, **changed})


def test_a_lead_is_created_and_owned(new, rep, company):
    response = new()
    lead = Lead.objects.get()
    assert response.headers["Location"] == f"/leads/{lead.pk}/"
    assert (lead.team, lead.owner, lead.company) == (rep.teams.get(), rep, company)
    assert (lead.family_name, lead.family_kana, lead.given_kana) == ("髙橋", "タカハシ", "ケンイチ")
    assert (lead.email, lead.phone) == ("K.takahashi@aoba.example.jp", "03-1234-5678")
    assert lead.company.industry == "manufacturing", "a known company keeps its industry"


def test_it_stands_in_the_table_at_once(new, client):
    new()
    assert "髙橋 健一" in client.get("/leads/?q=高橋").text


def test_a_new_company_takes_the_industry(new):
    new(company_name="合同会社ひので")
    assert Company.objects.get().industry == "food"


def test_the_same_address_is_refused_with_the_way_to_the_lead(new, company):
    twin = LeadFactory(company=company, email="k.TAKAHASHI@aoba.example.jp", family_name="先客")
    response = new()
    assert response.status_code == 200
    assert f'<a href="/leads/{twin.pk}/">' in response.text
    assert 'value="製造部"' in response.text
    assert Lead.objects.count() == 1


def test_another_teams_lead_stays_unmentioned(new, other_team):
    LeadFactory(
        company=CompanyFactory(team=other_team), email="k.takahashi@aoba.example.jp", family_name="秘密"
    )
    response = new()
    assert response.status_code == 302
    assert Lead.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"company_name": " 　 "}, "company_name"),
        ({"family_name": "", "given_name": "", "email": ""}, "family_name"),
        ({"email": "takahashi@"}, "email"),
        ({"family_kana": "高橋"}, "family_kana"),
        ({"phone": "内線いち"}, "phone"),
        ({"industry": "magic"}, "industry"),
        ({"family_name": "あ" * 81}, "family_name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(new, changed, field):
    response = new(**changed)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert 'value="部長"' in response.text
    assert not Lead.objects.exists()


def test_errors_speak_the_persons_language(new, client, rep):
    assert "カナで入力してください" in new(family_kana="高橋").text
    rep.language = "en"
    rep.save()
    client.force_login(rep)
    assert "Please write the reading in kana." in new(family_kana="高橋").text


def test_a_member_of_two_teams_chooses(client, manager, other_team):
    manager.memberships.create(team=other_team)
    client.force_login(manager)
    assert 'name="team"' in client.get("/leads/new/").text
    assert client.post("/leads/new/", PERSON).status_code == 200
    client.post("/leads/new/", {**PERSON, "team": other_team.pk})
    assert Lead.objects.get().team == other_team


def test_a_foreign_team_cannot_be_chosen(client, manager, team, other_team):
    third = CompanyFactory().team
    manager.memberships.create(team=other_team)
    client.force_login(manager)
    assert client.post("/leads/new/", {**PERSON, "team": third.pk}).status_code == 200


def test_a_person_without_a_team_is_told(client, admin, team):
    client.force_login(admin)
    response = client.post("/leads/new/", PERSON)
    assert response.status_code == 200
    assert not Lead.objects.exists()


def test_a_reviewer_may_not(client, reviewer):
    client.force_login(reviewer)
    assert client.get("/leads/new/").status_code == 403
    assert client.post("/leads/new/", PERSON).status_code == 403


@pytest.mark.parametrize(
    "evil", ["\x00", "'; drop table x; --", "<script>alert(1)</script>", "\u202e", "🌡️" * 99]
)
def test_any_text_is_kept_or_refused(new, client, evil):
    for field in PERSON:
        response = new(**{field: evil})
        assert response.status_code in (302, 200), field
        assert "<script>alert" not in response.text
        Lead.objects.all().delete()
    assert client.get("/leads/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("６０", "60"),
        ("ｱｵﾊﾞ", "アオバ"),
        ("  a　 b ", "a b"),
        ("髙﨑神", "髙﨑神"),
        ("㈱青葉", "(株)青葉"),
        ("a\x00b", "ab"),
    ],
)
def test_widths_are_tidied_and_letter_forms_kept(typed, kept):
    assert tidy(typed) == kept


def test_known_companies_are_proposed(client, rep, company, other_team):
    CompanyFactory(team=other_team, name="株式会社青葉フーズ")
    client.force_login(rep)
    page = client.get("/leads/companies/?company_name=青葉", headers={"HX-Request": "true"}).text
    assert page.strip() == f'<option value="{company.name}"></option>'


@pytest.mark.parametrize("text", ["", "%", "\x00", "'", "a" * 9999])
def test_any_text_may_be_asked_for(client, rep, company, text):
    client.force_login(rep)
    assert client.get("/leads/companies/", {"company_name": text}).status_code == 200
