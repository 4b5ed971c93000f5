"""The page of one review as a browser has it."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from drafts.models import Draft
from drafts.tests.factories import BODY


def url(item: Draft) -> str:
    return reverse("admin:drafts_reviewitem_change", args=[item.pk])


def hidden_fields(client: Client, item: Draft) -> dict[str, str]:
    """Of the form, opened now."""
    html = client.get(url(item)).text
    fields = dict(re.findall(r'type="hidden" name="(version|token|base_subject)" value="([^"]*)"', html))
    return fields | {"base_body": BODY}
