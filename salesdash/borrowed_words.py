"""Words of other people's administration pages that come without Japanese."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

WORDS = (
    _("access attempts"), _("access failures"), _("access logs"),
    _("Periodic Tasks"), _("clocked"), _("crontabs"), _("intervals"), _("periodic tasks"), _("solar events"),
)  # fmt: skip
