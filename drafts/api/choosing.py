"""Filters of a list that take one of some values each."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request


def conditions(request: Request, choices: Mapping[str, Collection[str]]) -> dict[str, str]:
    """What the address asks for, by name. Raises ValidationError for values that cannot be meant."""
    asked = {name: request.query_params[name] for name in choices if name in request.query_params}
    faults = {
        name: [ErrorDetail(_("This value is not known here."), code="unknown")]
        for name, value in asked.items()
        if value not in choices[name]
    }
    if faults:
        raise ValidationError(faults)
    return asked
