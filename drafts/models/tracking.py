"""What is asked for of a mail that we sent: its links, each request, and what they came to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts.models.delivery import Delivery


class DeliveryLink(models.Model):
    """Where link `n` of a mail leads. Numbered from 1 in the order of the text; never changed."""

    pk = models.CompositePrimaryKey("delivery_id", "n")
    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, db_index=False, related_name="links", verbose_name=_("delivery")
    )
    n = models.PositiveSmallIntegerField(_("number"))
    url = models.TextField(_("web address"))

    class Meta:
        verbose_name = _("link of a mail")
        verbose_name_plural = _("links of mails")

    def __str__(self) -> str:
        return f"#{self.delivery_id} {self.n}"


class TrackingHit(models.Model):
    """One request for the pixel (`n` = 0) or a link. Who asked is kept only until it is judged."""

    # no constraint: its check would wait for whoever holds the delivery, and a mail program does not wait
    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="hits"
    )
    n = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    # what the request says of itself, a code of drafts/tracking/rules.py; '' for an ordinary program
    sign = models.CharField(max_length=20, blank=True)
    # a daily changing mark of the network, not of the address
    client = models.CharField(max_length=16, blank=True)
    judged_at = models.DateTimeField(null=True)
    # which rule spoke, '' for a person
    rule = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], condition=models.Q(judged_at__isnull=True), name="hit_unjudged"),
            models.Index(fields=["delivery", "at"], name="hit_delivery"),
            models.Index(fields=["client"], condition=~models.Q(client=""), name="hit_client"),
        ]

    def __str__(self) -> str:
        return f"#{self.delivery_id} {self.n} {self.rule}"


class DeliveryTally(models.Model):
    """How often people and machines opened a mail and followed its links, as judged so far."""

    delivery = models.OneToOneField(
        Delivery, primary_key=True, on_delete=models.CASCADE, related_name="tally", verbose_name=_("delivery")
    )
    opens = models.PositiveIntegerField(_("opened"), default=0)
    clicks = models.PositiveIntegerField(_("clicked"), default=0)
    machine_opens = models.PositiveIntegerField(_("opened by machines"), default=0)
    machine_clicks = models.PositiveIntegerField(_("clicked by machines"), default=0)

    class Meta:
        verbose_name = _("opens and clicks of a mail")
        verbose_name_plural = _("opens and clicks of mails")

    def __str__(self) -> str:
        return f"#{self.delivery_id} {self.opens}/{self.clicks}"
