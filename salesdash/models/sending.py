"""What DNS says of the domain that a team sends from."""

from __future__ import annotations

import secrets
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesdash.models.people import Team, User


def new_token() -> str:
    """128 bits; lower case, for DNS panels that change the case."""
    return secrets.token_hex(16)


class DomainProofQuerySet(models.QuerySet["DomainProof"]):
    def visible_to(self, user: User) -> Self:
        """To administrators, and to managers of the team."""
        if user.has_perm("salesdash.change_team"):
            return self
        return self.filter(team__in=user.team_ids) if user.has_perm("kpis.view_kpis") else self.none()


class DomainProof(models.Model):
    """One per team, for one domain: another domain gets another token.

    Whether the team may send stands in Team.sending_domain_verified_at alone. Changed by
    `salesdash.sending_domains.proving`.
    """

    team = models.OneToOneField(
        Team, on_delete=models.CASCADE, related_name="domain_proof", verbose_name=_("team")
    )
    domain = models.CharField(_("domain"), max_length=253)
    token = models.CharField(_("token"), max_length=64, default=new_token)
    spf_mechanism = models.CharField(_("SPF mechanism"), max_length=253, blank=True)
    dkim_selector = models.CharField(_("DKIM selector"), max_length=253, blank=True)
    # by record, as Verdict.stored()
    verdicts = models.JSONField(_("what DNS says"), default=dict, blank=True)
    checked_at = models.DateTimeField(_("looked up at"), null=True, blank=True)
    next_check_at = models.DateTimeField(_("next look"), default=timezone.now)
    misses = models.PositiveSmallIntegerField(_("misses"), default=0)
    last_miss_at = models.DateTimeField(_("last miss"), null=True, blank=True)
    # a person confirms it in spite of what DNS says
    overridden_at = models.DateTimeField(_("confirmed by hand at"), null=True, blank=True)
    overridden_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by hand by"),
    )
    overridden_by_name = models.CharField(max_length=200, blank=True)
    override_reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    objects = DomainProofQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["next_check_at"], name="domain_proof_next")]
        verbose_name = _("sending domain")
        verbose_name_plural = _("sending domains")

    def __str__(self) -> str:
        return f"{self.team} {self.domain}"
