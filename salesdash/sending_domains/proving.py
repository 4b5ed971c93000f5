"""A team's sending domain is confirmed, and loses it again: by what DNS says, or by an administrator.

DNS confirms at once. It takes away only after three misses, each at least twenty hours after the last:
a record that is gone for an afternoon stops nobody. No answer is no miss.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from salesdash import audit
from salesdash.errors import DomainError
from salesdash.models import DomainProof, Team, User
from salesdash.sending_domains import demo_zone, looking, signals
from salesdash.sending_domains.looking import Outcome, Question
from salesdash.sending_domains.verdicts import State, Verdict

log = structlog.get_logger(__name__)

MOST_MISSES: Final = 3
MISS_APART: Final = timedelta(hours=20)
DAILY: Final = timedelta(hours=24)
# where DNS was silent, and where somebody is about to publish the records
SOON: Final = timedelta(minutes=1)
HOURLY: Final = timedelta(hours=1)
FRESH_FOR: Final = timedelta(days=7)
LONGEST_REASON: Final = 300
# a worker that dies while it looks lets another one look after this
_CLAIMED_FOR: Final = timedelta(minutes=10)
_MOST_AT_ONCE: Final = 40


def of(team: Team) -> DomainProof | None:
    """The proof of the domain that the team has now, made if there is none; None without a domain."""
    if not team.sending_domain:
        return None
    proof, _made = DomainProof.objects.get_or_create(team=team, defaults=_fresh(team))
    return proof if proof.domain == team.sending_domain else renew(team)


@transaction.atomic
def renew(team: Team) -> DomainProof | None:
    """The team's domain is another one, or gone: nothing that was said of the old one holds.

    The caller has stored the team, unconfirmed.
    """
    DomainProof.objects.filter(team=team).exclude(domain=team.sending_domain).delete()
    if not team.sending_domain:
        return None
    return DomainProof.objects.get_or_create(team=team, defaults={"domain": team.sending_domain})[0]


@transaction.atomic
def moved(team: Team, *, user: User | None, before: str, was_confirmed: bool) -> None:
    """The team was stored, unconfirmed, with another domain than `before`: it needs another token."""
    renew(team)
    if was_confirmed:
        now, actor = timezone.now(), user.pk if user else None
        signals.announce(signals.Change(team.pk, before, False, now, actor))


def ask(teams: QuerySet[Team]) -> int:
    """Have them looked up in the background, at once. Returns how many have a domain."""
    asked = [team.pk for team in teams.exclude(sending_domain="") if of(team)]
    DomainProof.objects.filter(team__in=asked).update(next_check_at=timezone.now())
    transaction.on_commit(signals.enqueue)
    return len(asked)


def question(proof: DomainProof) -> Question:
    mechanism = proof.spf_mechanism or settings.MAIL_SPF
    selector = proof.dkim_selector or settings.MAIL_DKIM_SELECTOR
    return Question(proof.domain, proof.token, mechanism.strip(), selector.strip().lower())


def check(proof: DomainProof, *, now: datetime | None = None) -> Outcome:
    """Look it up (a few seconds at most, without a transaction) and draw the consequence."""
    demo_zone.publish()
    asked = question(proof)
    verdicts = looking.look(asked)
    outcome = looking.outcome(asked, verdicts)
    with transaction.atomic():
        team = Team.objects.select_for_update().filter(pk=proof.team_id).first()
        held = DomainProof.objects.select_for_update().filter(pk=proof.pk).first()
        # what was looked up meanwhile is no longer what is asked
        if team and held and question(held) == asked and team.sending_domain == held.domain:
            _apply(team, held, verdicts, outcome, now or timezone.now())
    return outcome


def check_due(*, now: datetime | None = None) -> int:
    """Look up what is due. Safe beside another worker: each is claimed by a conditional UPDATE."""
    _adopt()
    now = now or timezone.now()
    done = 0
    due = DomainProof.objects.filter(next_check_at__lte=now).order_by("next_check_at")[:_MOST_AT_ONCE]
    for proof in due:
        mine = DomainProof.objects.filter(pk=proof.pk, next_check_at=proof.next_check_at)
        if mine.update(next_check_at=now + _CLAIMED_FOR):
            outcome = check(proof)
            log.info("sending domain looked up", team=proof.team_id, outcome=outcome.value)
            done += 1
    return done


@transaction.atomic
def override(*, team_id: int, user: User, reason: str) -> None:
    """Confirmed by a person, in spite of DNS, until DNS proves it or the confirmation is withdrawn."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        message = _(
            "Say in up to %(n)d characters why the domain may be used although DNS does not prove it."
        )
        raise DomainError("reason_missing", message % {"n": LONGEST_REASON})
    team, proof = _held(team_id, user)
    now = timezone.now()
    proof.overridden_at, proof.overridden_by, proof.overridden_by_name = now, user, str(user)
    proof.override_reason, proof.misses, proof.last_miss_at = reason, 0, None
    proof.save()
    _record(team, "team.domain_override", user, {"domain": team.sending_domain, "reason": reason})
    if team.sending_domain_verified_at is None:
        _set(team, now, user)


@transaction.atomic
def withdraw(*, team_id: int, user: User) -> None:
    """What a person confirmed holds no more; DNS may confirm it at the next look."""
    team, proof = _held(team_id, user)
    if proof.overridden_at is None:
        raise DomainError("not_overridden", _("This domain is not confirmed by hand."), status=409)
    _forget_override(proof)
    proof.next_check_at = timezone.now()
    proof.save()
    _record(team, "team.domain_withdraw", user, {"domain": team.sending_domain})
    _set(team, None, user)


def expect(*, team_id: int, user: User, mechanism: str, selector: str) -> None:
    """What this team's domain must publish beside the token, instead of what the settings say."""
    with transaction.atomic():
        team, proof = _held(team_id, user)
        proof.spf_mechanism, proof.dkim_selector = mechanism.strip(), selector.strip().lower()
        proof.next_check_at = timezone.now()
        proof.save(update_fields=["spf_mechanism", "dkim_selector", "next_check_at"])
        _record(team, "team.domain_expect", user, {"spf": mechanism, "dkim": selector})


def verdicts_of(proof: DomainProof) -> dict[str, Verdict]:
    """By record; empty before the first look."""
    return {record: Verdict.of(stored) for record, stored in proof.verdicts.items()}


# --- the rule --------------------------------------------------------------------------------------


def _apply(
    team: Team, proof: DomainProof, verdicts: dict[str, Verdict], outcome: Outcome, now: datetime
) -> None:
    proof.verdicts = {record: verdict.stored() for record, verdict in verdicts.items()}
    proof.checked_at = now
    if outcome is Outcome.PROVED:
        proof.misses, proof.last_miss_at = 0, None
        _forget_override(proof)
        if team.sending_domain_verified_at is None:
            _record(team, "team.domain_proved", None, {"domain": proof.domain})
            _set(team, now, None)
    elif outcome is Outcome.MISSED and team.sending_domain_verified_at and not proof.overridden_at:
        _miss(team, proof, now)
    proof.next_check_at = now + _pause(team, proof, outcome, verdicts, now)
    proof.save()


def _miss(team: Team, proof: DomainProof, now: datetime) -> None:
    if proof.last_miss_at and now - proof.last_miss_at < MISS_APART:
        return
    proof.misses, proof.last_miss_at = proof.misses + 1, now
    if proof.misses >= MOST_MISSES:
        details = {"domain": proof.domain, "misses": proof.misses}
        _record(team, "team.domain_lost", None, details)
        proof.misses, proof.last_miss_at = 0, None
        _set(team, None, None)


def _pause(
    team: Team, proof: DomainProof, outcome: Outcome, verdicts: dict[str, Verdict], now: datetime
) -> timedelta:
    if outcome is Outcome.UNKNOWN or any(one.state is State.UNKNOWN for one in verdicts.values()):
        return SOON if proof.created_at > now - HOURLY else HOURLY
    if team.sending_domain_verified_at is None and proof.created_at > now - FRESH_FOR:
        return HOURLY
    return DAILY


def _forget_override(proof: DomainProof) -> None:
    proof.overridden_at = proof.overridden_by = None
    proof.overridden_by_name = proof.override_reason = ""


def _set(team: Team, at: datetime | None, user: User | None) -> None:
    team.sending_domain_verified_at = at
    team.save(update_fields=["sending_domain_verified_at"])
    when, confirmed = at or timezone.now(), at is not None
    signals.announce(signals.Change(team.pk, team.sending_domain, confirmed, when, user.pk if user else None))


def _held(team_id: int, user: User) -> tuple[Team, DomainProof]:
    """Locked, in this order everywhere. Only administrators come here."""
    if not user.has_perm("salesdash.change_team"):
        raise DomainError("forbidden", _("You may not do this."), status=403)
    team = Team.objects.select_for_update().get(pk=team_id)
    proof = of(team)
    if proof is None:
        raise DomainError(
            "no_domain", _("%(team)s has no sending domain yet: enter it first.") % {"team": team}
        )
    return team, DomainProof.objects.select_for_update().get(pk=proof.pk)


def _record(team: Team, action: str, user: User | None, details: dict[str, object]) -> None:
    audit.record(actor=user, action=action, target=team, team_id=team.pk, details=details)


def _adopt() -> None:
    """Teams without a proof get one. What a person had confirmed before DNS was looked up stays confirmed."""
    for team in Team.objects.filter(domain_proof=None).exclude(sending_domain=""):
        DomainProof.objects.get_or_create(team=team, defaults=_fresh(team))


def _fresh(team: Team) -> dict[str, object]:
    # confirmed, and never looked up: by a person, as it was done before
    return {
        "domain": team.sending_domain,
        "overridden_at": team.sending_domain_verified_at,
    }
