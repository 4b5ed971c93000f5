"""What the frame of every page is printed from: pieces that stay as they are within a process.

A piece sees its facts alone, no request and no user. What is one person's (a name, a token) is put into it
afterwards and is never kept: the piece holds a mark in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from django.conf import STATICFILES_STORAGE_ALIAS, settings
from django.core.files.storage import Storage, storages
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from salesdash import assets, bundling

Fact = str | int
# no fact and no text of ours holds it
_MARK: Final = "\0"


def fixed(name: str, **facts: Fact) -> SafeString:
    """The template printed with these facts: once per process, language, files and facts."""
    return SafeString(_parts(name, (), **facts)[0])


def filled(name: str, words: Mapping[str, str], **facts: Fact) -> SafeString:
    """As `fixed`, with `words` in the places that the template has for them, escaped like any variable.

    The template may print a word, and neither ask for it nor change it.
    """
    # texts and names of words in turn
    parts = list(_parts(name, tuple(words), **facts))
    escaped = {word: conditional_escape(text) for word, text in words.items()}
    parts[1::2] = [escaped[word] for word in parts[1::2]]
    return SafeString("".join(parts))


def stylesheets(group: str) -> SafeString:
    """The links of a group of salesdash/assets.py: one file in production, its sources elsewhere."""
    return _stylesheets(group, _storage())


def modules(group: str) -> SafeString:
    """The scripts of a group. Sources are announced: the browser asks for all, not level by level."""
    return _modules(group, _storage())


def _parts(name: str, words: tuple[str, ...], **facts: Fact) -> tuple[str, ...]:
    # who writes templates wants to see them
    parts = _print.__wrapped__ if settings.DEBUG else _print
    return parts(name, get_language(), _storage(), words, **facts)


# typed, since a text that is safe as it is and one that is not may be equal
@lru_cache(maxsize=1024, typed=True)
def _print(
    name: str, _language: str | None, _storage: Storage, words: tuple[str, ...], **facts: Fact
) -> tuple[str, ...]:
    places = {word: SafeString(f"{_MARK}{word}{_MARK}") for word in words}
    return tuple(render_to_string(name, facts | places).split(_MARK))


def _storage() -> Storage:
    """Names the files that pages link; a test may have one of its own."""
    return storages[STATICFILES_STORAGE_ALIAS]


@lru_cache(maxsize=64)
def _stylesheets(group: str, storage: Storage) -> SafeString:
    names = [assets.styles_file(group)] if _bundled(storage) else assets.STYLES[group]
    return _each('<link rel="stylesheet" href="{}">', names, storage)


@lru_cache(maxsize=64)
def _modules(group: str, storage: Storage) -> SafeString:
    script = '<script type="module" src="{}" fetchpriority="low"></script>'
    if _bundled(storage):
        return _each(script, [assets.modules_file(group)], storage)
    announced = _each('<link rel="modulepreload" href="{}">', _behind(group), storage)
    return announced + _each(script, assets.MODULES[group], storage)


def _bundled(storage: Storage) -> bool:
    return getattr(storage, "bundled", False)


def _behind(group: str) -> list[str]:
    """What the group's modules import, read from the sources."""
    entries = assets.MODULES[group]
    return [name for name in bundling.graph(entries, _source) if name not in entries]


def _source(name: str) -> str:
    return (settings.BASE_DIR / "static" / name).read_text(encoding="utf-8")


def _each(markup: str, names: Iterable[str], storage: Storage) -> SafeString:
    return format_html_join("\n", markup, ((storage.url(name),) for name in names))
