"""Rows of fit rules and exclude rules: a field, a comparison, what it is compared with, what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import rule_words, sql
from leads.admin.rule_forms import Figure, items, whole
from leads.fit import FIELDS, Op
from leads.forms import TidyField, tidy
from leads.rule_words import TABLE_NAMES

MOST_RULES: Final = 60
EMPTY_ROWS: Final = 3
# not in Op: "exists" with the value false
EMPTY: Final = "empty"
# an attribute that no lead has yet is named in words
OTHER_ATTRIBUTE: Final = "attributes"
COMPARISONS: Final[Sequence[tuple[str, Promise]]] = (
    (Op.IN, gettext_lazy("is one of")),
    (Op.CONTAINS, gettext_lazy("contains one of")),
    (Op.EQUALS, gettext_lazy("is exactly")),
    (Op.RANGE, gettext_lazy("lies between")),
    (Op.EXISTS, gettext_lazy("is filled in")),
    (EMPTY, gettext_lazy("is empty")),
)
_NOT_A_NUMBER: Final = gettext_lazy("Enter a number.")


class ConditionForm(forms.Form):
    """`rule` is what was typed, as it is stored."""

    field = forms.ChoiceField(label=gettext_lazy("Field"))
    attribute = TidyField(label=gettext_lazy("Name of the attribute"), max_length=120, required=False)
    op = forms.ChoiceField(label=gettext_lazy("Comparison"), choices=COMPARISONS, initial=Op.IN)
    value = forms.CharField(
        label=gettext_lazy("Value"), required=False, widget=forms.Textarea(attrs={"rows": 1})
    )
    low = Figure(
        label=gettext_lazy("at least"),
        required=False,
        refusal=_NOT_A_NUMBER,
        widget=forms.NumberInput(attrs={"placeholder": gettext_lazy("at least")}),
    )
    high = Figure(
        label=gettext_lazy("at most"),
        required=False,
        refusal=_NOT_A_NUMBER,
        widget=forms.NumberInput(attrs={"placeholder": gettext_lazy("at most")}),
    )

    rule: dict[str, Any]

    def __init__(self, *, fields: Sequence[Any], **options: Any) -> None:
        super().__init__(**{"label_suffix": "", **options})
        choice = self.fields["field"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = fields

    @staticmethod
    def initial_of(rule: dict[str, Any]) -> dict[str, Any]:
        """A stored rule as it stands in the row."""
        field, op, value = rule.get("field", ""), rule.get("op", ""), rule.get("value")
        row = {"field": field, "op": op}
        if op == Op.RANGE and isinstance(value, list) and len(value) == 2:
            return row | {"low": value[0], "high": value[1]}
        if op == Op.EXISTS:
            return row | ({"op": EMPTY} if value is False else {})
        values = value if isinstance(value, list) else [value]
        return row | {"value": "\n".join(rule_words.value_word(field, one) for one in values)}

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "field" in given and "op" in given:
            field = self._field(given["field"], given.get("attribute", ""))
            self.rule = {"field": field, **self._comparison(field, given["op"])}
        return given

    def _field(self, chosen: str, attribute: str) -> str:
        if not chosen.endswith(f".{OTHER_ATTRIBUTE}"):
            return chosen
        if not attribute:
            self.add_error("attribute", _("Name the attribute."))
        return f"{chosen}.{attribute}"

    def _comparison(self, field: str, op: str) -> dict[str, Any]:
        match op:
            case Op.EXISTS | "empty":
                return {"op": str(Op.EXISTS), "value": op == Op.EXISTS}
            case Op.RANGE:
                return {"op": op, "value": self._bounds()}
            case Op.EQUALS:
                word = tidy(self.cleaned_data.get("value", ""))
                return {"op": op, "value": self._stored(field, [word])[0]}
            case Op.CONTAINS:
                return {"op": op, "value": self._needed(items(self.cleaned_data.get("value", "")))}
            case _:
                return {"op": op, "value": self._stored(field, items(self.cleaned_data.get("value", "")))}

    def _bounds(self) -> list[float | int | None]:
        low, high = self.cleaned_data.get("low"), self.cleaned_data.get("high")
        if low is None and high is None and not {"low", "high"} & set(self.errors):
            self.add_error("low", _("Enter at least one end of the range."))
        if low is not None and high is not None and low > high:
            self.add_error("high", _("The range ends before it begins."))
        return [None if bound is None else whole(bound) for bound in (low, high)]

    def _stored(self, field: str, words: list[str]) -> list[str]:
        """Words of a choice become its keys; a word that the field cannot have is refused."""
        stored = []
        for word in self._needed(words):
            key = rule_words.stored_value(field, word)
            if key is None:
                known = ", ".join(rule_words.choices(field).values())
                told = _("“%(word)s” is not a value of this field. It knows: %(known)s")
                self.add_error("value", told % {"word": word, "known": known})
            stored.append(key or word)
        return stored

    def _needed(self, words: list[str]) -> list[str]:
        words = [word for word in words if word]
        if not words:
            self.add_error("value", _("Enter a value."))
        return words or [""]


class FitRuleForm(ConditionForm):
    points = forms.IntegerField(
        label=gettext_lazy("Points"),
        min_value=-100,
        max_value=100,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("A whole number from −100 to 100.")
        ),
    )

    @staticmethod
    def initial_of(rule: dict[str, Any]) -> dict[str, Any]:
        return ConditionForm.initial_of(rule) | {"points": rule.get("points", 0)}

    def clean_points(self) -> int:
        points: int = self.cleaned_data["points"]
        if points == 0:
            raise ValidationError(_("0 points change nothing."))
        return points

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if "points" in given and hasattr(self, "rule"):
            self.rule["points"] = given["points"]
        return given


class ExcludeRuleForm(ConditionForm):
    reason = TidyField(label=gettext_lazy("Reason"), max_length=120)

    @staticmethod
    def initial_of(rule: dict[str, Any]) -> dict[str, Any]:
        reason = str(rule.get("reason", ""))
        return ConditionForm.initial_of(rule) | {"reason": rule_words.reason_word(reason)}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if "reason" in given and hasattr(self, "rule"):
            self.rule["reason"] = rule_words.stored_reason(given["reason"])
        return given


class RuleRows(forms.BaseFormSet[ConditionForm]):
    def rules(self) -> list[dict[str, Any]]:
        """The rules of all rows that are filled in and not to be removed."""
        kept = [form for form in self.forms if form.has_changed() or form.initial]
        return [form.rule for form in kept if form not in self.deleted_forms]


def rows_of(
    form: type[FitRuleForm | ExcludeRuleForm], rules: Sequence[dict[str, Any]], data: Any
) -> RuleRows:
    made = forms.formset_factory(
        form,
        formset=RuleRows,
        extra=EMPTY_ROWS,
        can_delete=True,
        max_num=MOST_RULES,
        absolute_max=MOST_RULES + EMPTY_ROWS,
        validate_max=True,
    )
    prefix = "fit" if form is FitRuleForm else "exclude"
    initial = [form.initial_of(rule) for rule in rules]
    fields = field_choices([str(rule.get("field", "")) for rule in rules])
    return cast(RuleRows, made(data, prefix=prefix, initial=initial, form_kwargs={"fields": fields}))


def field_choices(used: Sequence[str]) -> list[Any]:
    """All fields by table, the attributes that leads and companies have, and one to name freely."""
    keys = {field for field in used if field not in FIELDS and ".attributes." in field}
    keys |= {f"{table}.attributes.{key}" for table, key in sql.rows(sql.load("attribute_keys"), {})}
    groups: list[Any] = [("", "—")]
    for table, name in TABLE_NAMES.items():
        own = sorted(key for key in keys if key.startswith(f"{table}."))
        options = [(field, rule_words.field_name(field)) for field in [*rule_words.known_fields(table), *own]]
        groups.append((str(name), [*options, (f"{table}.{OTHER_ATTRIBUTE}", _("another attribute …"))]))
    return groups
