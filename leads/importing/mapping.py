"""Which column becomes which field: suggested from names and contents, checked, kept with the job."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from leads.importing import fields
from leads.importing.encodings import DELIMITERS, Encoding
from leads.importing.fields import Field
from leads.importing.refusals import Refusal, refuse

# their person (a lead's name) or ours (the owner): decided by the other columns and the values
_EITHER: Final = {fields.header_key(name) for name in ("担当者", "担当者名", "ご担当者", "ご担当者名")}
_YES_NO: Final = {"yes", "no", "y", "n", "true", "false"}
_MOST_STAGES: Final = 30


@dataclass(frozen=True, slots=True)
class Column:
    header: str
    field: Field


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a job keeps. Owners are user ids by value; None: nobody of that name."""

    columns: tuple[Column, ...]
    has_header: bool = True
    stages: dict[str, str] = field(default_factory=dict)
    owners: dict[str, int | None] = field(default_factory=dict)
    # the values of the stage and the owner column with their numbers of rows, most frequent first
    stage_counts: tuple[tuple[str, int], ...] = ()
    owner_counts: tuple[tuple[str, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Without the stages, which have their own column. Lists: jsonb does not keep the order of keys."""
        return {
            "has_header": self.has_header,
            "columns": [[column.header, column.field.value] for column in self.columns],
            "owners": self.owners,
            "stage_counts": self.stage_counts,
            "owner_counts": self.owner_counts,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], stages: dict[str, str]) -> Self:
        return cls(
            columns=tuple(Column(header, Field(name)) for header, name in data["columns"]),
            has_header=data["has_header"],
            stages=stages,
            owners=data["owners"],
            stage_counts=tuple((value, count) for value, count in data["stage_counts"]),
            owner_counts=tuple((value, count) for value, count in data["owner_counts"]),
        )

    @property
    def unknown_owners(self) -> list[str]:
        return [value for value, _count in self.owner_counts if self.owners.get(value) is None]

    @property
    def headers(self) -> list[str]:
        return [column.header for column in self.columns]

    def index_of(self, wanted: Field) -> int | None:
        return next((i for i, column in enumerate(self.columns) if column.field == wanted), None)

    def check(self) -> None:
        """Raises DomainError: a field assigned twice, or nothing assigned at all."""
        used = [column.field for column in self.columns if column.field != Field.SKIP]
        if not used:
            raise refuse(Refusal.MAPPING_NOTHING)
        for name in used:
            if name != Field.ATTRIBUTES and used.count(name) > 1:
                raise refuse(Refusal.MAPPING_TWICE, field=str(name.label))


def suggest(
    headers: Sequence[str], sample: Sequence[Sequence[str]], owner_names: Collection[str] = ()
) -> list[Field]:
    """One field per column; what is not recognised stays as further attribute, so nothing is lost."""
    # a row that stands there twice does not make its id less of an id; a broken one says nothing
    different = list(dict.fromkeys(tuple(row) for row in sample if len(row) == len(headers)))
    chosen = [fields.by_header(header) for header in headers]
    for i, name in enumerate(chosen):
        rows = different if name == Field.EXTERNAL_ID else sample
        if name is not None and not _plausible(name, headers[i], _values(rows, i)):
            chosen[i] = None
    _tell_owner_from_contact(chosen, headers, sample, owner_names)
    _keep_best(chosen, headers)
    for parts, whole in (
        ((Field.FAMILY_NAME, Field.GIVEN_NAME), Field.FULL_NAME),
        ((Field.FAMILY_KANA, Field.GIVEN_KANA), Field.FULL_KANA),
    ):
        if all(part in chosen for part in parts) and whole in chosen:
            chosen[chosen.index(whole)] = None
    if Field.EMAIL not in chosen:
        for i, name in enumerate(chosen):
            if name is None and fields.looks_like_emails(sample, i):
                chosen[i] = Field.EMAIL
                break
    return [Field.ATTRIBUTES if name is None else name for name in chosen]


def _values(sample: Sequence[Sequence[str]], column: int) -> list[str]:
    return [cell for row in sample if column < len(row) and (cell := fields.clean(row[column]))]


def _plausible(name: Field, header: str, values: list[str]) -> bool:
    """Whether the cells agree with what the column's name promises; an empty column may be anything."""
    if not values:
        return True
    different = len(set(values))
    match name:
        case Field.EMAIL:
            return any("@" in value for value in values)
        case Field.EXTERNAL_ID:
            return different >= len(values) * 0.98
        case Field.FULL_NAME | Field.FAMILY_NAME:
            mostly_digits = sum(value.isdigit() for value in values) * 2 > len(values)
            return not mostly_digits and (len(values) < 20 or different * 5 > len(values))
        case Field.EMPLOYEES:
            return sum(any(map(str.isdigit, value)) for value in values) * 2 >= len(values)
        case Field.STAGE:
            if fields.header_key(header) == "y":
                return {value.casefold() for value in values} <= _YES_NO
            return different <= _MOST_STAGES
        case _:
            return True


def _tell_owner_from_contact(
    chosen: list[Field | None],
    headers: Sequence[str],
    sample: Sequence[Sequence[str]],
    owner_names: Collection[str],
) -> None:
    for i, header in enumerate(headers):
        if chosen[i] != Field.FULL_NAME or fields.header_key(header) not in _EITHER:
            continue
        others = {name for j, name in enumerate(chosen) if j != i}
        values = _values(sample, i)
        ours = sum(fields.clean(value).replace(" ", "").casefold() in owner_names for value in values)
        has_contact = bool(others & {Field.FULL_NAME, Field.FAMILY_NAME})
        if Field.OWNER not in others and (has_contact or (values and ours * 2 > len(values))):
            chosen[i] = Field.OWNER


def _keep_best(chosen: list[Field | None], headers: Sequence[str]) -> None:
    for name in {name for name in chosen if name}:
        columns = [i for i, other in enumerate(chosen) if other == name]
        best = min(columns, key=lambda i: (fields.priority(headers[i]), i))
        for i in columns:
            if i != best:
                chosen[i] = None


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping written by hand (JSON) for `import_leads --mapping`; what it leaves out is found out.

    {"columns": {"顧客名": "company", "備考": ""}, "stages": {"yes": "won"}, "owners": {"佐藤": "sato"},
     "owner": "sato", "encoding": "cp932", "delimiter": ";", "has_header": true}
    """

    columns: dict[str, str] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    owner: str = ""
    encoding: str = ""
    delimiter: str = ""
    has_header: bool | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        try:
            data = json.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise refuse(Refusal.MAPPING_BAD_FILE, reason=str(error)) from error
        known = set(cls.__slots__)
        if not isinstance(data, dict) or set(data) - known:
            unknown = ", ".join(sorted(set(data) - known)) if isinstance(data, dict) else type(data).__name__
            raise refuse(Refusal.MAPPING_BAD_FILE, reason=f"unknown: {unknown}")
        for name in ("columns", "stages", "owners"):
            part = data.get(name, {})
            if not isinstance(part, dict) or not all(isinstance(value, str) for value in part.values()):
                raise refuse(Refusal.MAPPING_BAD_FILE, reason=f"{name} must map texts to texts")
        allowed = {
            "encoding": ("", *Encoding.values),
            "delimiter": ("", *DELIMITERS),
            "has_header": (None, True, False),
        }
        for name, choices in allowed.items():
            if data.get(name, choices[0]) not in choices:
                raise refuse(Refusal.MAPPING_BAD_VALUE, field=name, value=str(data[name]))
        return cls(**data)

    def apply(self, headers: Sequence[str], suggested: Sequence[Field]) -> tuple[Column, ...]:
        """Columns that the file names are as it says; the others as suggested, but never a field twice."""
        if missing := set(self.columns) - set(headers):
            raise refuse(Refusal.MAPPING_UNKNOWN_COLUMN, column=", ".join(sorted(missing)))
        if bad := set(self.columns.values()) - set(Field.values):
            raise refuse(Refusal.MAPPING_UNKNOWN_FIELD, field=", ".join(sorted(bad)))
        taken = {Field(name) for name in self.columns.values()} - {Field.SKIP, Field.ATTRIBUTES}
        return tuple(
            Column(header, Field(self.columns[header]))
            if header in self.columns
            else Column(header, Field.ATTRIBUTES if name in taken else name)
            for header, name in zip(headers, suggested, strict=True)
        )
