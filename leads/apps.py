from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Leads")

    def ready(self) -> None:
        from leads import domain_news, kept_counts, news
        from leads.live import listening

        listening.connect()
        kept_counts.connect()
        news.connect()
        domain_news.connect()
