"""A version of the safety rules as a file and back: JSON as it is stored, CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from drafts.models import SafetyRules
from drafts.safety import rule_checks, rule_entries
from drafts.safety.rule_entries import Content, Entry, Table
from leads.export import csv_rows, restore
from salesdash.errors import DomainError

FORMATS: Final = ("csv", "json")
MAX_BYTES: Final = 4_000_000
_COLUMNS: Final = ("table", "text", "match", "language", "code", "topic")
_TOLD: Final = 20


class BadFile(DomainError):
    """`problems`: a sentence each, with the row; nothing of the file was taken."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("rules_file", problems[0], {"problems": problems}, status=422)
        self.problems = problems


def as_json(rules: SafetyRules) -> str:
    return json.dumps(rule_entries.content(rules), ensure_ascii=False, indent=1)


def as_csv(rules: SafetyRules) -> str:
    """As spreadsheets open it: none of its cells is a formula there."""
    rows = (
        [table.value, entry.text, entry.match, entry.language, entry.code, entry.topic]
        for table in Table
        for entry in rule_entries.of(rules, table)
    )
    return "".join(csv_rows(_COLUMNS, rows))


def read(raw: bytes, *, proven: Content | None = None) -> dict[str, list[Any]]:
    """The content of a version. BadFile names every row that cannot be taken, up to twenty of them."""
    if len(raw) > MAX_BYTES:
        raise BadFile([_("The file is larger than %(n)s MB.") % {"n": MAX_BYTES // 1_000_000}])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile([_("The file is not written in UTF-8.")]) from None
    is_json = text.lstrip().startswith(("{", "["))
    numbered = list(_from_json(text) if is_json else _from_csv(text))
    problems = [told for _number, told in numbered if isinstance(told, str)]
    entries = [(number, entry) for number, entry in numbered if isinstance(entry, Entry)]
    if not problems:
        problems = list(_refused(entries, proven))
    if problems:
        more = len(problems) - _TOLD
        rest = [_("… and %(n)s more.") % {"n": more}] if more > 0 else []
        raise BadFile([*problems[:_TOLD], *rest])
    found: dict[str, list[Any]] = {table.value: [] for table in Table}
    for _number, entry in entries:
        found[entry.table.value].append(entry.stored())
    return found


def _refused(entries: list[tuple[str, Entry]], proven: Content | None) -> Iterator[str]:
    content: dict[str, list[Any]] = {table.value: [] for table in Table}
    where: dict[Entry, list[str]] = {}
    for number, entry in entries:
        content[entry.table.value].append(entry.stored())
        where.setdefault(entry, []).append(number)
    if not entries:
        yield _("There are no rules in the file.")
    for entry, (_field, said) in rule_checks.problems(content, proven=proven):
        yield f"{where.get(entry, ['?'])[-1]}: {said}"


def _from_csv(text: str) -> Iterator[tuple[str, Entry | str]]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = next(rows, [])
        if [name.strip().lower() for name in head] != list(_COLUMNS):
            columns = ", ".join(_COLUMNS)
            yield "1", _("Row 1 must name these columns: %(columns)s.") % {"columns": columns}
            return
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _csv_row(_("Row %(n)s") % {"n": rows.line_num}, row)
    except csv.Error:
        yield (
            "",
            _("Row %(n)s cannot be read: look for a quotation mark that is not closed.")
            % {"n": rows.line_num},
        )


def _csv_row(where: str, row: list[str]) -> tuple[str, Entry | str]:
    if len(row) != len(_COLUMNS):
        told = _("%(n)s cells instead of %(of)s") % {"n": len(row), "of": len(_COLUMNS)}
        return where, f"{where}: {told}"
    values = dict(zip(_COLUMNS, map(restore, row), strict=True))
    if values["table"] not in Table.values:
        told = _("“%(text)s” is no table: %(known)s") % {
            "text": rule_checks.quoted(values["table"]), "known": ", ".join(Table.values),
        }  # fmt: skip
        return where, f"{where}: {told}"
    return where, _entry(Table(values.pop("table")), values)


def _entry(table: Table, values: dict[str, str]) -> Entry:
    """What a table has no column for is left out, so that both ways round give the same."""
    kept = {name: values[name].strip() for name in rule_entries.FIELDS[table]}
    text = values["text"] if table is Table.PROMISES else values["text"].strip()
    topic = values["topic"].strip() if table is Table.PROMISES else ""
    return Entry(table, text, **kept, topic=topic)


def _from_json(text: str) -> Iterator[tuple[str, Entry | str]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        yield "", _("Line %(n)s: this is not JSON.") % {"n": line}
        return
    if not isinstance(data, dict) or set(data) != set(Table.values):
        yield "", _("An object with these lists is needed: %(known)s.") % {"known": ", ".join(Table.values)}
        return
    for table in Table:
        yield from _json_rows(table, data[table.value])


def _json_rows(table: Table, rows: Any) -> Iterator[tuple[str, Entry | str]]:
    if not isinstance(rows, list):
        yield "", f"{table.value}: " + _("A list is needed.")
        return
    for number, stored in enumerate(rows):
        where = f"{table.value}[{number}]"
        if not _fits(table, stored):
            yield where, f"{where}: " + _("This is not written as an entry of this table.")
        else:
            yield where, Entry.of(table, stored)


def _fits(table: Table, stored: Any) -> bool:
    if table in (Table.ALLOWED, Table.HOSTS):
        return isinstance(stored, str)
    needed: Iterable[str] = ("pattern",) if table is Table.PROMISES else ("word", "match")
    if not isinstance(stored, dict) or not all(isinstance(value, str) for value in stored.values()):
        return False
    return all(name in stored for name in (*needed, "code"))
