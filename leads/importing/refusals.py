"""Why a whole file is refused. Each message says what is wrong and what to do about it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesdash.errors import DomainError


class Refusal(models.TextChoices):
    EMPTY = "file_empty", _("The file is empty. Export it again and check its size before you upload it.")
    TOO_LARGE = (
        "file_too_large",
        _("The file is larger than %(limit_mb)s MB. Split it into several files and import them one by one."),
    )
    EXCEL = (
        "file_is_excel",
        _(
            "This is an Excel workbook, not a CSV file. Open it in Excel, choose Save As → "
            "“CSV UTF-8 (comma delimited)” and upload the new file."
        ),
    )
    HTML = (
        "file_is_html",
        _(
            "This is a web page, not a CSV file; often a sign-in page that was saved in place of the export. "
            "Sign in to the other system and export the list again."
        ),
    )
    JSON = ("file_is_json", _("This is a JSON file, not a CSV file. Export the list as CSV."))
    BINARY = (
        "file_is_binary",
        _("This is not a text file, or it is damaged (line %(line)s). Export the list again as CSV."),
    )
    TRUNCATED = (
        "file_truncated",
        _(
            "The file breaks off at line %(line)s: its last row is incomplete. "
            "The download was probably cut short. Export it again; if that line is a total, delete it."
        ),
    )
    OPEN_QUOTE = (
        "file_open_quote",
        _(
            "A quotation mark opens at line %(line)s and is never closed. Either the file was cut short "
            "(export it again) or a quotation mark inside that cell must be doubled."
        ),
    )
    UNREADABLE = (
        "file_undecodable",
        _(
            "Line %(line)s cannot be read as %(encoding)s. Choose another encoding, "
            "or save the file as “CSV UTF-8” and upload it again."
        ),
    )
    LINE_TOO_LONG = (
        "file_line_too_long",
        _(
            "Line %(line)s is longer than a million characters, so this is not a table of rows. "
            "Check the line breaks and export the list again as CSV."
        ),
    )
    CELL_TOO_LONG = (
        "file_cell_too_long",
        _(
            "A cell at line %(line)s holds more than 130,000 characters. A quotation mark is probably "
            "missing: correct it, or export the list again."
        ),
    )
    TOO_MANY_COLUMNS = (
        "file_too_many_columns",
        _("The file has %(columns)s columns; %(limit)s are possible. Leave out the columns you do not need."),
    )
    NOT_A_TABLE = (
        "file_not_a_table",
        _(
            "No columns were found: nothing in the file is separated by commas, semicolons or tabs. "
            "Export the list as CSV, or choose the separator yourself."
        ),
    )
    UNEVEN = (
        "file_uneven",
        _(
            "%(bad)s of %(rows)s rows do not have as many cells as the first row. "
            "Choose another separator, or delete the title lines above the column names."
        ),
    )
    NO_ROWS = ("file_no_rows", _("The file holds column names but no rows. Export it again with its rows."))
    GONE = ("file_gone", _("The uploaded file is no longer there. Upload it again."))
    MAPPING_UNKNOWN_COLUMN = (
        "mapping_unknown_column",
        _("The mapping names the column “%(column)s”, which the file does not have."),
    )
    MAPPING_UNKNOWN_FIELD = ("mapping_unknown_field", _("“%(field)s” is not a field that can be imported."))
    MAPPING_TWICE = (
        "mapping_twice",
        _(
            "Two columns are assigned to “%(field)s”. "
            "Choose one of them; keep the other as further attribute."
        ),
    )
    MAPPING_BAD_FILE = ("mapping_unreadable", _("The mapping file cannot be read: %(reason)s."))
    MAPPING_BAD_VALUE = ("mapping_bad_value", _("“%(value)s” is not a valid choice for “%(field)s”."))
    MAPPING_NOTHING = (
        "mapping_nothing",
        _("All columns are left out. Assign at least one column, or keep it as further attribute."),
    )
    TOO_MANY_VALUES = (
        "mapping_too_many_values",
        _("The column “%(column)s” has more than %(limit)s different values, so it cannot be “%(field)s”."),
    )
    INTERRUPTED = (
        "import_interrupted",
        _("The import was interrupted. Import the file again: rows that are already in are recognised."),
    )
    INTERNAL = (
        "import_failed",
        _("The import stopped because of a fault on our side. Rows up to the number shown are in."),
    )


class _Unknown(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def refuse(refusal: Refusal, **extra: Any) -> DomainError:
    """The error to raise; `extra` fills the message and travels with it."""
    return DomainError(refusal.value, str(refusal.label) % _Unknown(extra), extra, status=422)


def message_of(code: str) -> str:
    """The words for a code that was kept with a job, in the reader's language; '' for an unknown code."""
    return str(Refusal(code).label) % _Unknown() if code in Refusal.values else ""
