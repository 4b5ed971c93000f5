"""How a rep wants a mail to be: a few choices with names, and one line of their own."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Tone(models.TextChoices):
    POLITE = "polite", pgettext_lazy("tone of a mail", "Courteous")
    FRIENDLY = "friendly", pgettext_lazy("tone of a mail", "Friendly")


class Length(models.TextChoices):
    SHORT = "short", pgettext_lazy("length of a mail", "Short")
    NORMAL = "normal", pgettext_lazy("length of a mail", "Normal")
    LONG = "long", pgettext_lazy("length of a mail", "Detailed")


class Keigo(models.TextChoices):
    """The level of honorific Japanese; in English, how formal the wording is."""

    PLAIN = "plain", pgettext_lazy("level of keigo", "Plain")
    STANDARD = "standard", pgettext_lazy("level of keigo", "Usual")
    FORMAL = "formal", pgettext_lazy("level of keigo", "Most formal")


class Revision(models.TextChoices):
    """What is to be different from the text at hand."""

    VARIANT = "variant", _("Another variant")
    SHORTER = "shorter", _("Shorter")
    SOFTER = "softer", _("Softer")
