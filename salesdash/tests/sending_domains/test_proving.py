"""A domain is confirmed by DNS at once, lost only after three misses, overridden by administrators alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from salesdash.errors import DomainError
from salesdash.models import AuditEntry, DomainProof, Team
from salesdash.sending_domains import proving, signals
from salesdash.sending_domains.looking import Outcome

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def publish(dns, proof, **more):
    asked = proving.question(proof)
    dns.zone = {asked.token_name: {"txt": [asked.token_value]}} | more


def confirmed(team) -> bool:
    team.refresh_from_db()
    return team.sending_domain_verified_at is not None


def audited():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_the_token_confirms_at_once_and_the_next_look_is_a_day_later(dns, ours, proof):
    assert proving.check(proof) is Outcome.MISSED
    assert not confirmed(ours)
    publish(dns, proof)
    now = timezone.now()
    assert proving.check(proof, now=now) is Outcome.PROVED
    assert confirmed(ours)
    proof.refresh_from_db()
    assert (proof.checked_at, proof.next_check_at, proof.misses) == (now, now + proving.DAILY, 0)
    assert proving.verdicts_of(proof)["spf"].code == "spf_missing"
    assert audited() == ["team.domain_proved"]
    assert AuditEntry.objects.get().team_id == ours.pk


def test_three_misses_each_twenty_hours_apart_take_it_away(dns, ours, proof):
    publish(dns, proof)
    now = timezone.now()
    proving.check(proof, now=now)
    dns.zone = {}
    for hours, still in ((1, True), (2, True), (20, True), (22, True), (41, True), (42, False)):
        proving.check(proof, now=now + timedelta(hours=hours))
        assert confirmed(ours) is still, hours
    assert audited() == ["team.domain_proved", "team.domain_lost"]
    proving.check(proof, now=now + timedelta(hours=90))
    assert audited() == ["team.domain_proved", "team.domain_lost"]


@pytest.mark.parametrize("fault", ["silent", "servfail"])
def test_dns_that_is_out_of_order_changes_nothing(dns, ours, proof, fault, request):
    publish(dns, proof)
    now = timezone.now()
    proving.check(proof, now=now)
    dns.zone = {}
    proving.check(proof, now=now + DAY)
    dns.zone = {proving.question(proof).token_name: {"fault": fault}}
    if fault == "silent":
        request.getfixturevalue("hasty")
    for days in (2, 3, 4):
        assert proving.check(proof, now=now + days * DAY) is Outcome.UNKNOWN
    proof.refresh_from_db()
    assert (confirmed(ours), proof.misses) == (True, 1)
    assert proof.next_check_at - (now + 4 * DAY) == proving.HOURLY


def test_a_record_that_comes_back_starts_the_count_anew(dns, ours, proof):
    publish(dns, proof)
    now = timezone.now()
    for days in range(7):
        if days in (1, 2, 4, 5):
            dns.zone = {}
        else:
            publish(dns, proof)
        proving.check(proof, now=now + days * DAY)
    assert confirmed(ours)


def test_spf_is_required_where_it_is_configured(dns, ours, proof, settings):
    settings.MAIL_SPF = "include:spf.mail.example"
    publish(dns, proof)
    assert proving.check(proof) is Outcome.MISSED
    assert not confirmed(ours)
    spf = {"txt": ["v=spf1 include:spf.mail.example -all"]}
    publish(dns, proof, **{"ours.example": spf, "spf.mail.example": {"txt": ["v=spf1 -all"]}})
    assert proving.check(proof) is Outcome.PROVED


def test_another_domain_needs_another_token(dns, ours, proof):
    publish(dns, proof)
    Team.objects.update(sending_domain="other.example", sending_domain_verified_at=None)
    # asked of the old domain, answered after the change: nothing follows
    proving.check(proof)
    assert not confirmed(ours)
    renewed = proving.of(ours)
    assert renewed.domain == "other.example"
    assert renewed.token != proof.token
    assert DomainProof.objects.count() == 1
    Team.objects.update(sending_domain="")
    ours.refresh_from_db()
    assert proving.renew(ours) is None
    assert not DomainProof.objects.exists()


def test_an_administrator_overrides_with_a_reason_and_takes_it_back(dns, ours, proof, admin):
    for reason in ("", "  ", "x" * 301):
        with pytest.raises(DomainError):
            proving.override(team_id=ours.pk, user=admin, reason=reason)
    proving.override(team_id=ours.pk, user=admin, reason="DNS moves\nto another provider")
    assert confirmed(ours)
    entry = AuditEntry.objects.get(action="team.domain_override")
    assert (entry.actor, entry.details["reason"]) == (admin, "DNS moves to another provider")
    for days in range(1, 6):
        proving.check(proof, now=timezone.now() + days * DAY)
    assert confirmed(ours)
    proving.withdraw(team_id=ours.pk, user=admin)
    assert not confirmed(ours)
    with pytest.raises(DomainError):
        proving.withdraw(team_id=ours.pk, user=admin)
    assert audited() == ["team.domain_override", "team.domain_withdraw"]


def test_an_override_ends_when_dns_proves_the_domain(dns, ours, proof, admin):
    proving.override(team_id=ours.pk, user=admin, reason="waiting for DNS")
    publish(dns, proof)
    proving.check(proof)
    proof.refresh_from_db()
    assert (confirmed(ours), proof.overridden_at, proof.override_reason) == (True, None, "")


def test_nobody_else_overrides(ours, proof, rep, manager, reviewer, outsider):
    for person in (rep, manager, reviewer, outsider):
        for act in (
            lambda user: proving.override(team_id=ours.pk, user=user, reason="please"),
            lambda user: proving.withdraw(team_id=ours.pk, user=user),
            lambda user: proving.expect(team_id=ours.pk, user=user, mechanism="", selector=""),
        ):
            with pytest.raises(DomainError) as refused:
                act(person)
            assert refused.value.status == 403
    assert not confirmed(ours)
    assert not AuditEntry.objects.exists()


def test_who_sees_it(proof, rep, manager, reviewer, admin, outsider, other_team):
    from leads.tests.factories import UserFactory

    elsewhere = UserFactory(role="manager", member_of=[other_team])
    seen = {one: DomainProof.objects.visible_to(one).exists() for one in (rep, manager, reviewer, admin, outsider, elsewhere)}  # fmt: skip
    assert [one for one, sees in seen.items() if sees] == [manager, admin]


def test_what_is_due_is_looked_up_once_and_domains_confirmed_before_stay(dns, ours, other_team):
    Team.objects.filter(pk=other_team.pk).update(
        sending_domain="before.example", sending_domain_verified_at=timezone.now() - 9 * DAY
    )
    now = timezone.now()
    assert proving.check_due(now=now + timedelta(seconds=5)) == 2
    assert proving.check_due(now=now + timedelta(seconds=6)) == 0
    before = DomainProof.objects.get(team=other_team)
    assert before.overridden_at is not None
    for days in range(1, 6):
        proving.check(before, now=now + days * DAY)
    assert confirmed(other_team)
    assert not confirmed(ours)
    publish(dns, before)
    proving.check(before)
    before.refresh_from_db()
    assert before.overridden_at is None


def test_news_of_it_are_told_once(dns, ours, proof, admin, django_capture_on_commit_callbacks):
    heard = []

    def hear(change, **_kwargs):
        heard.append((change.team_id, change.domain, change.confirmed, change.actor_id))

    signals.confirmation_changed.connect(hear)
    publish(dns, proof)
    with django_capture_on_commit_callbacks(execute=True):
        proving.check(proof)
        proving.check(proof)
        proving.override(team_id=ours.pk, user=admin, reason="twice holds better")
        proving.withdraw(team_id=ours.pk, user=admin)
    signals.confirmation_changed.disconnect(hear)
    assert heard == [
        (ours.pk, "ours.example", True, None), (ours.pk, "ours.example", False, admin.pk),
    ]  # fmt: skip
