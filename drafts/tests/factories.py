"""Drafts in any state, as the workflow would have left them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from drafts import queue
from drafts.models import Check, Draft, SafetyRules, State
from drafts.models.draft import READABLE
from drafts.safety.names import LAYERS
from drafts.texts import Text
from leads.tests.factories import LeadFactory

SUBJECT = "サービス資料のご案内"
BODY = (
    "株式会社青葉精機\n購買部 課長\n山田 花子 様\n\n突然のご連絡にて失礼いたします。佐藤 健と申します。\n\n"
    "このたびは弊社のサイトをご覧いただき、誠にありがとうございます。"
    "よろしければ、オンラインで15分ほどお時間を頂戴できますと幸いです。\n\n何卒よろしくお願い申し上げます。"
)
WITH_TEXT = (*READABLE, State.IN_REVIEW, State.CHECKING, State.REJECTED, State.EXPIRED, State.SENDING)


class DraftFactory(factory.django.DjangoModelFactory):
    """`flags={"rules": ["price"]}` leaves verdicts that flag; all other layers have passed."""

    class Meta:
        model = Draft
        skip_postgeneration_save = True

    lead = factory.SubFactory(LeadFactory)
    team = factory.SelfAttribute("lead.team")
    language = factory.SelfAttribute("lead.language")
    state = State.READY
    state_changed_at = factory.LazyFunction(timezone.now)
    created_at = factory.LazyFunction(timezone.now)
    entered_review_at = factory.LazyAttribute(
        lambda draft: timezone.now() if draft.state == State.IN_REVIEW else None
    )
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    subject = factory.LazyAttribute(lambda draft: SUBJECT if draft.state in WITH_TEXT else "")
    body = factory.LazyAttribute(lambda draft: BODY if draft.state in WITH_TEXT else "")
    ai_subject = factory.SelfAttribute("subject")
    ai_body = factory.SelfAttribute("body")
    text_hash = factory.LazyAttribute(
        lambda draft: Text(draft.subject, draft.body).hash if draft.body else ""
    )
    attempts = factory.LazyAttribute(lambda draft: 1 if draft.body else 0)

    @factory.lazy_attribute
    def rules_version(self) -> int | None:
        return SafetyRules.objects.get(status="active").version if self.body else None

    @factory.post_generation
    def flags(self: Draft, create: bool, extracted: dict[str, list[str]] | None, **_kwargs: Any) -> None:
        if create and self.body:
            leave_checks(self, extracted or {})
        if create and self.state == State.IN_REVIEW:
            self.review_risk = queue.risk(extracted or {})
            self.save(update_fields=["review_risk"])


def new_rules(*words: str, **fields: Any) -> SafetyRules:
    """Other rules in force, with these words banned in addition; nobody is told, nothing is checked again."""
    old = SafetyRules.objects.get(status="active")
    newest = SafetyRules.objects.order_by("-version").values_list("version", flat=True)[0]
    added = [{"word": word, "language": "ja", "match": "substring", "code": "banned"} for word in words]
    SafetyRules.objects.filter(pk=old.pk).update(status="retired")
    kept = {name: getattr(old, name) for name in ("allowed", "url_hosts", "promises")}
    columns = {"status": "active", "banned": [*old.banned, *added], **kept, **fields}
    return SafetyRules.objects.create(version=newest + 1, **columns)


def leave_checks(draft: Draft, flags: dict[str, list[str]], *, blocking: tuple[str, ...] = ()) -> None:
    Check.objects.bulk_create(
        Check(
            draft=draft,
            layer=layer,
            layer_version="1",
            verdict="flag" if flags.get(layer) else "pass",
            blocking=layer in blocking,
            reasons=[
                {"code": code, "message": "", "span": None, "part": "body"} for code in flags.get(layer, [])
            ],
            text_hash=draft.text_hash,
            attempt=draft.attempts,
            at=timezone.now(),
        )
        for layer in LAYERS
    )
