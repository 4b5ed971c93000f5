"""A mail to one lead, from the wish to the sent text. States change only in drafts/workflow.py."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drafts import failures
from drafts.models.experiment import Arm
from drafts.models.mail_template import MailTemplate
from drafts.models.prompt import PromptVersion, Purpose
from drafts.models.rules import SafetyRules
from drafts.models.wish import Keigo, Length, Revision, Tone
from drafts.safety import reasons
from leads.models import Lead
from salesdash.models import Team, User


class Origin(models.TextChoices):
    GENERATED = "generated", _("Generated")
    MANUAL = "manual", _("Written by hand")


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    GENERATING = "generating", _("Writing")
    CHECKING = "checking", _("Checking")
    REGENERATING = "regenerating", _("Writing again")
    EDITING = "editing", _("Being edited")
    READY = "ready", _("Ready")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", pgettext_lazy("state of a draft", "Rejected")
    SCHEDULED = "scheduled", _("Being sent")
    SENDING = "sending", pgettext_lazy("state of a mail", "Sending")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Sending uncertain")
    EXPIRED = "expired", _("Expired")
    FAILED = "failed", _("Failed")


# a text is cleared in these states and in no other
READABLE = (State.READY, State.APPROVED, State.SCHEDULED, State.SENT)
# among them, those that are cleared only as long as the rules that cleared them are in force: what was sent
# is history, all else could still be sent. A person's approval binds to the rules as a check does.
BOUND_TO_RULES = (State.READY, State.APPROVED, State.SCHEDULED)
OPEN = (
    State.QUEUED, State.GENERATING, State.CHECKING, State.REGENERATING, State.EDITING, State.READY,
    State.IN_REVIEW, State.APPROVED, State.SCHEDULED, State.SENDING, State.UNCERTAIN,
)  # fmt: skip


def cleared_today() -> models.Q:
    """By the rules in force, as the database sees them in the same statement. Without rules: nothing is."""
    in_force = models.Subquery(SafetyRules.objects.in_force())
    return models.Q(state__in=BOUND_TO_RULES, rules_version=in_force, rules_version__isnull=False)


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> Self:
        """Whose drafts a person may know of. Their text is another matter: see `readable_by`."""
        return self if user.has_perm("leads.view_all") else self.filter(team__in=user.team_ids)

    def readable_by(self, user: User) -> Self:
        """Drafts whose text may be shown to `user` outside the review queue."""
        own = models.Q(text_author=user, text_author__isnull=False)
        return self.visible_to(user).filter(models.Q(state=State.SENT) | cleared_today() | own)

    def outdated(self) -> Self:
        """Cleared by rules that are no longer in force: to be checked again before anybody reads it."""
        return self.filter(state__in=[State.READY, State.APPROVED]).exclude(cleared_today())

    def reviewed_by(self, user: User) -> Self:
        """Drafts, in any state, that a person knows of as a reviewer; a manager: those escalated to them."""
        if user.has_perm("drafts.review_draft"):
            return self.visible_to(user)
        if user.has_perm("drafts.decide_escalated"):
            return self.visible_to(user).filter(escalated_to=user)
        return self.none()

    def in_review_for(self, user: User) -> Self:
        """The review queue of the teams that this reviewer is assigned to."""
        return self.reviewed_by(user).filter(state=State.IN_REVIEW)


class Draft(models.Model):
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="drafts", verbose_name=_("lead"))
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="drafts", verbose_name=_("team"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="drafts",
        verbose_name=_("requested by"),
    )
    purpose = models.CharField(
        _("purpose"), max_length=16, choices=Purpose.choices, default=Purpose.ICE_BREAKER
    )
    language = models.CharField(
        _("language"), max_length=2, choices=[("ja", _("Japanese")), ("en", _("English"))]
    )
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices, default=Origin.GENERATED)
    state = models.CharField(_("state"), max_length=14, choices=State.choices, default=State.QUEUED)
    state_changed_at = models.DateTimeField(_("state changed at"))
    prompt_version = models.ForeignKey(
        PromptVersion,
        null=True,
        on_delete=models.PROTECT,
        related_name="drafts",
        verbose_name=_("prompt version"),
    )
    # of a hand-written mail: what it was begun with
    mail_template = models.ForeignKey(
        MailTemplate,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="drafts",
        verbose_name=_("mail template"),
    )
    arm = models.ForeignKey(
        Arm, null=True, on_delete=models.SET_NULL, related_name="drafts", verbose_name=_("arm")
    )
    instruction = models.CharField(_("instruction"), max_length=300, blank=True)
    tone = models.CharField(_("tone"), max_length=12, choices=Tone.choices, default=Tone.POLITE)
    length = models.CharField(_("length"), max_length=8, choices=Length.choices, default=Length.NORMAL)
    keigo = models.CharField(_("level of keigo"), max_length=8, choices=Keigo.choices, default=Keigo.STANDARD)
    # how the text is to differ from that of `based_on`, which was ready before
    revision = models.CharField(_("revision"), max_length=8, choices=Revision.choices, blank=True)
    based_on = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("based on")
    )
    variant = models.PositiveSmallIntegerField(_("variant"), default=0)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    body = models.TextField(_("body"), blank=True)
    # the text as the model wrote it, for the diff and the edit distance
    ai_subject = models.CharField(max_length=300, blank=True)
    ai_body = models.TextField(blank=True)
    # [{"phrase": …, "fact_id": "F2"}], and the facts as the prompt had them
    claims = models.JSONField(_("claims"), default=list)
    facts = models.JSONField(_("facts"), default=list)
    # sha256 of subject and body: what a check, a clearance and a claim are bound to
    text_hash = models.CharField(max_length=64, blank=True)
    # the person who wrote or edited the present text; empty where the model did
    text_author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("text by"),
    )
    # the safety rules under which the text was last cleared
    rules_version = models.PositiveIntegerField(_("safety rules"), null=True)
    judge_score = models.PositiveSmallIntegerField(_("judge's score"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # names the job that may write; every UPDATE of a job must match it
    attempt_token = models.UUIDField(null=True, editable=False)
    attempt_at = models.DateTimeField(null=True, editable=False)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    from_cache = models.BooleanField(_("from the cache"), default=False)
    generation_ms = models.PositiveIntegerField(_("generation in ms"), null=True)
    trace_id = models.CharField(_("trace"), max_length=32, blank=True)
    # W3C traceparent of the request, so that a later job joins its trace
    traceparent = models.CharField(max_length=60, blank=True)
    # raised by every change; forms carry it back
    version = models.PositiveIntegerField(default=1, editable=False)
    # review
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("claimed by"),
    )
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    claim_token = models.UUIDField(null=True, editable=False)
    escalated_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("escalated to"),
    )
    escalated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("escalated by"),
    )
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)
    escalation_note = models.CharField(_("note on the escalation"), max_length=300, blank=True)
    # by a reviewer, for a colleague: others pass it over, and may open it all the same
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    # of the objections to the present text, the worst (drafts/queue.py); null outside the queue
    review_risk = models.PositiveSmallIntegerField(_("risk"), null=True)
    entered_review_at = models.DateTimeField(_("in review since"), null=True)
    reject_code = models.CharField(_("reason of the rejection"), max_length=40, blank=True)
    reject_note = models.CharField(_("note on the rejection"), max_length=300, blank=True)
    undo_until = models.DateTimeField(_("can be undone until"), null=True)
    expires_at = models.DateTimeField(_("expires at"), null=True)
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "purpose"], condition=models.Q(state__in=OPEN), name="one_open_draft_per_lead"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=READABLE) | ~models.Q(text_hash=""),
                name="readable_draft_has_text",
            ),
        ]
        indexes = [
            models.Index(fields=["lead", "-created_at"], name="draft_lead_created"),
            models.Index(fields=["team", "state", "-created_at"], name="draft_team_state"),
            models.Index(
                fields=["team", "entered_review_at"],
                condition=models.Q(state="in_review"),
                name="draft_review_queue",
            ),
            models.Index(
                fields=["state_changed_at"],
                condition=models.Q(state__in=["queued", "generating", "checking", "regenerating", "sending"]),
                name="draft_sweep",
            ),
            models.Index(
                fields=["rules_version", "id"],
                condition=models.Q(state__in=["ready", "approved"]),
                name="draft_rules_version",
            ),
        ]
        permissions = [
            ("request_draft", _("Can request drafts")),
            ("send_draft", _("Can copy and send drafts")),
            ("review_draft", _("Can review drafts")),
            ("decide_escalated", _("Can decide about drafts escalated to them")),
        ]
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_state_display()}"

    @property
    def error_message(self) -> str:
        """Why it failed, in the reader's language; empty where it did not."""
        return failures.message(self.error_code) if self.error_code else ""


class DraftEvent(models.Model):
    """One change of state: who or what, when, why."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="events", verbose_name=_("draft"))
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("actor"),
    )
    actor_name = models.CharField(_("name of the actor"), max_length=200)
    from_state = models.CharField(_("from"), max_length=14, choices=State.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=14, choices=State.choices)
    # codes, numbers, hashes; never a text
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["draft", "at"], name="draft_event_draft"),
            models.Index(
                fields=["at"], condition=models.Q(from_state="in_review"), name="draft_event_decided"
            ),
            # a cleared text goes back to the checks for one reason: other rules
            models.Index(
                fields=["at"],
                condition=models.Q(from_state__in=["ready", "approved"], to_state="checking"),
                name="draft_event_recheck",
            ),
        ]
        verbose_name = _("draft event")
        verbose_name_plural = _("draft events")

    def __str__(self) -> str:
        return f"{self.from_state or '∅'} → {self.to_state}"


class Check(models.Model):
    """One safety layer's verdict on one text."""

    class Verdict(models.TextChoices):
        PASS = "pass", _("Passed")
        FLAG = "flag", _("To be checked")
        ERROR = "error", _("Could not check")

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="checks", verbose_name=_("draft"))
    layer = models.CharField(_("layer"), max_length=20)
    layer_version = models.CharField(_("version of the layer"), max_length=40)
    verdict = models.CharField(_("verdict"), max_length=5, choices=Verdict.choices)
    blocking = models.BooleanField(_("cannot be cleared by a person"), default=False)
    # [{"code", "message", "span": [start, end] | null, "part": "subject" | "body"}]
    reasons = models.JSONField(_("reasons"), default=list)
    score = models.FloatField(_("score"), null=True)
    text_hash = models.CharField(max_length=64)
    context_hash = models.CharField(max_length=64, blank=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    duration_ms = models.FloatField(_("duration in ms"), default=0)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["draft", "at"], name="check_draft_at"),
            models.Index(fields=["text_hash", "layer", "layer_version"], name="check_reuse"),
            models.Index(fields=["layer", "at"], name="check_layer_at"),
        ]
        verbose_name = _("check")
        verbose_name_plural = _("checks")

    def __str__(self) -> str:
        return f"{self.layer}: {self.verdict}"

    @property
    def labels(self) -> list[str]:
        """The reasons in the reader's language, without any words of the text."""
        told = (
            reasons.told(str(reason["code"]), str(reason.get("message") or "")) for reason in self.reasons
        )
        return list(dict.fromkeys(told))
