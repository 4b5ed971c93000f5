"""The form of one entry of the safety rules, and what is searched for among thousands of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drafts.safety import reasons
from drafts.safety.rule_checks import CODES, MAX_PATTERN_CHARS
from drafts.safety.rule_entries import FIELDS, Entry, Language, Match, Search, Table
from drafts.texts import one_line

Choice = tuple[str, str | Promise]
ANY_LANGUAGE = pgettext_lazy("texts", "any language")
_TEXT_LABELS = {
    Table.BANNED: _("Word or phrase"),
    Table.ALLOWED: _("Word or name"),
    Table.HOSTS: _("Host"),
    Table.PROMISES: _("Regular expression"),
}


def reason_choices() -> list[Choice]:
    return [(code, reasons.label(code)) for code in CODES]


class EntryForm(forms.Form):
    """Only what its table has beside the text. What is wrong with it is said by the service."""

    def __init__(self, table: Table, data: Any = None, entry: Entry | None = None, prefix: str = "") -> None:
        self.table = table
        initial = {name: getattr(entry, name) for name in ("text", *FIELDS[table])} if entry else None
        super().__init__(data, initial=initial, label_suffix="", auto_id=f"{prefix or 'new'}-%s")
        long = table is Table.PROMISES
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}) if long else forms.TextInput()
        widget.attrs |= {"autocomplete": "off"}
        self.fields["text"] = forms.CharField(
            label=_TEXT_LABELS[table], required=False, strip=not long, widget=widget,
            max_length=MAX_PATTERN_CHARS * 2,
        )  # fmt: skip
        if "match" in FIELDS[table]:
            self.fields["match"] = forms.CharField(
                label=_("Looked for"), required=False, widget=forms.Select(choices=Match.choices)
            )
        if "language" in FIELDS[table]:
            languages = [("", ANY_LANGUAGE), *Language.choices]
            self.fields["language"] = forms.CharField(
                label=_("In texts of"), required=False, widget=forms.Select(choices=languages)
            )
        if "code" in FIELDS[table]:
            self.fields["code"] = forms.CharField(
                label=_("Reason"), required=False, widget=forms.Select(choices=reason_choices())
            )

    def entry(self) -> Entry:
        """As it was typed, tidied; whether it may stand in the rules is another question."""
        self.is_valid()
        given = {name: str(self.cleaned_data.get(name) or self.data.get(name, "")) for name in self.fields}
        text = given["text"].strip("\r\n") if self.table is Table.PROMISES else one_line(given["text"])
        given["text"] = text.lower() if self.table is Table.HOSTS else text
        return Entry(self.table, **given)


def table_of(data: QueryDict) -> Table:
    name = data.get("table", "")
    return Table(name) if name in Table.values else Table.BANNED


def search_of(data: QueryDict) -> Search:
    """From an address; what no entry can have means all."""
    known = {"match": Match.values, "language": ["any", *Language.values], "code": list(CODES)}
    chosen = {name: data.get(name, "") for name, values in known.items() if data.get(name) in values}
    return Search(words=data.get("q", "").strip()[:200], **chosen)
