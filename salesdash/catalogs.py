"""Message catalogs: found in the sources, merged into each app's django.po, checked, compiled.

Babel does it all, so that no gettext binary is needed. A catalog has one line per message, sorted by
message id and without source lines: what two people add at the same time merges by itself.
"""

from __future__ import annotations

import ast
import io
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, generate_po, read_po
from django.conf import settings
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize
from jinja2.ext import babel_extract

APPS: Final = ("salesdash", "leads", "drafts", "kpis")
LANGUAGES: Final = ("ja",)  # English is the language of the sources
JINJA: Final = "jinja2"  # the folder of those templates, laid out as that of the others
HEADER: Final = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
# the shape of each function's arguments: None for one text, else positions (1-based), "c" the context
_PLAIN, _PLURAL, _CONTEXT, _BOTH = None, (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
_KEYWORDS: Final = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), _PLAIN),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), _PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), _CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), _BOTH),
}
_CALL: Final = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\(")
_LITERAL: Final = re.compile(r"""\s*u?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')\s*,?""", re.DOTALL)
_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|(?<!%)%[sd]")


class Message(NamedTuple):
    """A text as it stands in the sources. `plural` and `context` are empty where there are none."""

    id: str
    plural: str = ""
    context: str = ""

    @property
    def catalog_id(self) -> str | tuple[str, str]:
        return (self.id, self.plural) if self.plural else self.id


@dataclass
class Report:
    """What a check found; each line names the catalog and the message."""

    problems: list[str] = field(default_factory=list)

    def add(self, path: Path, kind: str, text: str) -> None:
        self.problems.append(f"{path.relative_to(settings.BASE_DIR)}: {kind}: {text!r}")


def po_path(app: str, language: str) -> Path:
    return Path(settings.BASE_DIR) / app / "locale" / language / "LC_MESSAGES" / "django.po"


# --- finding -------------------------------------------------------------------------------------


def extract(app: str) -> list[Message]:
    """Every message of an app's Python files and templates, sorted, each once."""
    found: set[Message] = set()
    for path in _python_files(app):
        found.update(_from_python(path))
    for path in _template_files(app):
        found.update(_from_jinja(path) if _templates() / JINJA in path.parents else _from_template(path))
    plural_ids = {(m.id, m.context) for m in found if m.plural}
    # gettext("x") beside ngettext("x", "xs"): one entry serves both
    return sorted(m for m in found if m.plural or (m.id, m.context) not in plural_ids)


def _python_files(app: str) -> Iterator[Path]:
    for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            yield path


def _templates() -> Path:
    return Path(settings.BASE_DIR) / "templates"


def _template_files(app: str) -> Iterator[Path]:
    root = _templates()
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".html", ".txt")):
        if _app_of_template(path.relative_to(root).parts) == app:
            yield path


def _app_of_template(parts: tuple[str, ...]) -> str:
    """`leads/index.html` and `admin/leads/…` belong to leads, all that no app claims to salesdash."""
    if parts[0] == JINJA:
        parts = parts[1:]
    folder = parts[1] if parts[0] == "admin" and len(parts) > 2 else parts[0]
    return folder if folder in APPS else "salesdash"


def _from_python(path: Path) -> Iterator[Message]:
    with path.open("rb") as source:
        yield from _called(extract_python(source, _KEYWORDS, (), {}))


def _from_jinja(path: Path) -> Iterator[Message]:
    """Raises jinja2.TemplateSyntaxError."""
    with path.open("rb") as source:
        yield from _called(babel_extract(source, list(_KEYWORDS), (), {"silent": "false"}))


def _called(calls: Iterable[tuple[Any, ...]]) -> Iterator[Message]:
    """From what Babel finds: line, function, its text or texts (None for what is no literal), comments."""
    for _line, function, texts, _comments in calls:
        parts = list(texts) if isinstance(texts, (tuple, list)) else [texts]
        yield from _message(str(function), [part for part in parts if isinstance(part, str)])


def _from_template(path: Path) -> Iterator[Message]:
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in _CALL.finditer(code):
        texts, at = [], call.end()
        while literal := _LITERAL.match(code, at):
            texts.append(ast.literal_eval(literal[1]))
            at = literal.end()
        yield from _message(call[1], texts)


def _message(function: str, texts: list[str]) -> Iterator[Message]:
    shape = _KEYWORDS.get(function)
    context = texts.pop(0) if shape in (_CONTEXT, _BOTH) and texts else ""
    if not texts or not texts[0]:
        return  # a variable: nothing to translate here
    plural = texts[1] if shape in (_PLURAL, _BOTH) and len(texts) > 1 else ""
    yield Message(texts[0], plural, context)


# --- merging -------------------------------------------------------------------------------------


def read(path: Path, language: str) -> Catalog:
    """Raises PoFileError naming the line if the file is damaged."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def update(app: str, language: str, *, prune: bool = False) -> bool:
    """Adds what is new to the catalog; what the sources no longer say is kept as `#~` unless pruned."""
    path = po_path(app, language)
    old = read(path, language)
    known = {_key(m.id, m.context): m for m in [*old.obsolete.values(), *old] if m.id}
    merged = Catalog(locale=language)
    for message in extract(app):
        before = known.pop((message.id, message.context), None)
        merged.add(
            message.catalog_id,
            _string(before.string, bool(message.plural)) if before else None,
            context=message.context or None,
            flags=[flag for flag in before.flags if flag == "fuzzy"] if before else (),
            user_comments=before.user_comments if before else (),
        )
    if not prune:
        merged.obsolete.update({key: m for key, m in sorted(known.items()) if any(_strings(m.string))})
    return _write(path, language, merged)


def _key(message_id: str | tuple[str, ...] | list[str], context: str | None) -> tuple[str, str]:
    return (message_id if isinstance(message_id, str) else message_id[0], context or "")


def _strings(string: str | Iterable[str] | None) -> list[str]:
    return [string] if isinstance(string, str) else list(string or ())


def _string(string: str | Iterable[str] | None, plural: bool) -> str | tuple[str, ...]:
    """A translation keeps its words when its message gains or loses a plural."""
    words = _strings(string) or [""]
    return tuple(words) if plural else words[0]


def _write(path: Path, language: str, catalog: Catalog) -> bool:
    body = "".join(generate_po(catalog, no_location=True, omit_header=True, width=0))
    if not body:
        return False
    text = HEADER.format(language=language) + "\n" + body
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, text.encode())
    return True


def _replace(path: Path, content: bytes) -> None:
    # a reader at the same moment sees the old file or the new one, never half
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)


# --- checking and compiling ----------------------------------------------------------------------


def check(apps: Iterable[str] = APPS) -> Report:
    """Missing, untranslated, fuzzy, left over, wrong placeholders, one message in two translations."""
    report = Report()
    said: dict[tuple[str, str, str], dict[str, Path]] = defaultdict(dict)
    for language in LANGUAGES:
        for app in apps:
            path = po_path(app, language)
            try:
                catalog = read(path, language)
            except PoFileError as error:
                report.add(path, "damaged", str(error))
                continue
            _check_catalog(report, path, catalog, extract(app))
            for entry in catalog:
                for word in _strings(entry.string)[:1] if entry.id else ():
                    said[(language, *_key(entry.id, entry.context))].setdefault(word, path)
    for (_language, text, _context), words in said.items():
        # Django joins all catalogs into one: only one of the two would ever be seen
        if len(words) > 1 and "" not in words:
            report.add(list(words.values())[-1], f"translated in two ways ({' / '.join(words)})", text)
    return report


def _check_catalog(report: Report, path: Path, catalog: Catalog, wanted: list[Message]) -> None:
    entries = {_key(entry.id, entry.context): entry for entry in catalog if entry.id}
    for message in wanted:
        entry = entries.pop((message.id, message.context), None)
        if entry is None or entry.pluralizable != bool(message.plural):
            report.add(path, "missing (run `manage.py messages`)", message.id)
            continue
        if not all(_strings(entry.string)) or not _strings(entry.string):
            report.add(path, "untranslated", message.id)
        elif not _same_placeholders(message, _strings(entry.string)):
            report.add(path, "placeholders differ", message.id)
        if entry.fuzzy:
            report.add(path, "fuzzy", message.id)
    for text, _context in [*entries, *(_key(m.id, m.context) for m in catalog.obsolete.values())]:
        report.add(path, "obsolete (run `manage.py messages --prune`)", text)


def _same_placeholders(message: Message, translations: list[str]) -> bool:
    wanted = set(_PLACEHOLDER.findall(message.plural or message.id))
    return all(set(_PLACEHOLDER.findall(text)) == wanted for text in translations)


def compile_catalogs(apps: Iterable[str] = APPS) -> int:
    """Writes django.mo beside each django.po that is newer; returns how many were written."""
    written = 0
    for path in (po_path(app, language) for app in apps for language in LANGUAGES):
        target = path.with_suffix(".mo")
        if not path.exists() or (target.exists() and target.stat().st_mtime >= path.stat().st_mtime):
            continue
        buffer = io.BytesIO()
        write_mo(buffer, read(path, path.parent.parent.name))
        _replace(target, buffer.getvalue())
        # the demo's seed runs in the same process: its Japanese mails would have English words in them
        translation_file_changed(None, target)
        written += 1
    return written
