"""Values that callers send, tidied as those that people type."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

MOST_BYTES: Final = 10_000
DEEPEST: Final = 16
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


class TypedField(serializers.CharField):
    """Takes what this field of a form takes, as the form would keep it."""

    def __init__(self, field: forms.CharField, **options: Any) -> None:
        self._form_field = field
        options.setdefault("max_length", field.max_length)
        super().__init__(**{"required": False, "allow_blank": not field.required, **options})

    def to_internal_value(self, data: Any) -> str:
        text: str = self._form_field.clean(super().to_internal_value(data))
        return text


class MomentField(serializers.DateTimeField):
    """RFC 3339, with its offset: a time without one is everybody's own guess."""

    default_error_messages = {
        "no_zone": _("A time needs its offset, such as +09:00 or Z."),
        "out_of_range": _("This time lies too far away."),
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("no_zone")
        if not EARLIEST <= value < LATEST:
            self.fail("out_of_range")
        return super().enforce_timezone(value)


class AttributesField(serializers.DictField):
    """A JSON object that PostgreSQL can keep and that every reader can read again."""

    default_error_messages = {
        "too_large": _("At most 10,000 bytes as JSON."),
        "not_storable": _("This holds characters that no text can keep, or is nested too deeply."),
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        value: dict[str, Any] = super().to_internal_value(data)
        text = as_json(value)
        if text is None:
            self.fail("not_storable")
        if len(text.encode()) > MOST_BYTES:
            self.fail("too_large")
        return value


def as_json(value: Any) -> str | None:
    """None where it is nested too deeply, or holds what no text can keep."""
    if not is_shallow(value):
        return None
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (TypeError, ValueError):
        return None
    return None if "\\u0000" in text else text


def is_shallow(value: Any, depth: int = DEEPEST) -> bool:
    """Whether every reader can follow it: what is parsed near the limit of recursion cannot be written."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(is_shallow(item, depth - 1) for item in inner)
