"""People who may buy, their companies and deals."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models.texts import first_filled
from salesdash.models import Team, User


class Industry(models.TextChoices):
    MANUFACTURING = "manufacturing", _("Manufacturing")
    CONSTRUCTION = "construction", _("Construction and real estate")
    LOGISTICS = "logistics", _("Logistics and transport")
    RETAIL = "retail", _("Retail and wholesale")
    FOOD = "food", _("Food and hospitality")
    FINANCE = "finance", _("Finance and insurance")
    SOFTWARE = "software", _("Software and IT services")
    MEDICAL = "medical", _("Medical and care")
    EDUCATION = "education", _("Education")
    PROFESSIONAL = "professional", _("Professional services")
    MEDIA = "media", _("Media and advertising")
    ENERGY = "energy", _("Energy and infrastructure")
    PUBLIC = "public", _("Public sector")
    OTHER = "other", _("Other")


class Stage(models.TextChoices):
    NEW = "new", _("New")
    WORKING = "working", _("Working")
    MEETING = "meeting", _("Meeting")
    PROPOSAL = "proposal", _("Proposal")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    UNQUALIFIED = "unqualified", _("Unqualified")

    @classmethod
    def open(cls) -> list[str]:
        """What the default list shows."""
        return [cls.NEW, cls.WORKING, cls.MEETING, cls.PROPOSAL]


class ConsentBasis(models.TextChoices):
    """Why an advertising mail to this person is lawful (特定電子メール法 art. 3)."""

    UNKNOWN = "unknown", _("Not recorded")
    OPT_IN = "opt_in", _("Agreed to receive mail")
    BUSINESS_CARD = "business_card", _("Gave us their address (business card)")
    CUSTOMER = "customer", _("Business relationship")
    PUBLISHED = "published", _("Address published by a business")


class Company(models.Model):
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="companies", verbose_name=_("team"))
    name = models.CharField(_("company name"), max_length=200)
    name_kana = models.CharField(_("company name in kana"), max_length=200, blank=True)
    name_en = models.CharField(_("company name in English"), max_length=200, blank=True)
    # NFKC, casefolded, legal form removed: two spellings of one company meet here
    name_key = models.CharField(max_length=200)
    corporate_number = models.CharField(_("corporate number"), max_length=13, blank=True)
    industry = models.CharField(
        _("industry"), max_length=16, choices=Industry.choices, default=Industry.OTHER
    )
    region = models.CharField(_("prefecture or region"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    revenue_jpy = models.BigIntegerField(_("yearly revenue"), null=True, blank=True)
    website = models.CharField(_("website"), max_length=300, blank=True)
    domain = models.CharField(_("mail domain"), max_length=253, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    external_id = models.CharField(_("external id"), max_length=120, blank=True)
    attributes = models.JSONField(_("further attributes"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "name_key"], name="company_once_per_team"),
        ]
        indexes = [
            models.Index(fields=["team", "industry", "region"], name="company_industry_region"),
            # the order by company, see leads/sorting.py
            models.Index(first_filled("name_kana", "name_key"), name="company_by_name"),
        ]
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.name


class LeadQuerySet(models.QuerySet["Lead"]):
    def visible_to(self, user: User) -> Self:
        """The one place that says whose leads a person may see."""
        return self if user.has_perm("leads.view_all") else self.filter(team__in=user.team_ids)


class Lead(models.Model):
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="leads", verbose_name=_("team"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="leads",
        verbose_name=_("owner"),
    )
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="leads", verbose_name=_("company")
    )
    family_name = models.CharField(_("family name"), max_length=80, blank=True)
    given_name = models.CharField(_("given name"), max_length=80, blank=True)
    family_kana = models.CharField(_("family name in kana"), max_length=80, blank=True)
    given_kana = models.CharField(_("given name in kana"), max_length=80, blank=True)
    department = models.CharField(_("department"), max_length=120, blank=True)
    title = models.CharField(_("job title"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    # the language we write to this person in
    language = models.CharField(
        _("language"), max_length=2, choices=[("ja", _("Japanese")), ("en", _("English"))], default="ja"
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.NEW)
    stage_changed_at = models.DateTimeField(_("stage changed at"), auto_now_add=True)
    source = models.CharField(_("source"), max_length=40, blank=True)
    external_id = models.CharField(_("external id"), max_length=120, blank=True)
    attributes = models.JSONField(_("further attributes"), default=dict, blank=True)
    next_action = models.CharField(_("next action"), max_length=200, blank=True)
    next_action_due_at = models.DateTimeField(_("next action due"), null=True, blank=True)
    recall_at = models.DateTimeField(_("call back at"), null=True, blank=True)
    # a calibrated model's answer, 0..1; filled by the scoring task, shown beside the temperature
    win_probability = models.FloatField(_("win probability"), null=True, blank=True)
    do_not_contact = models.BooleanField(_("do not contact"), default=False)
    do_not_contact_reason = models.CharField(_("reason"), max_length=200, blank=True)
    consent_basis = models.CharField(
        _("basis for mail"), max_length=16, choices=ConsentBasis.choices, default=ConsentBasis.UNKNOWN
    )
    consent_at = models.DateTimeField(_("basis recorded at"), null=True, blank=True)
    consent_note = models.CharField(_("note on the basis"), max_length=200, blank=True)
    opted_out_at = models.DateTimeField(_("opted out at"), null=True, blank=True)
    # bigrams of the folded names, kana and company: the index behind the search box
    search_grams = ArrayField(models.CharField(max_length=2), default=list, editable=False)
    search_text = models.TextField(default="", editable=False)
    # raised by each change a person makes; a stale form gets a conflict
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "external_id"],
                condition=~models.Q(external_id=""),
                name="lead_external_id_once_per_team",
            ),
            models.UniqueConstraint(
                "team", Lower("email"), condition=~models.Q(email=""), name="lead_email_once_per_team"
            ),
        ]
        indexes = [
            GinIndex(fields=["search_grams"], name="lead_search_grams", fastupdate=False),
            # values of any imported attribute, see leads/conditions/terms.py; a short list of what is not
            # sorted in yet takes two thirds off what an import pays, and a search reads it in a few ms
            GinIndex(
                models.Func(
                    models.F("attributes"),
                    function="leads_terms",
                    output_field=ArrayField(models.BigIntegerField()),
                ),
                gin_pending_list_limit=512,
                name="lead_terms",
            ),
            models.Index(fields=["company"], name="lead_company"),
            models.Index(fields=["owner", "next_action_due_at"], name="lead_next_action"),
            models.Index(fields=["owner", "recall_at"], name="lead_recall"),
            # what a whole team has to do today: few leads have a time set
            models.Index(
                fields=["team", "next_action_due_at"],
                condition=models.Q(next_action_due_at__isnull=False),
                name="lead_team_action",
            ),
            models.Index(
                fields=["team", "recall_at"],
                condition=models.Q(recall_at__isnull=False),
                name="lead_team_recall",
            ),
            models.Index(fields=["team", "-created_at"], name="lead_team_created"),
            # the order by name, see leads/sorting.py
            models.Index(
                first_filled("family_kana+given_kana", "family_name+given_name", "email"),
                models.F("id").desc(),
                name="lead_by_name",
            ),
            models.Index(
                fields=["next_action_due_at"],
                condition=models.Q(next_action_due_at__isnull=False),
                name="lead_due",
            ),
            # of a stage that few leads are in
            models.Index(fields=["stage"], name="lead_stage"),
            # what has changed, in that order, for one team, several or all: entries of other teams are passed
            # over without a look at their rows
            models.Index(fields=["updated_at", "id", "team"], name="lead_updated"),
        ]
        permissions = [
            ("view_all", _("Can see the leads of all teams")),
            ("import_leads", _("Can import leads")),
            ("export_leads", _("Can export leads")),
        ]
        verbose_name = _("lead")
        verbose_name_plural = _("leads")

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Family then given for Japanese names; others as they write themselves; never empty."""
        parts = [self.family_name, self.given_name]
        if "".join(parts).isascii():
            parts.reverse()
        return " ".join(part for part in parts if part) or self.email or f"#{self.pk}"


class Deal(models.Model):
    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="deals", verbose_name=_("lead"))
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="deals", verbose_name=_("team"))
    name = models.CharField(_("name"), max_length=200)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN)
    stage = models.CharField(_("stage"), max_length=40, blank=True)
    amount_jpy = models.BigIntegerField(_("amount"), default=0)
    gross_margin_jpy = models.BigIntegerField(_("gross margin"), default=0)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    lost_reason = models.CharField(_("reason"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=40, default="salesdash")
    external_id = models.CharField(_("external id"), max_length=120, blank=True)
    # raised by each change; a stale form gets a conflict
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "source", "external_id"],
                condition=~models.Q(external_id=""),
                name="deal_once",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "status", "closed_at"], name="deal_team_closed"),
            models.Index(
                fields=["lead"],
                include=["amount_jpy"],
                condition=models.Q(status="open"),
                name="deal_open_of_lead",
            ),
        ]
        verbose_name = _("deal")
        verbose_name_plural = _("deals")

    def __str__(self) -> str:
        return self.name


class Note(models.Model):
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="notes", verbose_name=_("lead"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("author"),
    )
    author_name = models.CharField(_("name of the author"), max_length=200)
    body = models.TextField(_("note"), max_length=4000)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["lead", "-created_at"], name="note_lead_created")]
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return f"{self.author_name} {self.created_at:%Y-%m-%d}"
