"""What the shared scripts say. A page adds its own as `{{ dict|json_script:"sd-texts-leads" }}`."""

from __future__ import annotations

from django.utils.translation import gettext as _


def script_texts() -> dict[str, str]:
    return {
        "undo": _("Undo"),
        "retry": _("Try again"),
        "close": _("Close"),
        "copied": _("Copied."),
        "draft_copied": _("Copied. Paste it into your mail and send it."),
        "copy_failed": _("Copying did not work. Please select the text and copy it by hand."),
        "not_found": _("This no longer exists, or you may not see it."),
        "forbidden": _("You may not do this."),
        "failed": _("That did not work. What you typed is still here."),
        "offline": _("The server cannot be reached. What you typed is still here."),
        "reference": _("reference"),
    }
