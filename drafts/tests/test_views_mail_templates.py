"""Pages of mail templates, and the dialog in which one is inserted: nothing typed is lost, outsiders see none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from drafts import mail_templates
from drafts.mail_templates import Wording
from drafts.models import Draft, MailTemplate
from leads.tests.factories import LeadFactory
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Language": "ja"}
LIST, NEW = "/drafts/templates/", "/drafts/templates/new/"
WORDING = Wording(
    "初回のご挨拶",
    "ja",
    "ice_breaker",
    "{{company.name}}様へ",
    "{{lead.title}} {{lead.family_name}}様\n\n{{sender.name}}と申します。",
)


@pytest.fixture
def template(team, rep):
    return mail_templates.create(user=rep, team_id=team.pk, wording=WORDING)


@pytest.fixture
def desk(client, rep):
    rep.language = "ja"
    rep.save()
    client.force_login(rep)
    return client


def page(template: MailTemplate, name: str = "mail_template") -> str:
    return reverse(f"drafts:{name}", args=[template.pk])


def form(team, **changes: str) -> dict[str, str]:
    names = ("name", "language", "purpose", "subject", "body")
    return {name: getattr(WORDING, name) for name in names} | {"team": str(team.pk)} | changes


def test_a_template_is_written_and_listed(desk, team):
    answer = desk.post(NEW, form(team, personal="1"), follow=True)
    assert "「初回のご挨拶」を保存しました" in answer.text
    assert "自分だけ" in answer.text
    assert MailTemplate.objects.get().is_personal


def test_an_unknown_placeholder_is_told_and_nothing_typed_is_lost(desk, team):
    answer = desk.post(NEW, form(team, body="{{lead.salary}}円ですね。書きかけの文面"))
    assert answer.status_code == 422
    assert "{{lead.salary}}という差し込み項目はありません" in answer.text
    assert "書きかけの文面" in answer.text
    assert not MailTemplate.objects.exists()


def test_a_stale_form_shows_both_texts(desk, template, colleague, team):
    changed = replace(WORDING, body="同僚の本文です。ご確認ください。")
    mail_templates.save(template_id=template.pk, user=colleague, version=1, wording=changed)
    answer = desk.post(page(template), form(team, body="自分の本文です。", version="1"))
    assert answer.status_code == 409
    assert "同僚の本文です" in answer.text
    assert "自分の本文です" in answer.text
    assert 'name="version" value="2"' in answer.text


def test_what_was_typed_into_a_template_that_is_gone_can_be_saved_as_a_new_one(
    desk, template, colleague, team
):
    mail_templates.delete(template_id=template.pk, user=colleague)
    answer = desk.post(page(template), form(team, body="書きかけの本文です。", version="1"))
    assert answer.status_code == 409
    assert "書きかけの本文です。" in answer.text
    assert f'action="{NEW}"' in answer.text
    assert desk.get(page(template)).status_code == 404


def test_a_preview_fills_marks_and_checks_without_saving(desk, template, team, lead):
    lead.title = ""
    lead.save()
    body = "{{lead.title}} {{lead.family_name}}様\n\n今だけ50%割引でご提供いたします。"
    answer = desk.post(page(template), form(team, body=body, version="1", preview="1", lead=str(lead.pk)))
    assert answer.status_code == 200
    assert f"{lead.family_name}様" in answer.text
    assert "<mark>{{lead.title}}</mark>" in answer.text
    assert "値引き・特典" in answer.text
    assert MailTemplate.objects.get().body == WORDING.body


def test_the_preview_shows_no_lead_of_another_team(desk, template, team, other_team):
    far = LeadFactory(company__team=other_team, family_name="秘密田")
    answer = desk.post(page(template), form(team, version="1", preview="1", lead=str(far.pk)))
    assert answer.status_code == 422
    assert "秘密田" not in answer.text


def test_copied_deleted_and_brought_back(desk, template):
    copied = desk.post(page(template, "mail_template_copy"))
    assert copied.headers["Location"] == page(MailTemplate.objects.exclude(pk=template.pk).get())
    html = desk.post(page(template, "mail_template_delete"), follow=True).text
    assert page(template, "mail_template_restore") in html
    assert MailTemplate.objects.kept().count() == 1
    desk.post(page(template, "mail_template_restore"))
    assert MailTemplate.objects.kept().count() == 2


def test_the_list_is_bounded_in_queries(desk, team, rep, django_assert_max_num_queries):
    for number in range(12):
        mail_templates.create(user=rep, team_id=team.pk, wording=replace(WORDING, name=f"雛形{number}"))
    desk.get(LIST)
    with django_assert_max_num_queries(8):
        assert "雛形11" in desk.get(LIST).text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_keep_the_policy_in_both_languages(client, rep, template, lead, language):
    rep.language = language
    rep.save()
    client.force_login(rep)
    said = {"ja": "メールのひな形", "en": "Mail templates"}[language]
    for path in (LIST, NEW, page(template), reverse("drafts:write", args=[lead.pk])):
        html = client.get(path).text
        assert findings(html, MARKUP_RULES) == []
        assert said in html


def test_outsiders_find_no_template(client, template, outsider, reviewer, rep):
    own = mail_templates.duplicate(template_id=template.pk, user=rep)
    client.force_login(outsider)
    assert WORDING.name not in client.get(LIST).text
    for one in (template, own):
        assert client.get(page(one)).status_code == 404
        assert client.post(page(one), {"version": "1"}).status_code == 404
        for act in ("copy", "delete", "restore"):
            assert client.post(page(one, f"mail_template_{act}")).status_code == 404
    client.force_login(reviewer)
    assert client.get(LIST).status_code == 403
    client.logout()
    for path in (LIST, NEW, page(template)):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")
    assert MailTemplate.objects.kept().count() == 2


# --- in the dialog -------------------------------------------------------------------------------


def test_inserted_in_the_dialog_and_remembered_by_the_draft(desk, template, lead):
    lead.title = "部長"
    lead.save()
    url = reverse("drafts:write", args=[lead.pk])
    assert WORDING.name in desk.get(url, headers=HTMX).text
    typed = {"subject": "", "body": "", "insert": "1", "choice": str(template.pk)}
    html = desk.post(url, typed, headers=HTMX).text
    assert "株式会社青葉精機様へ" in html
    assert f'name="template" value="{template.pk}"' in html
    assert not Draft.objects.exists()
    body = f"部長 {lead.family_name}様\n\nよろしくお願いいたします。"
    desk.post(url, {"subject": "件名", "body": body, "template": str(template.pk)}, headers=HTMX)
    assert Draft.objects.get().mail_template == template


def test_what_was_typed_stays_above_the_inserted_text(desk, template, lead):
    url = reverse("drafts:write", args=[lead.pk])
    typed = {"subject": "自分の件名", "body": "書きかけ", "insert": "1", "choice": str(template.pk)}
    html = desk.post(url, typed, headers=HTMX).text
    assert 'value="自分の件名"' in html
    assert f"書きかけ\n\n{lead.title or '{{lead.title}}'} {lead.family_name}様" in html


def test_a_placeholder_left_standing_is_named_and_refused(desk, template, lead):
    lead.title = ""
    lead.save()
    url = reverse("drafts:write", args=[lead.pk])
    html = desk.post(url, {"insert": "1", "choice": str(template.pk)}, headers=HTMX).text
    assert "<mark>{{lead.title}}</mark>" in html
    sent = {"subject": "件名", "body": "{{lead.title}} 様、書きかけ", "template": str(template.pk)}
    answer = desk.post(url, sent, headers=HTMX)
    assert answer.status_code == 422
    assert "書きかけ" in answer.text
    assert not Draft.objects.exists()


def test_templates_of_others_are_not_offered_nor_taken(
    client, template, lead, colleague, outsider, other_team
):
    own = mail_templates.duplicate(template_id=template.pk, user=colleague)
    far = mail_templates.create(user=outsider, team_id=other_team.pk, wording=replace(WORDING, name="他部署"))
    client.force_login(lead.owner)
    url = reverse("drafts:write", args=[lead.pk])
    html = client.get(url, headers=HTMX).text
    assert own.name not in html
    assert "他部署" not in html
    for one in (own, far):
        answer = client.post(url, {"insert": "1", "choice": str(one.pk)}, headers=HTMX)
        assert "と申します" not in answer.text
