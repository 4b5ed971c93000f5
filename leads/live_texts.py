"""What the live channel's scripts say (static/js/live)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from leads.models.score import Band


def live_texts() -> dict[str, str]:
    return {
        "up": _("up"),
        "down": _("down"),
        "hotter_one": _("{n} lead became hotter"),
        "hotter_other": _("{n} leads became hotter"),
        "stale": _("The connection is lost. You see the values of {time}."),
        "reload": _("Reload"),
        **{f"band_{band.key}": str(band.label) for band in Band},
    }
