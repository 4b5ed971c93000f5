"""The four product events of a draft's life: shown, copied, sent, replied. Ids and codes only."""

from __future__ import annotations

from drafts.models import Draft
from salesdash import telemetry
from salesdash.models import User


def shown(*, draft: Draft, user: User) -> None:
    """Call where a page puts a draft's text before a rep."""
    _capture("draft shown", draft, user)


def copied(*, draft: Draft, user: User, channel: str) -> None:
    _capture("draft copied", draft, user, channel=channel)


def sent(*, draft: Draft, user: User | None, channel: str) -> None:
    _capture("draft sent", draft, user, channel=channel)


def replied(*, draft: Draft) -> None:
    _capture("draft replied", draft, None)


def _capture(event: str, draft: Draft, user: User | None, **more: str) -> None:
    properties = {
        "draft": draft.pk,
        "lead": draft.lead_id,
        "team": draft.team_id,
        "purpose": draft.purpose,
        "language": draft.language,
        "origin": draft.origin,
        "prompt_version": draft.prompt_version_id,
        "trace": draft.trace_id,
        **more,
    }
    telemetry.capture(event, user_id=user.pk if user else None, properties=properties)
