"""What the editor of a cell sends. `value()` is what leads/editing/values.py describes."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from leads.editing import values
from leads.editing.values import Field
from leads.filters import LARGEST_ID
from leads.forms import NextActionForm, TidyField
from leads.models import Stage

NOBODY: Final = "none"


class _Edit(forms.Form):
    # what the person saw when they began; of many leads nobody sees all
    seen = forms.JSONField(required=False)
    # of many leads: the same for both clicks of a double click
    request_id = forms.UUIDField(required=False)

    def value(self) -> Any:
        raise NotImplementedError


class StageEdit(_Edit):
    stage = forms.ChoiceField(choices=Stage.choices)

    def value(self) -> str:
        stage: str = self.cleaned_data["stage"]
        return stage


class OwnerEdit(_Edit):
    """An id, or "none": a missing field is not nobody."""

    owner = forms.RegexField(rf"^(?:{NOBODY}|\d{{1,19}})$")

    def value(self) -> int | None:
        owner = self.cleaned_data["owner"]
        return None if owner == NOBODY else min(int(owner), LARGEST_ID)


class NextActionEdit(NextActionForm, _Edit):
    version = None  # type: ignore[assignment]  # Django's way to leave a field out

    def value(self) -> dict[str, str | None]:
        return values.next_action(self.cleaned_data["next_action"], self.cleaned_data["due_at"])


class NoContactEdit(_Edit):
    """Said in words, never by a missing field."""

    blocked = forms.ChoiceField(choices=[("1", "yes"), ("0", "no")])
    contact_reason = TidyField(max_length=200, required=False)

    def value(self) -> dict[str, bool | str]:
        return values.no_contact(self.cleaned_data["blocked"] == "1", self.cleaned_data["contact_reason"])


FORMS: Final[dict[str, type[_Edit]]] = {
    Field.STAGE: StageEdit,
    Field.OWNER: OwnerEdit,
    Field.NEXT_ACTION: NextActionEdit,
    Field.NO_CONTACT: NoContactEdit,
}
