"""What the selection of the lead table says (static/js/selection.js)."""

from __future__ import annotations

from django.utils.translation import gettext as _


def selection_texts() -> dict[str, str]:
    return {
        "selected_one": _("{total} lead selected"),
        "selected_other": _("{total} leads selected"),
        "select_all": _("Select all {total}"),
        "confirm_stage": _("Change the stage of {total} leads?"),
        "confirm_owner": _("Change the owner of {total} leads?"),
    }
