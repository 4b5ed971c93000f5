"""Users, teams and who belongs where."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from salesdash.formatting import names


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("%(value)s is not a time zone."), params={"value": value})


class Team(models.Model):
    """A group of reps that shares leads. Everything a customer may see of us is set per team."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Asia/Tokyo", validators=[validate_time_zone]
    )
    company_name = models.CharField(_("company name in mails"), max_length=120, blank=True)
    sender_address = models.CharField(_("postal address in mails"), max_length=200, blank=True)
    opt_out_contact = models.EmailField(_("opt-out contact"), blank=True)
    sending_domain = models.CharField(
        _("sending domain"),
        max_length=253,
        blank=True,
        help_text=_(
            "What stands after @ in the mail addresses of this team's people. Records in DNS confirm it: "
            "which ones, stands above on this page once the domain is saved."
        ),
    )
    sending_domain_verified_at = models.DateTimeField(_("sending domain verified at"), null=True, blank=True)
    product_description = models.TextField(_("what we offer, as facts for drafts"), blank=True)
    product_description_en = models.TextField(
        _("what we offer, in English"),
        blank=True,
        help_text=_("For mails in English. Without it they say nothing of what the team offers."),
    )
    attribution_days = models.PositiveSmallIntegerField(_("attribution window in days"), default=30)
    review_sla_hours = models.PositiveSmallIntegerField(_("review target in business hours"), default=4)
    mail_tracking = models.BooleanField(
        _("see opens and clicks"),
        default=True,
        help_text=_(
            "Mails that salesdash sends carry a picture and links that tell when they are opened. "
            "Off: new mails carry neither, and requests from earlier ones are no longer noted."
        ),
    )
    daily_send_cap = models.PositiveIntegerField(_("mails per rep and day"), default=200)
    quiet_from = models.TimeField(
        _("no mail from"),
        default=time(19),
        help_text=_("In the team's time zone. The same time twice: no quiet hours."),
    )
    quiet_until = models.TimeField(_("no mail until"), default=time(8))
    quiet_days_off = models.BooleanField(
        _("no mail on weekends and holidays"),
        default=True,
        help_text=_("Holidays of Japan, and the days around New Year."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return names.in_page_language(self.name, self.name_en)

    @staticmethod
    def shown_name(path: str) -> Combinable:
        """What `str` says, in SQL; `path` leads from the row to its team."""
        if names.shown_in_japanese():
            return F(f"{path}__name")
        return Coalesce(NullIf(F(f"{path}__name_en"), Value("")), F(f"{path}__name"))


class User(AbstractUser):
    """A person who signs in. `language` empty means: as the browser asks."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("Automatic")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        NORMAL = "normal", _("Normal")
        COMPACT = "compact", _("Compact")
        ROOMY = "roomy", _("Roomy")

    language = models.CharField(
        _("language"), max_length=5, blank=True, choices=[("ja", "日本語"), ("en", "English")]
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Asia/Tokyo", validators=[validate_time_zone]
    )
    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, default=Theme.AUTO)
    density = models.CharField(_("row height"), max_length=8, choices=Density.choices, default=Density.NORMAL)
    keyboard_shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    title = models.CharField(_("job title"), max_length=80, blank=True)
    signature = models.TextField(_("mail signature"), blank=True)
    preferences = models.JSONField(_("preferences"), default=dict, blank=True)
    teams = models.ManyToManyField(Team, through="Membership", related_name="users", verbose_name=_("teams"))

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """As the backends say; what PermissionsAtOnce has read answers at once: a page asks thirty times."""
        known = self.__dict__
        if obj is None and self.is_active and {"_user_perm_cache", "_group_perm_cache"} <= known.keys():
            return perm in known["_user_perm_cache"] or perm in known["_group_perm_cache"]
        return super().has_perm(perm, obj)

    def get_full_name(self) -> str:
        """Family name first where the name is written in Japanese, given name first otherwise."""
        parts = [self.last_name, self.first_name]
        if "".join(parts).isascii():
            parts.reverse()
        return " ".join(part for part in parts if part)

    @cached_property
    def team_ids(self) -> list[int]:
        return list(self.memberships.values_list("team_id", flat=True))

    @property
    def reach(self) -> Hashable:
        """All that `visible_to` may ask of a person: who it is, what they may do, which teams they are in."""
        may = None if self.is_superuser else frozenset(self.get_all_permissions())
        return self.pk, self.is_active, self.is_superuser, may, tuple(self.team_ids)


class Membership(models.Model):
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("team")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="membership_once")]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")

    def __str__(self) -> str:
        return f"{self.user} / {self.team}"
