"""What the draft panel of one lead shows to one person: read in two queries, decided here, printed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, Exists, F, JSONField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject, Lower
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from drafts import failures, handing, marking, reading, sending, stages, wishes
from drafts.handing import Handed
from drafts.inbound import stop_wishes
from drafts.inbound.stop_wishes import Question
from drafts.mail import identity, queueing
from drafts.models import (
    Check,
    Delivery,
    Draft,
    DraftEvent,
    Keigo,
    Length,
    Origin,
    Purpose,
    Revision,
    State,
    Tone,
)
from drafts.models.draft import OPEN
from drafts.review import RejectCode
from drafts.safety import law
from drafts.stages import POLL_SECONDS, REVISION_KEYS, Kind, Step
from drafts.tracking import tallies
from drafts.tracking.tallies import Tally
from drafts.wishes import Wish
from leads.models import Lead
from salesdash.models import User

# the open drafts of a lead, one per purpose, and its latest one
_MOST_DRAFTS: Final = len(Purpose) + 1


@dataclass(frozen=True)
class Choices:
    name: str
    label: Promise
    options: list[tuple[str, Any, bool]]


@dataclass(frozen=True)
class PastMail:
    """`by` is empty where another team wrote."""

    at: datetime
    by: str
    sent: bool


@dataclass(frozen=True)
class PurposeLink:
    """One purpose to write to this lead for; `state` in words where a draft of it is open."""

    value: str
    label: str
    query: str
    current: bool
    state: str


@dataclass(frozen=True)
class Panel:
    """`purpose` is the one that is shown; `asked` whether the address names it."""

    lead: Lead
    draft: Draft | None
    user: User
    purpose: Purpose
    asked: bool
    open_states: dict[str, str]
    # what the form begins with
    wish: Wish
    problems: list[str]
    recent: PastMail | None
    handed: Handed
    # None: no reply may ask to stop, or mail is stopped already
    stop_asked: Question | None

    @property
    def lead_key(self) -> str:
        """For attributes: a number in a template gets thousands separators."""
        return str(self.lead.pk)

    @property
    def query(self) -> str:
        """Of the address at which the same is shown again."""
        return f"?purpose={self.purpose}" if self.asked else ""

    @property
    def purposes(self) -> list[PurposeLink]:
        return [
            PurposeLink(
                value=purpose.value,
                label=str(purpose.label),
                query=f"?purpose={purpose}",
                current=purpose == self.purpose,
                state=self.open_states.get(purpose.value, ""),
            )
            for purpose in Purpose
        ]

    @property
    def choices(self) -> list[Choices]:
        """The lists of the wish, each with what is chosen now."""
        return [
            Choices(name, label, [(value, text, value == getattr(self.wish, name)) for value, text in of])
            for name, label, of in (
                ("tone", _("Tone"), Tone.choices),
                ("length", _("Length"), Length.choices),
                ("keigo", _("Keigo") if self.lead.language == "ja" else _("Formality"), Keigo.choices),
            )
        ]

    @property
    def revisions(self) -> list[tuple[str, Any, str]]:
        """Value, words and key of the buttons under a ready text."""
        return [(value, text, REVISION_KEYS[Revision(value)]) for value, text in Revision.choices]

    @cached_property
    def kind(self) -> Kind:
        draft: Any = self.draft
        if draft is None:
            return Kind.NONE
        return stages.kind_of(draft.state, outdated=draft.outdated, by_smtp=self.by_smtp)

    @property
    def channel(self) -> str:
        """By which the present text was taken out; empty where it was not."""
        out = (State.SCHEDULED, State.SENDING, State.SENT, State.UNCERTAIN)
        return self.handed.channel if self.draft and self.draft.state in out else ""

    @property
    def handed_by(self) -> str:
        return self.handed.by if self.channel else ""

    @property
    def by_smtp(self) -> bool:
        return self.channel == Delivery.Channel.SMTP

    @property
    def cannot_send(self) -> str:
        """Why salesdash cannot send in this person's name; empty: it can."""
        code = identity.problem(self.lead.team, self.user)
        return failures.message(code) if code else ""

    @property
    def held_until(self) -> datetime | None:
        """When a mail that is sent now would go out; None: at once."""
        return queueing.held_until(self.lead.team)

    @property
    def seconds_left(self) -> float | None:
        """Until the sender may have it, where that is a matter of seconds: to be counted down."""
        due = self.handed.not_before
        waits = self.kind is Kind.OUTGOING and self.draft and self.draft.state == State.SCHEDULED
        if not waits or due is None or self.handed.attempts:
            return None
        left = (due - timezone.now()).total_seconds()
        return round(left, 1) if 0 < left <= 2 * queueing.UNDO_SECONDS else None

    @property
    def waits_until(self) -> datetime | None:
        """For quiet hours to end, or for a server that asked to wait; None: it is about to go."""
        due = self.handed.not_before
        return due if due and self.seconds_left is None and due > timezone.now() else None

    @property
    def not_delivered(self) -> str:
        """Why the last mail with this text did not go out, while it can be sent anew."""
        ended = (Delivery.Status.FAILED, Delivery.Status.BOUNCED)
        return self.handed.error if self.kind is Kind.READY and self.handed.status in ended else ""

    @property
    def came_back(self) -> bool:
        """Sent, and refused for good by the reader's server, as it told afterwards."""
        return self.kind is Kind.SENT and self.handed.status == Delivery.Status.BOUNCED

    @cached_property
    def fields_to_mend(self) -> list[str]:
        """Fields that speak to the writer instead of about the customer. One query, in review alone."""
        if self.draft is None or self.draft.state != State.IN_REVIEW:
            return []
        newest = Check.objects.filter(draft_id=self.draft.pk, layer="input_filter").order_by("-pk").first()
        return newest.labels if newest and newest.verdict != Check.Verdict.PASS else []

    @property
    def template(self) -> str:
        return f"drafts/_{self.kind}.html"

    @property
    def sentence(self) -> Promise | str:
        return stages.sentence(self.draft.state, self.kind) if self.draft else ""

    @property
    def poll_seconds(self) -> int:
        return POLL_SECONDS.get(self.kind, 0)

    @property
    def steps(self) -> list[Step]:
        sending = self.draft is not None and self.draft.state == State.SENDING
        return stages.steps(self.kind, by_smtp=self.by_smtp, sending=sending)

    @property
    def outdated(self) -> bool:
        """Taken out under rules that are no longer in force."""
        return self.draft is not None and bool(getattr(self.draft, "outdated", False))

    @property
    def own(self) -> bool:
        return self.draft is not None and self.draft.requested_by_id == self.user.pk

    @property
    def readable(self) -> bool:
        return self.draft is not None and bool(getattr(self.draft, "readable", False))

    @property
    def by_hand(self) -> bool:
        return self.draft is not None and self.draft.origin == Origin.MANUAL

    @property
    def edited(self) -> bool:
        return self.draft is not None and not self.by_hand and self.draft.text_author_id is not None

    @property
    def reviewer(self) -> str:
        """Who holds the item in the review queue at this moment."""
        draft = self.draft
        if draft is None or draft.claimed_by is None or draft.claimed_until is None:
            return ""
        return str(draft.claimed_by) if draft.claimed_until > timezone.now() else ""

    @property
    def may_request(self) -> bool:
        return self.user.has_perm("drafts.request_draft") and not self.problems

    @property
    def may_bring_back(self) -> bool:
        """The text before a rewrite that failed: unless a third person had edited it."""
        draft = self.draft
        if draft is None or draft.based_on_id is None or self.kind is not Kind.FAILED:
            return False
        return self.may_request and getattr(draft, "former_author", None) in (None, self.user.pk)

    @property
    def may_send(self) -> bool:
        return self.user.has_perm("drafts.send_draft") and not self.problems

    @property
    def may_undo(self) -> bool:
        return self.user.has_perm("drafts.send_draft")

    @property
    def undo_sent_until(self) -> datetime | None:
        """Until when this person may take "sent" back; None: too late, or somebody else's to do."""
        until = self.draft.undo_until if self.draft and self.kind is Kind.SENT else None
        if until is None or until < timezone.now() or getattr(self.draft, "marked_by", None) != self.user.pk:
            return None
        return until

    @property
    def tally(self) -> Tally | None:
        """What came of the mail; None where opens cannot be seen."""
        return tallies.read(getattr(self.draft, "tally", None))

    @property
    def rejected_for(self) -> str:
        code = self.draft.reject_code if self.draft else ""
        return str(RejectCode(code).label) if code in RejectCode.values else ""

    @cached_property
    def subject(self) -> list[marking.Stretch]:
        return self._cut("shown_subject")

    @cached_property
    def body(self) -> list[marking.Stretch]:
        return self._cut("shown_body")

    @cached_property
    def sources(self) -> list[marking.Source]:
        """The facts that words of this text rest on, each once."""
        cited = {s.source.id: s.source for s in [*self.subject, *self.body] if s.source}
        return list(cited.values())

    @property
    def footer(self) -> str:
        """Of whoever sends or has sent it; of a text that nobody has taken out, as this person would."""
        sender = self.handed.sender if self.channel else None
        return sending.footer(self.draft, sender or self.user) if self.draft else ""

    def _cut(self, column: str) -> list[marking.Stretch]:
        draft: Any = self.draft
        return marking.cut(getattr(draft, column), claims=draft.shown_claims, facts=draft.shown_facts)


def read(
    *, lead_id: int, user: User, purpose: str = "", typed: Mapping[str, str] | None = None
) -> Panel | None:
    """Two queries beside those for the user. None where this person may not see the lead.

    Without a known `purpose` the open draft is shown, else the latest. `typed` fills the form again.
    """
    drafts = list(_drafts(user).filter(lead_id=lead_id)[:_MOST_DRAFTS])
    asked = purpose in Purpose.values
    fitting = [draft for draft in drafts if draft.purpose == purpose] if asked else drafts
    draft = fitting[0] if fitting else None
    lead = _leads(user, draft).filter(pk=lead_id).first()
    if lead is None:
        return None
    standing = law.standing(lead=lead, team=lead.team, suppressed=lead.suppressed)
    usual_purpose, usual = wishes.usual(user)
    shown = Purpose(purpose) if asked else Purpose(draft.purpose) if draft else usual_purpose
    return Panel(
        lead=lead,
        draft=draft,
        user=user,
        purpose=shown,
        asked=asked,
        open_states={d.purpose: str(d.get_state_display()) for d in drafts if d.state in OPEN},
        wish=wishes.as_typed(typed, usual) if typed else _first_wish(draft, usual, user),
        problems=[failures.message(code) for code in standing.problems()],
        recent=_past_mail(lead.recent, lead.team_id),
        handed=handing.read(getattr(draft, "handed", None)),
        stop_asked=None if standing.stopped else stop_wishes.read(lead.stop_asked),
    )


def _first_wish(draft: Draft | None, usual: Wish, user: User) -> Wish:
    """What did not come about is wished for again as it was; another text begins with the present one's."""
    if draft is None or draft.state not in (State.FAILED, State.REJECTED, State.READY, State.APPROVED):
        return usual
    kept = draft.state in (State.FAILED, State.REJECTED) and draft.requested_by_id == user.pk
    return Wish.of(draft) if kept else replace(Wish.of(draft), instruction="")


def _drafts(user: User) -> QuerySet[Any]:
    """The open draft first, else the latest."""
    taken_out = Delivery.objects.filter(draft=OuterRef("pk")).exclude(status=Delivery.Status.UNDONE)
    marked = DraftEvent.objects.filter(draft=OuterRef("pk"), to_state=State.SENT).order_by("-at", "-pk")
    open_first = Case(When(state__in=OPEN, then=0), default=1)
    drafts: QuerySet[Any] = (
        reading.shown_to(user)
        .select_related("team", "requested_by", "claimed_by")
        .annotate(
            handed=Subquery(
                taken_out.order_by("-claimed_at", "-pk").values(json=JSONObject(**handing.COLUMNS))[:1]
            ),
            marked_by=Subquery(marked.values("actor_id")[:1]),
            former_author=F("based_on__text_author"),
            tally=tallies.of_draft(),
        )
        .order_by(open_first, "-created_at", "-pk")
    )
    return drafts


def _leads(user: User, draft: Draft | None) -> QuerySet[Any]:
    address = Lower(OuterRef("email"))
    mails = sending.recent_mails(address)
    if draft is not None:
        mails = mails.exclude(draft_id=draft.pk)
    newest = mails.order_by("-claimed_at").values(
        json=JSONObject(at="claimed_at", sent_at="sent_at", team="team_id", **handing.SENDER)
    )
    unlisted = Value(None, JSONField())
    return (
        Lead.objects.visible_to(user)
        .select_related("company", "team")
        .defer("search_grams", "search_text", "attributes", "company__attributes")
        .annotate(
            suppressed=Exists(law.suppressions(team=OuterRef("team"), address=law.Folded(OuterRef("email")))),
            stop_asked=stop_wishes.of_lead(),
            # without an address there is nobody to have got anything
            recent=Case(When(email="", then=unlisted), default=Subquery(newest[:1])),
        )
    )


def _past_mail(row: dict[str, Any] | None, team_id: int) -> PastMail | None:
    at = parse_datetime(row["sent_at"] or row["at"]) if row else None
    if row is None or at is None:
        return None
    return PastMail(at, handing.name(row) if row["team"] == team_id else "", sent=bool(row["sent_at"]))
