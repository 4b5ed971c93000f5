"""What the model is told: facts with ids, in a template that can do nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from drafts import facts, memory, prompts
from drafts.models import Delivery, PromptVersion
from drafts.prompts import PromptBroken
from drafts.tests.factories import DraftFactory
from leads import ingest
from leads.models import ActivityType, Note

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def did(lead, kind, days=1, **properties):
    at = NOW - timedelta(days=days)
    ingest.record([ingest.NewActivity(lead.pk, kind, at, "web", properties=properties)])


def collected(lead, language="ja"):
    return {
        fact.kind: fact
        for fact in facts.collect(lead=lead, language=language, known=facts.known_of(lead, language, now=NOW))
    }


def test_facts_have_ids_in_order(lead):
    did(lead, ActivityType.PRICING_VIEW)
    found = facts.collect(lead=lead, language="ja", known=facts.known_of(lead, "ja", now=NOW))
    assert [fact.id for fact in found] == [f"F{n}" for n in range(1, len(found) + 1)]


def test_activities_are_summed_up_by_kind(lead):
    for days in (2, 5, 9):
        did(lead, ActivityType.PRICING_VIEW, days)
    did(lead, ActivityType.DOCUMENT_REQUEST, 3, document="サービス紹介資料")
    found = collected(lead)
    assert (found["pricing_view"].text, found["pricing_view"].value) == ("弊社の料金ページをご覧", "3")
    assert "「サービス紹介資料」をご請求" in found["document_request"].text


def test_each_language_knows_the_offer_in_its_own_words(lead):
    """A claim in English on a Japanese sentence would be a mismatch each time."""
    team = lead.team
    team.product_description = "見積と請求を一つにします。"
    assert "product" not in collected(lead, "en")
    team.product_description_en = "We keep quotations and invoices in one place."
    assert collected(lead)["product"].text == "見積と請求を一つにします。"
    assert collected(lead, "en")["product"].text == "We keep quotations and invoices in one place."
    team.product_description, team.product_description_en = "Made in Osaka.", ""
    assert collected(lead, "en")["product"].text == "Made in Osaka."


def test_what_is_older_than_90_days_is_no_fact(lead):
    did(lead, ActivityType.WEBINAR, 91)
    assert "webinar" not in collected(lead)


@pytest.mark.parametrize(
    "kind",
    [ActivityType.EMAIL_OPEN, ActivityType.EMAIL_CLICK, ActivityType.CALL_ABSENT, ActivityType.EMAIL_SENT],
)
def test_what_would_sound_like_watching_is_no_fact(kind, lead):
    did(lead, kind)
    assert kind.key not in collected(lead)


def test_days_are_those_of_the_teams_zone(lead):
    at = NOW.replace(month=11, day=2, hour=16, minute=0) - timedelta(days=0)
    ingest.record([ingest.NewActivity(lead.pk, ActivityType.FORM_SUBMIT, at, "web")])
    assert (
        "11月3日"
        in {
            f.kind: f
            for f in facts.collect(lead=lead, language="ja", known=facts.known_of(lead, "ja", now=NOW))
        }["form_submit"].text
    )


def test_fields_are_stripped_to_one_visible_line(lead, rep):
    Note.objects.create(
        lead=lead, author=rep, author_name="x", body="三拠点\n\u202eある\u200b。\t" + "長い" * 200
    )
    note = collected(lead)["note"].text
    assert note.startswith("三拠点 ある。 長い")
    assert len(note) <= 200


def test_earlier_subjects_are_told_so_that_nothing_is_repeated(lead, rep):
    old = DraftFactory(lead=lead, state="sent", subject="前回の件名")
    Delivery.objects.create(
        draft=old, lead=lead, team=lead.team, channel="copy", status="sent", origin="generated",
        recipient=lead.email, text_hash="x", claimed_at=NOW, sent_at=NOW,
    )  # fmt: skip
    mails = facts.known_of(lead, "ja").earlier
    assert [mail["subject"] for mail in memory.as_data(mails)] == ["前回の件名"]


def data(language="ja"):
    return {"language": language, "purpose": "ice_breaker", "tone": "polite", "sender": {"name": "佐藤"}}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_default_prompts_render(language):
    version = prompts.active_version(purpose="ice_breaker", language=language)
    made = prompts.render(version, data=data(language))
    assert [message["role"] for message in made.messages] == ["system", "user"]
    assert "JSON" in made.messages[0]["content"]
    assert prompts.block(data(language)) in made.messages[1]["content"]


@pytest.mark.parametrize(
    "source",
    [
        "{{ unknown }} {{ data }}",
        "{{ data",
        "{% for x in range(10**9) %}{% endfor %}{{ data }}",
        "{{ ''.__class__.__mro__ }} {{ data }}",
        "{{ data.__init__.__globals__ }}",
        "{{ sender.update({}) }} {{ data }}",
        "no data at all",
        "{{ data }} {{ data }}",
    ],
)
def test_a_template_that_does_more_or_less_is_refused(source):
    version = PromptVersion(system_source="JSON", user_source=source, sampling={})
    with pytest.raises(PromptBroken):
        prompts.render(version, data=data())


def test_the_system_prompt_must_not_hold_the_data():
    version = PromptVersion(system_source="{{ data }}", user_source="{{ data }}", sampling={})
    with pytest.raises(PromptBroken):
        prompts.render(version, data=data())


def test_there_is_no_prompt_for_what_nobody_wrote_one(lead, rep, llm):
    from drafts import generation, requests
    from drafts.models import Draft

    PromptVersion.objects.filter(template__purpose="thank_you").update(status="retired")
    draft = requests.request_draft(lead_id=lead.pk, user=rep, purpose="thank_you")
    generation.generate(draft_id=draft.pk)
    assert Draft.objects.get().error_code == "no_prompt"
