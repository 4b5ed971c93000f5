"""Shapes that all parts of the API share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypedDict

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail


class Person(TypedDict):
    id: int
    name: str


class PersonSerializer(serializers.Serializer[Person]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class StrictSerializer(serializers.Serializer[dict[str, Any]]):
    """A body as its description says: no field that is not named there, no number in quotation marks."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, Mapping) and (faults := dict(self._faults(data))):
            raise serializers.ValidationError(faults)
        known: dict[str, Any] = super().to_internal_value(data)
        return known

    def _faults(self, data: Mapping[Any, Any]) -> Iterator[tuple[str, list[str | ErrorDetail]]]:
        for name, value in data.items():
            field = self.fields.get(name)
            if field is None:
                # a misspelt field must not be taken for done
                yield str(name), [ErrorDetail(gettext("There is no such field."), code="unknown")]
            elif value is not None and not _is_typed(field, value):
                yield str(name), [ErrorDetail(gettext("This is of another type."), code="type")]


_TYPES: Final[tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], type], ...]] = (
    (serializers.BooleanField, bool),
    (serializers.IntegerField, int),
    (serializers.CharField, str),
    (serializers.ChoiceField, str),
    (serializers.DateTimeField, str),
)


def _is_typed(field: serializers.Field[Any, Any, Any, Any], value: Any) -> bool:
    wanted = next((json for kind, json in _TYPES if isinstance(field, kind)), object)
    if wanted is int:
        # 5.0 is an integer in JSON, true is not
        return not isinstance(value, bool) and isinstance(value, int | float) and float(value).is_integer()
    return isinstance(value, wanted)


class EditSerializer(StrictSerializer):
    """A change of something that others change, too."""

    version = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("the version that you have read, unless the header If-Match names it"),
    )
