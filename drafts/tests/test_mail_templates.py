"""Templates for hand-written mail: strict placeholders, filled for one lead, whose they are, what became of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from drafts import editing, generation, mail_templates, placeholders
from drafts.mail_template_figures import Figures
from drafts.mail_templates import Wording
from drafts.models import Check, Delivery, Draft, MailTemplate, Origin, State
from drafts.tests.factories import DraftFactory
from leads.models import Activity, ActivityType
from leads.tests.factories import LeadFactory
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db

WORDING = Wording(
    "初回のご挨拶",
    "ja",
    "ice_breaker",
    "{{company.name}}様へのご案内",
    "{{company.name}}\n{{ lead.title }} {{lead.family_name}}様\n\n{{sender.company}}の{{sender.name}}と申します。"
    "先日は展示会の会場にお立ち寄りいただき、誠にありがとうございました。",
)


@pytest.fixture
def template(team, rep):
    return mail_templates.create(user=rep, team_id=team.pk, wording=WORDING)


@pytest.fixture
def person(lead, team):
    lead.title, lead.family_name, lead.given_name = "部長", "山田", "花子"
    lead.save()
    team.company_name = "株式会社サンプルフロウ"
    team.save()
    return lead


def test_a_template_is_filled_for_one_lead(template, person, rep):
    filled = mail_templates.fill(template, lead=person, user=rep)
    assert filled.text.subject == "株式会社青葉精機様へのご案内"
    assert filled.text.body.startswith(
        "株式会社青葉精機\n部長 山田様\n\n株式会社サンプルフロウの佐藤 健と申します。"
    )
    assert filled.unknown == ()


def test_what_is_not_known_stays_marked_and_nobody_can_send_it(template, person, rep, llm):
    person.title = ""
    person.save()
    filled = mail_templates.fill(template, lead=person, user=rep)
    assert filled.unknown == ("{{lead.title}}",)
    asked = {"lead_id": person.pk, "user": rep, "subject": filled.text.subject, "body": filled.text.body}
    with pytest.raises(DomainError) as refused:
        editing.write(**asked)
    assert (refused.value.code, refused.value.extra) == ("unfilled", {"placeholders": ["{{lead.title}}"]})
    # whichever way it got into a draft, the format layer stops it, and no person may clear it
    draft = editing.write(**asked | {"body": filled.text.body.replace("{{lead.title}}", "{{役職}}")})
    generation.generate(draft_id=draft.pk)
    assert Draft.objects.get().state == State.IN_REVIEW
    check = Check.objects.get(layer="format")
    assert check.blocking
    assert [reason["code"] for reason in check.reasons] == ["placeholder"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{{lead.email}}様、こんにちは。", "unknown_placeholder"),
        ("{{lead.__class__}}", "unknown_placeholder"),
        ("{{ }}", "unknown_placeholder"),
        ("{lead.name}様", "stray_brace"),
        ("{{lead.name}", "stray_brace"),
        ("{{{lead.name}}}", "stray_brace"),
        ("{% if lead.name %}様", "stray_brace"),
        ("｛｛lead.name｝｝様", "stray_brace"),
        ("{{lead.name|upper}}", "unknown_placeholder"),
        ("  ", "text_missing"),
    ],
)
def test_what_could_never_be_filled_is_refused_when_it_is_saved(team, rep, body, code):
    with pytest.raises(DomainError) as refused:
        mail_templates.create(user=rep, team_id=team.pk, wording=replace(WORDING, body=body))
    assert refused.value.code == code
    assert not MailTemplate.objects.exists()


def test_a_field_that_looks_like_a_placeholder_is_not_filled_again(template, person, rep):
    person.title = "{{sender.name}}"
    person.save()
    body = mail_templates.fill(template, lead=person, user=rep).text.body
    assert "{{sender.name}} 山田様" in body


def test_every_placeholder_says_something_of_a_full_record(person, rep):
    rep.title = "主任"
    person.department = "購買部"
    for name, known in placeholders.KNOWN.items():
        assert known.value(person, rep), name
        assert str(known.label)


def test_whose_templates_a_person_sees_and_changes(template, team, rep, colleague, outsider, manager):
    own = mail_templates.duplicate(template_id=template.pk, user=colleague)
    assert (own.owner, own.name) == (colleague, "初回のご挨拶（コピー）")
    assert set(MailTemplate.objects.visible_to(rep)) == {template}
    assert set(MailTemplate.objects.visible_to(colleague)) == {template, own}
    assert not MailTemplate.objects.visible_to(outsider)
    for template_id, person in ((own.pk, rep), (own.pk, manager), (template.pk, outsider)):
        for act in (
            lambda pk=template_id, who=person: mail_templates.find(template_id=pk, user=who),
            lambda pk=template_id, who=person: mail_templates.delete(template_id=pk, user=who),
            lambda pk=template_id, who=person: mail_templates.duplicate(template_id=pk, user=who),
            lambda pk=template_id, who=person: mail_templates.save(
                template_id=pk, user=who, version=1, wording=WORDING
            ),
        ):
            with pytest.raises(DomainError) as refused:
                act()
            assert refused.value.status == 404


def test_reviewers_and_other_teams_write_none(team, reviewer, outsider):
    for person, code in ((reviewer, "forbidden"), (outsider, "no_team")):
        with pytest.raises(DomainError) as refused:
            mail_templates.create(user=person, team_id=team.pk, wording=WORDING)
        assert refused.value.code == code


def test_a_stale_form_overwrites_nothing(template, rep, colleague):
    mail_templates.save(
        template_id=template.pk, user=colleague, version=1, wording=replace(WORDING, subject="別の件名")
    )
    with pytest.raises(ConflictError):
        mail_templates.save(template_id=template.pk, user=rep, version=1, wording=WORDING)
    assert MailTemplate.objects.get().subject == "別の件名"


def test_a_teams_template_becomes_nobodys_own_and_ones_own_can_be_shared(template, rep):
    kept = mail_templates.save(
        template_id=template.pk, user=rep, version=1, wording=replace(WORDING, personal=True)
    )
    assert kept.owner is None
    own = mail_templates.duplicate(template_id=template.pk, user=rep)
    shared = mail_templates.save(template_id=own.pk, user=rep, version=1, wording=WORDING)
    assert shared.owner is None


def test_deleted_and_brought_back_for_an_hour(template, rep, colleague):
    mail_templates.delete(template_id=template.pk, user=rep)
    assert not MailTemplate.objects.kept()
    assert mail_templates.restore(template_id=template.pk, user=colleague) == template
    mail_templates.delete(template_id=template.pk, user=rep)
    MailTemplate.objects.update(deleted_at=timezone.now() - timedelta(minutes=61))
    with pytest.raises(DomainError):
        mail_templates.restore(template_id=template.pk, user=rep)
    assert list(AuditEntry.objects.filter(action__startswith="template").values_list("action", flat=True))


def test_a_draft_remembers_its_template_and_none_of_another_team(template, person, rep, outsider, other_team):
    far = mail_templates.create(user=outsider, team_id=other_team.pk, wording=WORDING)
    filled = mail_templates.fill(template, lead=person, user=rep).text
    asked = {"user": rep, "subject": filled.subject, "body": filled.body}
    draft = editing.write(lead_id=person.pk, **asked, template_id=template.pk)
    assert (draft.mail_template, draft.origin) == (template, Origin.MANUAL)
    other = LeadFactory(company=person.company, owner=rep)
    assert editing.write(lead_id=other.pk, **asked, template_id=far.pk).mail_template is None


def test_those_of_the_purpose_come_first_then_ones_own(template, person, rep):
    thanks = mail_templates.create(
        user=rep, team_id=person.team_id, wording=replace(WORDING, purpose="thank_you", name="あ")
    )
    own = mail_templates.duplicate(template_id=template.pk, user=rep)
    english = replace(WORDING, language="en", name="English")
    mail_templates.create(user=rep, team_id=person.team_id, wording=english)
    assert list(mail_templates.for_lead(person, rep, "ice_breaker")) == [own, template, thanks]
    assert mail_templates.for_lead(person, rep, "thank_you").first() == thanks


def test_what_became_of_mails_beside_free_and_generated_ones(template, company, rep, team, other_team):
    now = timezone.now()

    def sent(origin=Origin.MANUAL, template=None, answers=(), trackable=True, days=2):
        lead = LeadFactory(company=company, owner=rep)
        draft = DraftFactory(lead=lead, state=State.SENT, origin=origin, mail_template=template)
        at = now - timedelta(days=days)
        delivery = Delivery.objects.create(
            draft=draft, lead=lead, team=team, sender=rep, channel="smtp", status="sent", origin=origin,
            recipient=lead.email, claimed_at=at, sent_at=at, text_hash=draft.text_hash, trackable=trackable,
        )  # fmt: skip
        for number, kind in enumerate(answers):
            Activity.objects.create(
                lead=lead, type=kind, source="test", external_id=f"{lead.pk}-{number}", delivery_id=delivery.pk,
                occurred_at=at + timedelta(hours=1), received_at=now,
            )  # fmt: skip

    sent(template=template, answers=[ActivityType.EMAIL_OPEN, ActivityType.EMAIL_REPLY])
    sent(template=template, trackable=False)
    sent(template=template, answers=[ActivityType.EMAIL_OPEN_MACHINE])
    sent()
    sent(origin=Origin.GENERATED, answers=[ActivityType.EMAIL_OPEN])
    sent(template=template, days=100)
    found = Figures.read([team.pk], since=now - timedelta(days=90))
    use = found.by_template[template.pk]
    assert (use.sent, use.trackable, use.opened, use.replied) == (3, 2, 1, 1)
    assert (found.free.sent, found.generated.sent, found.generated.opened) == (1, 1, 1)
    assert Figures.read([other_team.pk], since=now - timedelta(days=90)) == Figures()
