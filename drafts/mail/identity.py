"""In whose name a mail goes out: a person, at a domain of their team that somebody has verified."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from drafts import failures
from salesdash.models import Team, User


@dataclass(frozen=True)
class Identity:
    """`address` is From, Reply-To and the sender of the envelope: answers and bounces reach the person."""

    name: str
    address: str
    domain: str


def problem(team: Team, user: User | None) -> str:
    """Why this person cannot send for this team, as a code of drafts/failures.py; empty: they can."""
    if not settings.MAIL_URL:
        return "mail_not_configured"
    if not team.sending_domain or team.sending_domain_verified_at is None:
        return "domain_not_verified"
    if user is None or not user.is_active:
        return "sender_gone"
    if not user.email:
        return "sender_without_address"
    return "" if _domain_of(user.email) == team.sending_domain.lower() else "sender_elsewhere"


def of(team: Team, user: User) -> Identity:
    """Raises DomainError with what is to be done about it."""
    if code := problem(team, user):
        raise failures.error(code, status=409)
    return Identity(" ".join(str(user).split()), user.email, _domain_of(user.email))


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()
