"""The regression set: kept by one click, without persons, run under later rules, seen by its team alone."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from drafts import regression
from drafts.models import Check, Clearance, Draft, RegressionCase, State
from drafts.safety import examples, redteam, rulebook
from drafts.tests.factories import BODY, SUBJECT, DraftFactory
from leads.models import Lead
from leads.tests.factories import CompanyFactory, LeadFactory, UserFactory
from salesdash.models import AuditEntry, User
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

pytestmark = pytest.mark.django_db
GUARANTEE = BODY + "\n弊社の製品なら必ず売上が伸びます。"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def item(lead, rep):
    return DraftFactory(
        lead=lead, requested_by=rep, state=State.IN_REVIEW, flags={"rules": ["guarantee"]}, body=GUARANTEE
    )


def decide(client, item: Draft, **changes: str) -> None:
    url = reverse("admin:drafts_reviewitem_change", args=[item.pk])
    fields = dict(re.findall(r'type="hidden" name="(version|token)" value="([^"]*)"', client.get(url).text))
    form = fields | {"subject": SUBJECT, "body": item.body} | changes
    assert client.post(url, form).status_code == 302


def test_a_rejected_text_becomes_a_case_by_one_click(desk, item, reviewer):
    decide(desk, item, _reject="1", code="promise", case="1")
    case = RegressionCase.objects.get()
    assert (case.unsafe, case.code, case.caught_by) == (True, "promise", ["rules"])
    assert case.added_by_name == str(reviewer)
    assert AuditEntry.objects.filter(action="regression.keep").count() == 1


def test_a_false_alarm_too_and_nothing_without_the_click(desk, item, lead):
    decide(desk, item, _approve="1", case="1")
    assert (RegressionCase.objects.get().unsafe, Clearance.objects.count()) == (False, 1)
    other = DraftFactory(lead=lead, purpose="thank_you", state=State.IN_REVIEW, flags={"rules": ["price"]})
    decide(desk, other, _reject="1", code="tone")
    assert RegressionCase.objects.count() == 1


def test_nobody_is_named_in_a_case(item, lead, rep, reviewer):
    facts = [{"id": "F1", "kind": "note", "text": f"{lead.family_name}様のご要望", "value": ""}]
    Draft.objects.filter(pk=item.pk).update(facts=facts)
    case = regression.keep(draft=Draft.objects.get(), reviewer=reviewer, unsafe=True, code="promise")
    line = regression.exported(case)
    for words in (lead.family_name, lead.given_name, lead.company.name, rep.last_name, lead.email):
        assert words not in line, words
    assert "株式会社見本商事" in line
    assert "必ず売上が伸びます" in line


def test_names_of_one_character_go_too(item, lead, rep, reviewer):
    Lead.objects.filter(pk=lead.pk).update(family_name="林", given_name="健")
    User.objects.filter(pk=rep.pk).update(last_name="森", first_name="翠")
    body = "林 健 様\n\n森です。林様にご提案です。森林組合の実績もございます。\n\n森 翠"
    Draft.objects.filter(pk=item.pk).update(body=body, facts=[])
    case = regression.keep(draft=Draft.objects.get(), reviewer=reviewer, unsafe=True, code="promise")
    assert case.line["body"] == (
        "見本 太郎 様\n\n例田です。見本様にご提案です。森林組合の実績もございます。\n\n例田 梢"
    )


def test_other_customers_of_the_team_are_not_named_either(item, team, other_team, reviewer):
    """As they stand in the text, facts and claims; a customer of another team alone is not looked up."""
    for name, name_en, whose in (
        ("株式会社橘精密工業", "Tachibana Precision Ltd", team),
        ("山", "", team),
        ("有限会社遠方物産", "", other_team),
    ):
        LeadFactory(company=CompanyFactory(team=whose, name=name, name_en=name_en))
    body = (
        f"{BODY}\n株式会社橘精密工業様でお使いです。橘精密工業では半年、Tachibana Precision Ltd としても。"
        "山の多い土地です。有限会社遠方物産。"
    )
    facts = [{"id": "F1", "kind": "note", "text": "橘精密工業で導入", "value": "橘精密工業"}]
    claims = [{"phrase": "橘精密工業では半年", "fact_id": "F1"}]
    subject = "橘精密工業様の事例"
    Draft.objects.filter(pk=item.pk).update(body=body, facts=facts, claims=claims, subject=subject)
    case = regression.keep(draft=Draft.objects.get(), reviewer=reviewer, unsafe=True, code="wrong_customer")
    line = case.line
    assert [words for words in ("橘", "achibana") if words in regression.exported(case)] == []
    assert line["subject"] == "架空製作所様の事例"
    assert (
        "株式会社架空製作所様でお使いです。架空製作所では半年、株式会社架空製作所 としても。" in line["body"]
    )
    assert "山の多い土地です。有限会社遠方物産。" in line["body"]
    assert (line["facts"][0]["value"], line["claims"][0]["phrase"]) == ("架空製作所", "架空製作所では半年")
    # the layer finds another customer as it did in the draft
    rules = rulebook.active()
    found = examples.check(examples.read(regression.exported(case).encode(), rules), ("rules",))
    assert "other_customer" in str(found)


def test_our_own_name_and_the_customers_are_no_others(item, team, lead, reviewer):
    """Also where the team has itself, or the customer's parent, among its companies."""
    CompanyFactory(team=team, name=team.company_name)
    case = regression.keep(draft=item, reviewer=reviewer, unsafe=True, code="promise")
    assert case.line["other_customers"] == []
    assert "架空" not in regression.exported(case)


def test_what_only_the_customers_data_showed_has_not_leaked_back(item, reviewer):
    """Flagged for another customer's name, which the line does not hold: no layer is said to catch it."""
    Draft.objects.filter(pk=item.pk).update(body=BODY, claims=[])
    Check.objects.filter(draft=item, layer="rules").update(reasons=[{"code": "other_customer"}])
    case = regression.keep(draft=Draft.objects.get(), reviewer=reviewer, unsafe=True, code="promise")
    assert case.caught_by == []
    assert regression.run(rulebook.active(), [case]).leaked_back == ()


def test_our_own_domain_is_replaced_and_its_links_still_pass(item, team, reviewer):
    team.sending_domain, team.sending_domain_verified_at = "aoba.co.jp", timezone.now()
    team.save()
    Draft.objects.filter(pk=item.pk).update(body=f"{BODY}\nhttps://www.aoba.co.jp/guide")
    case = regression.keep(draft=Draft.objects.get(), reviewer=reviewer, unsafe=False)
    line = regression.exported(case)
    assert "aoba.co.jp" not in line
    example = examples.read(line.encode(), rulebook.active())
    assert "format" not in examples.check(example, ("format",)).flagged_by()


def test_a_text_is_kept_once(item, reviewer):
    first = regression.keep(draft=item, reviewer=reviewer, unsafe=True, code="promise")
    assert regression.keep(draft=item, reviewer=reviewer, unsafe=False) == first
    assert RegressionCase.objects.get().unsafe


def test_what_was_caught_and_is_not_any_more_has_leaked_back(item, reviewer):
    case = regression.keep(draft=item, reviewer=reviewer, unsafe=True, code="promise")
    held = regression.run(rulebook.active(), [case])
    assert (held.unsafe.hits, held.unsafe.trials, held.leaked_back) == (1, 1, ())
    case.line["body"] = case.line["body"].replace("必ず売上が伸びます", "売上の参考になれば幸いです")
    case.save()
    assert regression.run(rulebook.active(), [case]).leaked_back == (str(case),)
    case.caught_by = []  # a model had caught it: the layers without one never did
    assert regression.run(rulebook.active(), [case]).leaked_back == ()


def test_make_safety_runs_the_cases_and_fails_on_one_that_leaked_back(item, reviewer, tmp_path, monkeypatch):
    monkeypatch.setattr(redteam, "LEAST", {})
    case = regression.keep(draft=item, reviewer=reviewer, unsafe=True, code="promise")
    told = io.StringIO()
    call_command("safety", folder=tmp_path, stdout=told, stderr=io.StringIO())
    assert json.loads(told.getvalue().splitlines()[-1])["safety"]["regression"]["caught"] == 1
    harmless = case.line["body"].replace("必ず売上が伸びます", "お役に立てれば幸いです")
    RegressionCase.objects.update(line=case.line | {"body": harmless})
    with pytest.raises(SystemExit):
        call_command("safety", folder=tmp_path, stdout=io.StringIO(), stderr=(complaint := io.StringIO()))
    assert f"{case} has leaked back" in complaint.getvalue()


def test_reviewers_see_export_and_switch_off_those_of_their_teams(client, item, reviewer, other_team):
    case = regression.keep(draft=item, reviewer=reviewer, unsafe=True, code="promise")
    path = reverse("admin:drafts_regressioncase_changelist")
    one = reverse("admin:drafts_regressioncase_change", args=[case.pk])
    export = {"action": "export", "_selected_action": [case.pk]}
    client.force_login(reviewer)
    for url in (path, one):
        html = client.get(url).text
        assert findings(html, MARKUP_RULES) == []
        assert SUBJECT in html
    lines = b"".join(client.post(path, export).streaming_content).decode()
    assert json.loads(lines)["unsafe"] is True
    client.post(one, {})
    assert not RegressionCase.objects.get().in_use
    client.force_login(UserFactory(role="reviewer", member_of=(other_team,), is_staff=True))
    assert SUBJECT not in client.get(path).text
    assert client.get(one).status_code == 302
    client.force_login(UserFactory(role="rep", member_of=(item.team,), is_staff=True))
    for url in (path, one):
        assert client.get(url).status_code == 403
