"""All that a reviewer needs to decide about one draft, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property

from drafts import diff, escalation, findings, marking, queue
from drafts.admin import review_columns
from drafts.models import Delivery, Draft, DraftEvent, ReviewItem
from drafts.review import Lease
from drafts.safety.reasons import label
from drafts.texts import BODY_MAX_CHARS, SUBJECT_MAX_CHARS, Text
from leads import rules
from leads.models import Activity, ActivityType
from leads.temperature import Scale, grade
from salesdash.models import User

MAILS_SHOWN = 5
EVENTS_SHOWN = 12
_ANSWERS = (ActivityType.EMAIL_OPEN, ActivityType.EMAIL_CLICK, ActivityType.EMAIL_REPLY)


@dataclass(frozen=True)
class PastMail:
    at: datetime | None
    subject: str
    answers: list[str]


@dataclass(frozen=True)
class Step:
    event: DraftEvent
    reasons: list[str]


@dataclass(frozen=True)
class Page:
    """`lease` is None where somebody else holds the item; `typed` and `kept` are what a refused form held."""

    item: Draft
    user: User
    lease: Lease | None
    typed: Text | None = None
    kept: Mapping[str, str] = field(default_factory=dict)
    subject_max: str = str(SUBJECT_MAX_CHARS)
    body_max: str = str(BODY_MAX_CHARS)

    @property
    def version(self) -> str:
        """For attributes: a number in a template gets thousands separators."""
        return str(self.item.version)

    @property
    def key(self) -> str:
        return str(self.item.pk)

    @property
    def token(self) -> str:
        return str(self.lease.token) if self.lease else ""

    @property
    def until(self) -> datetime | None:
        return self.lease.until if self.lease else self.item.claimed_until

    @property
    def holder(self) -> User | None:
        return self.user if self.lease else self.item.claimed_by

    @property
    def is_escalated(self) -> bool:
        return self.item.escalated_to_id is not None

    @property
    def is_mine_by_escalation(self) -> bool:
        return self.item.escalated_to_id == self.user.pk

    @property
    def may_escalate(self) -> bool:
        """Whoever decides as a manager hands it to nobody else: back to the reviewers it goes."""
        return not self.is_escalated and self.user.has_perm("drafts.review_draft")

    @cached_property
    def managers(self) -> list[tuple[str, User]]:
        """Whom it can be escalated to; the value of each for the form."""
        if not self.may_escalate or self.lease is None:
            return []
        return [(str(person.pk), person) for person in escalation.managers_for(self.item, self.user)]

    @cached_property
    def remaining(self) -> int:
        return Draft.objects.in_review_for(self.user).count()

    @property
    def waiting(self) -> str:
        return review_columns.duration(queue.waiting_seconds(self.item, timezone.now()))

    @property
    def standing(self) -> str:
        return queue.standing(self.item, timezone.now())

    @cached_property
    def findings(self) -> findings.Findings:
        return findings.of(self.item.checks.all(), self.item.text_hash)

    @cached_property
    def subject(self) -> list[marking.Stretch]:
        return self._cut(self.item.subject, "subject")

    @cached_property
    def body(self) -> list[marking.Stretch]:
        return self._cut(self.item.body, "body")

    @property
    def by_person(self) -> bool:
        """Whether the text that was checked is not the model's."""
        return self.item.text_author_id is not None or not self.item.ai_body

    @property
    def edited(self) -> Text:
        """What the editor holds."""
        return self.typed or Text(self.item.subject, self.item.body)

    @cached_property
    def comparison(self) -> diff.Sides:
        return diff.sides(_whole(original(self.item)), _whole(self.edited))

    @cached_property
    def temperature(self) -> float | None:
        score = getattr(self.item.lead, "score", None)
        return self._scale.temperature(score.rank, timezone.now()) if score else None

    @property
    def band(self) -> str:
        return self._scale.band(self.temperature or 0).key

    @property
    def grade(self) -> str:
        score = getattr(self.item.lead, "score", None)
        return grade(score.fit) if score else "—"

    @cached_property
    def past_mails(self) -> list[PastMail]:
        sent = Delivery.objects.filter(lead=self.item.lead_id, status=Delivery.Status.SENT)
        mails = list(sent.select_related("draft").order_by("-sent_at")[:MAILS_SHOWN])
        answers: dict[int, set[int]] = {}
        if mails:
            rows = Activity.objects.filter(
                lead=self.item.lead_id, delivery_id__in=[mail.pk for mail in mails], type__in=_ANSWERS
            )
            for delivery_id, kind in rows.values_list("delivery_id", "type"):
                answers.setdefault(delivery_id or 0, set()).add(kind)
        return [
            PastMail(
                mail.sent_at,
                mail.draft.subject,
                [str(kind.label) for kind in _ANSWERS if kind in answers.get(mail.pk, ())],
            )
            for mail in mails
        ]

    @cached_property
    def history(self) -> list[Step]:
        """Who did what, the latest first."""
        events = DraftEvent.objects.filter(draft=self.item).order_by("-at", "-id")[:EVENTS_SHOWN]
        return [Step(event, _reasons(event.details)) for event in events]

    @cached_property
    def _scale(self) -> Scale:
        return rules.current().scale

    def _cut(self, text: str, part: str) -> list[marking.Stretch]:
        flags = self.findings.in_part(part)
        return marking.cut(text, claims=self.item.claims, facts=self.item.facts, flags=flags)


def find(user: User, pk: int) -> Draft | None:
    """An item of this person's queue, with all that the page prints."""
    related = (
        "lead__company", "lead__score", "team", "claimed_by", "requested_by", "text_author",
        "prompt_version__template", "escalated_to", "escalated_by", "assigned_to",
    )  # fmt: skip
    slim = ReviewItem.objects.in_review_for(user).select_related(*related).defer("lead__score__acc")
    return slim.filter(pk=pk).first()


def original(item: Draft) -> Text:
    """What edits are compared with: the model's text; without one, the present text."""
    return Text(item.ai_subject, item.ai_body) if item.ai_body else Text(item.subject, item.body)


def compare(item: Draft, subject: str, body: str) -> diff.Sides:
    return diff.sides(_whole(original(item)), _whole(Text(subject, body)))


def _whole(text: Text) -> str:
    return f"{text.subject}\n\n{text.body}"


def _reasons(details: dict[str, Any]) -> list[str]:
    codes = [str(code).split(":", 1)[-1] for code in details.get("codes", [])]
    return list(dict.fromkeys(label(code) for code in codes))
