"""What each state of a draft looks like to reps: what is said of it, how far it is, when to ask again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from drafts.models import Revision, State


class Kind(StrEnum):
    """What the panel looks like."""

    NONE = "none"
    WORKING = "working"
    READY = "ready"
    # cleared by rules that are no longer in force: nobody reads it until today's rules have passed it
    RECHECK = "recheck"
    HANDED = "handed"
    # salesdash sends it: it waits, or is on its way
    OUTGOING = "outgoing"
    REVIEW = "review"
    REJECTED = "rejected"
    FAILED = "failed"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    EXPIRED = "expired"


_KINDS: Final[dict[State, Kind]] = {
    State.QUEUED: Kind.WORKING,
    State.GENERATING: Kind.WORKING,
    State.REGENERATING: Kind.WORKING,
    State.CHECKING: Kind.WORKING,
    State.EDITING: Kind.WORKING,
    State.READY: Kind.READY,
    State.APPROVED: Kind.READY,
    State.SCHEDULED: Kind.HANDED,
    State.SENDING: Kind.OUTGOING,
    State.SENT: Kind.SENT,
    State.UNCERTAIN: Kind.UNCERTAIN,
    State.IN_REVIEW: Kind.REVIEW,
    State.REJECTED: Kind.REJECTED,
    State.FAILED: Kind.FAILED,
    State.EXPIRED: Kind.EXPIRED,
}
# what is said of each state, to the eye while it lasts and to screen readers when it begins
_SENTENCES: Final[dict[State, Promise]] = {
    State.QUEUED: _("Waiting for the writer…"),
    State.GENERATING: _("Writing…"),
    State.REGENERATING: _("Writing again…"),
    State.CHECKING: _("Checking…"),
    State.EDITING: _("Checking…"),
    State.READY: _("The draft is ready."),
    State.APPROVED: _("A reviewer has approved the draft."),
    State.SCHEDULED: _("Copied. Paste it into your mail and send it."),
    State.SENDING: _("Sending…"),
    State.SENT: _("Sent."),
    State.UNCERTAIN: _("It is not certain that this mail was sent."),
    State.IN_REVIEW: _("A reviewer is looking at the draft."),
    State.REJECTED: _("A reviewer has rejected the draft."),
    State.FAILED: _("The draft could not be written."),
    State.EXPIRED: _("The draft has expired."),
}
CHECKING_AGAIN: Final = _("Checking again…")
# seconds after which a page without a live connection asks again
POLL_SECONDS: Final = {Kind.WORKING: 4, Kind.RECHECK: 4, Kind.OUTGOING: 3, Kind.REVIEW: 30}
# how far each kind has come: finished steps, and whether the next one went wrong
_PROGRESS: Final = {
    Kind.READY: (1, False),
    Kind.HANDED: (2, False),
    Kind.OUTGOING: (1, False),
    Kind.SENT: (3, False),
    Kind.UNCERTAIN: (2, True),
    Kind.REJECTED: (0, True),
    Kind.FAILED: (0, True),
}
# single keys of the page while a text is ready
REVISION_KEYS: Final = {Revision.VARIANT: "v", Revision.SHORTER: "h", Revision.SOFTER: "y"}
_STEPS: Final = (_("Write"), _("Copy"), _("Send"))
_STEPS_BY_SMTP: Final = (_("Write"), _("Wait"), _("Send"))
WAITING: Final = _("The mail waits to be sent.")


@dataclass(frozen=True)
class Step:
    number: int
    word: Promise
    css: str


def kind_of(state: str, *, outdated: bool, by_smtp: bool = False) -> Kind:
    """`outdated`: the rules that cleared the text are no longer in force (drafts/reading.py)."""
    kind = Kind.OUTGOING if by_smtp and state == State.SCHEDULED else _KINDS[State(state)]
    rechecked = state in (State.READY, State.APPROVED, State.CHECKING)
    return Kind.RECHECK if outdated and rechecked else kind


def sentence(state: str, kind: Kind) -> Promise:
    if kind is Kind.OUTGOING and state == State.SCHEDULED:
        return WAITING
    return CHECKING_AGAIN if kind is Kind.RECHECK else _SENTENCES[State(state)]


def steps(kind: Kind, *, by_smtp: bool = False, sending: bool = False) -> list[Step]:
    """`sending`: the mail server is being talked to."""
    done, failed = _PROGRESS.get(kind, (0, False))
    css = ["ok"] * (done + sending) + ["bad" if failed else "now"] + [""] * len(_STEPS)
    words = _STEPS_BY_SMTP if by_smtp else _STEPS
    return [Step(i + 1, word, css[i]) for i, word in enumerate(words)]
