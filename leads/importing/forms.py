"""The two forms of the import pages."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.importing.detect import Layout
from leads.importing.encodings import Encoding
from leads.importing.fields import Field
from leads.importing.jobs import layout_of, mapping_of
from leads.importing.mapping import Column, Mapping
from leads.importing.values import Owners
from leads.models import ImportJob, Stage
from salesdash.models import Team, User

SEPARATORS = [
    (",", gettext_lazy("Comma (,)")),
    (";", gettext_lazy("Semicolon (;)")),
    ("\t", gettext_lazy("Tab")),
]


class UploadForm(forms.Form):
    """`team` is there only if the person has a choice."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
        error_messages={"required": gettext_lazy("Please choose a file.")},
    )
    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("Team"), empty_label=None)
    encoding = forms.ChoiceField(
        choices=[("", gettext_lazy("Detect automatically")), *Encoding.choices],
        label=gettext_lazy("Encoding"),
        required=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.all() if user.has_perm("leads.view_all") else user.teams.all()
        self._teams = list(teams)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        if len(self._teams) == 1:
            del self.fields["team"]

    @property
    def chosen_team(self) -> Team:
        """Of a valid form."""
        chosen: Team = self.cleaned_data.get("team") or self._teams[0]
        return chosen

    @property
    def has_team(self) -> bool:
        return bool(self._teams)


class MappingForm(forms.Form):
    """How to read the file, what each column becomes, what each status and each owner's name means.

    Columns and values are numbered in the order in which the job keeps them; a form that was made for other
    columns (its `shape` differs) is not taken.
    """

    encoding = forms.ChoiceField(choices=Encoding.choices, label=gettext_lazy("Encoding"), required=False)
    delimiter = forms.ChoiceField(choices=SEPARATORS, label=gettext_lazy("Separator"), required=False)
    has_header = forms.BooleanField(
        label=gettext_lazy("The first row holds the column names"), required=False
    )
    default_owner = forms.ChoiceField(
        label=gettext_lazy("Owner of new leads for which the file names none"), required=False
    )
    shape = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, job: ImportJob) -> None:
        self.job = job
        self.mapping = mapping_of(job)
        self.layout = layout_of(job)
        owners = Owners(job.team_id)
        self._people = [("", _("Nobody")), *((str(user.pk), str(user)) for user in owners.users)]
        super().__init__(data, initial=self._initial())
        self.fields["default_owner"].choices = self._people  # type: ignore[attr-defined]
        choices = [
            (label, [(field.value, field.label) for field in group]) for label, group in Field.groups()
        ]
        for i, column in enumerate(self.mapping.columns):
            self.fields[f"column-{i}"] = self._choice(column.header, choices, column.field.value)
        stages = [("", _("Leave as it is (new leads: New)")), *Stage.choices]
        for i, (value, _rows) in enumerate(self.mapping.stage_counts):
            self.fields[f"stage-{i}"] = self._choice(value, stages, self.mapping.stages.get(value, ""))
        for i, (value, _rows) in enumerate(self.mapping.owner_counts):
            owner = self.mapping.owners.get(value)
            self.fields[f"owner-{i}"] = self._choice(value, self._people, str(owner or ""))

    def _initial(self) -> dict[str, Any]:
        return {
            **dataclasses.asdict(self.layout),
            "default_owner": self.job.default_owner_id or "",
            "shape": self._shape(),
        }

    def _shape(self) -> str:
        """Changes with anything that the numbers in the names of the fields count."""
        shown = [self.mapping.headers, self.mapping.stage_counts, self.mapping.owner_counts]
        return blake2b(json.dumps(shown).encode(), digest_size=8).hexdigest()

    def clean_shape(self) -> str:
        if self.cleaned_data["shape"] != self._shape():
            raise forms.ValidationError(_("The columns have changed meanwhile. Please check them again."))
        return self._shape()

    @staticmethod
    def _choice(label: str, choices: Any, initial: str) -> forms.ChoiceField:
        return forms.ChoiceField(label=label, choices=choices, initial=initial, required=False)

    # --- for the page ---------------------------------------------------------------------------

    def columns(self) -> Iterator[BoundField]:
        return (self[f"column-{i}"] for i in range(len(self.mapping.columns)))

    def stages(self) -> Iterator[tuple[BoundField, int]]:
        return ((self[f"stage-{i}"], rows) for i, (_value, rows) in enumerate(self.mapping.stage_counts))

    def owners(self) -> Iterator[tuple[BoundField, int]]:
        return ((self[f"owner-{i}"], rows) for i, (_value, rows) in enumerate(self.mapping.owner_counts))

    # --- what was chosen; of a valid form -------------------------------------------------------

    def chosen_layout(self) -> Layout:
        data = self.cleaned_data
        return Layout(
            data["encoding"] or self.layout.encoding,
            data["delimiter"] or self.layout.delimiter,
            data["has_header"],
        )

    def chosen_columns(self) -> tuple[Column, ...]:
        return tuple(
            Column(column.header, Field(self.cleaned_data[f"column-{i}"]))
            for i, column in enumerate(self.mapping.columns)
        )

    def chosen_values(self) -> Mapping:
        """The mapping as it was shown, with the stages and owners that were chosen."""
        data = self.cleaned_data
        return dataclasses.replace(
            self.mapping,
            stages={value: data[f"stage-{i}"] for i, (value, _rows) in enumerate(self.mapping.stage_counts)},
            owners={
                value: int(data[f"owner-{i}"]) if data[f"owner-{i}"] else None
                for i, (value, _rows) in enumerate(self.mapping.owner_counts)
            },
        )

    def chosen_owner(self) -> int | None:
        return int(self.cleaned_data["default_owner"]) if self.cleaned_data["default_owner"] else None
