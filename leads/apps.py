from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Leads")

    def ready(self) -> None:
        from leads import domain_news, news
        from leads.live import listening

        listening.connect()
        news.connect()
        domain_news.connect()
