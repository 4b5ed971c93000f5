from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Leads")

    def ready(self) -> None:
        from leads import notifying, signals
        from leads.live import listening

        listening.connect()
        signals.temperature_crossed.connect(notifying.became_hot, dispatch_uid="notify_hot")
        signals.leads_replied.connect(notifying.replied, dispatch_uid="notify_replied")
