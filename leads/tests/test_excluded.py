"""A lead that a rule leaves out has no temperature on any screen, and the page says why."""

import csv
import io

import pytest

from leads import rule_words, rules, saving
from leads.models import LeadScore
from leads.models.score import RuleSet
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import shown, warm

pytestmark = pytest.mark.django_db
COMPETITORS = [
    {"field": "company.domain", "op": "in", "value": ["rival.example"], "reason": "competitor"},
    {"field": "company.domain", "op": "contains", "value": ["partner"], "reason": "提携先"},
    {"field": "lead.title", "op": "contains", "value": ["学生"]},
]


@pytest.fixture
def page(client, rep, lead):
    warm(lead, times=3)
    client.force_login(rep)
    return f"/leads/{lead.pk}/"


@pytest.fixture
def blocked(page, lead, rep):
    saving.set_do_not_contact(lead_id=lead.pk, user=rep, blocked=True, reason="本人の希望", version=1)
    return lead


def test_the_page_says_why_and_shows_no_number(client, page, blocked):
    answer = client.get(page)
    assert answer.context["shown"] == "—"
    assert "ランキング対象外" in answer.text
    assert "連絡禁止" in answer.context["excluded"]
    assert "本人の希望" in answer.text
    assert 'class="course"' not in answer.text
    assert "料金ページ閲覧" in answer.text  # in the timeline


def test_in_english(client, page, blocked, rep):
    rep.language = "en"
    rep.save()
    client.force_login(rep)
    assert "Left out of the ranking: Do not contact" in client.get(page).text


def test_the_table_shows_a_dash_that_nothing_paints_over(client, page, blocked, company, rep):
    other = LeadFactory(company=company, owner=rep)
    warm(other)
    text = client.get("/leads/?view=all").text
    row = text[text.index(f'id="lead-{blocked.pk}"') :].split("</tr>")[0]
    assert shown(text) == [other.pk, blocked.pk]
    assert "ランキング対象外" in row
    assert 'class="temp"' not in row
    assert "data-rank" not in row
    assert blocked.pk not in shown(client.get("/leads/?view=all&min_t=1").text)


def test_the_file_leaves_it_empty(client, manager, page, blocked):
    client.force_login(manager)
    text = b"".join(client.get("/leads/export.csv?view=all").streaming_content).decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text))
    assert line["温度"] == ""


def test_the_api_gives_no_number(client, page, blocked):
    assert client.get(f"/api/v1/leads/{blocked.pk}/").json()["temperature"] is None


def test_it_comes_back_when_the_rule_no_longer_holds(client, page, blocked, rep):
    saving.set_do_not_contact(lead_id=blocked.pk, user=rep, blocked=False, version=2)
    assert int(client.get(page).context["shown"]) > 40


@pytest.mark.parametrize(
    ("domain", "words"),
    [("rival.example", "競合他社"), ("www.partner.example", "提携先"), ("ok.example", "")],
)
def test_the_domain_of_a_company_decides_at_once(client, page, lead, rep, domain, words):
    RuleSet.objects.update(exclude_rules=COMPETITORS)
    rules.forget()
    saving.update_company(company_id=lead.company_id, user=rep, domain=domain)
    answer = client.get(page)
    assert answer.context["excluded"] == words
    assert (LeadScore.objects.get(pk=lead.pk).rank == float("-inf")) is bool(words)
    assert (answer.context["shown"] == "—") is bool(words)


def test_a_rule_without_a_reason_names_its_field(client, page, lead, rep):
    RuleSet.objects.update(exclude_rules=COMPETITORS)
    rules.forget()
    saving.update_lead(lead_id=lead.pk, user=rep, version=1, title="学生")
    assert client.get(page).context["excluded"] == "役職"


def test_reasons_in_words():
    assert rule_words.reason_word("") == ""
    assert rule_words.reason_word("Wettbewerber <b>") == "Wettbewerber <b>"
