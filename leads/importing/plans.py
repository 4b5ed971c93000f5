"""From an inspected file to a complete mapping: fields, stages by value, owners by value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from leads.importing import mapping as mappings
from leads.importing import values
from leads.importing.detect import Inspection, Layout
from leads.importing.fields import Field
from leads.importing.mapping import Column, Mapping, MappingFile
from leads.importing.refusals import Refusal, refuse
from leads.models import Stage
from salesdash.errors import DomainError


def suggest(
    stream: BinaryIO, inspection: Inspection, *, team_id: int, by_hand: MappingFile | None = None
) -> Mapping:
    """`by_hand` has the last word; raises DomainError where it does not fit the file."""
    owners = values.Owners(team_id)
    chosen = mappings.suggest(inspection.headers, inspection.sample, owners.names)
    if by_hand is not None:
        columns = by_hand.apply(inspection.headers, chosen)
    else:
        columns = tuple(Column(*pair) for pair in zip(inspection.headers, chosen, strict=True))
    try:
        plan = complete(stream, inspection.layout, columns, owners)
    except DomainError:
        # a status column with hundreds of values is no status column; one chosen by hand is a mistake to tell
        if by_hand is not None:
            raise
        plain = {Field.STAGE: Field.ATTRIBUTES, Field.OWNER: Field.ATTRIBUTES}
        columns = tuple(Column(column.header, plain.get(column.field, column.field)) for column in columns)
        plan = complete(stream, inspection.layout, columns, owners)
    return _with_values(plan, by_hand, owners) if by_hand else plan


def complete(
    stream: BinaryIO,
    layout: Layout,
    columns: Sequence[Column],
    owners: values.Owners,
    before: Mapping | None = None,
) -> Mapping:
    """Reads the values of the stage and owner columns, unless `before` has the same columns as those."""
    counts: dict[Field, tuple[tuple[str, int], ...]] = {}
    stages: dict[str, str] = {}
    people: dict[str, int | None] = {}
    for name in (Field.STAGE, Field.OWNER):
        place = next((i for i, column in enumerate(columns) if column.field == name), None)
        if place is None:
            counts[name] = ()
        elif before is not None and before.index_of(name) == place:
            counts[name] = before.stage_counts if name == Field.STAGE else before.owner_counts
            stages, people = (before.stages, people) if name == Field.STAGE else (stages, before.owners)
        else:
            counts[name] = values.counts(stream, layout, place, columns[place].header, str(name.label))
    return Mapping(
        columns=tuple(columns),
        has_header=layout.has_header,
        stages={value: stages.get(value, values.stage_of(value)) for value, _n in counts[Field.STAGE]},
        owners={value: people.get(value, owners.find(value)) for value, _n in counts[Field.OWNER]},
        stage_counts=counts[Field.STAGE],
        owner_counts=counts[Field.OWNER],
    )


def _with_values(plan: Mapping, by_hand: MappingFile, owners: values.Owners) -> Mapping:
    if bad := set(by_hand.stages.values()) - {"", *Stage.values}:
        raise refuse(Refusal.MAPPING_BAD_VALUE, field="stages", value=", ".join(sorted(bad)))
    people = {value: owners.find(name) for value, name in by_hand.owners.items()}
    if unknown := [by_hand.owners[value] for value, found in people.items() if found is None]:
        raise refuse(Refusal.MAPPING_BAD_VALUE, field="owners", value=", ".join(sorted(unknown)))
    plan.stages.update(by_hand.stages)
    plan.owners.update(people)
    return plan


def owner_named(team_id: int, name: str) -> int | None:
    """The owner of leads for which the file names none."""
    found = values.Owners(team_id).find(name) if name else None
    if name and found is None:
        raise refuse(Refusal.MAPPING_BAD_VALUE, field="owner", value=name)
    return found
