from __future__ import annotations

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SalesdashConfig(AppConfig):
    name = "salesdash"
    verbose_name = _("People and teams")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from django.core import checks

        from salesdash import accounts, roles
        from salesdash.sending_domains import lookup

        # its own name for itself is no word of any language
        apps.get_app_config("axes").verbose_name = _("Protection of the sign-in")
        user_logged_in.connect(accounts.adopt_language, dispatch_uid="adopt_language")
        checks.register(lookup.check_servers)
        post_migrate.connect(roles.sync_on_migrate, sender=self)
