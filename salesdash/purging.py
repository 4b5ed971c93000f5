"""A stylesheet without the rules that can match nothing of ours: Bootstrap is 230 KB, of which we use a part.

A rule stays if each class of one of its selectors is a word somewhere in our templates, scripts or Python: a
class that a script or a form sets is found too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import tinycss2

_WORD: Final = re.compile(r"[A-Za-z][\w-]*")
_SUFFIXES: Final = (".html", ".js", ".py")
_NESTING: Final = ("media", "supports", "layer", "container")
_LEFT_OUT: Final = frozenset({"tests", "migrations", "locale", "vendor"})
_PROPERTY: Final = re.compile(r"(--bs-[\w-]+):(?:[^;{}\"']|\"[^\"]*\"|'[^']*')*;?")


def words(folders: Iterable[Path]) -> set[str]:
    return {
        word
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in _SUFFIXES and _LEFT_OUT.isdisjoint(path.parts)
        for word in _WORD.findall(path.read_text(encoding="utf-8"))
    }


def purged(css: str, known: set[str], *, read_elsewhere: str = "") -> str:
    """Without the rules, and then without the custom properties, that nothing reads.

    `read_elsewhere` is what else may read a property: the stylesheets beside this one.
    """
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return _without_unread_properties("".join(_kept(rules, known)), read_elsewhere)


def _kept(rules: Iterable[Any], known: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [one for one in _split(rule.prelude) if _classes(one) <= known]
            if selectors:
                yield f"{','.join(map(_text, selectors))}{{{_text(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in _NESTING and rule.content is not None:
            inner = "".join(_kept(tinycss2.parse_rule_list(rule.content, True, True), known))
            if inner:
                yield f"@{rule.at_keyword} {_text(rule.prelude)}{{{inner}}}"
        else:
            yield rule.serialize()


def _split(tokens: Iterable[Any]) -> list[list[Any]]:
    """At its commas; those inside brackets are in tokens of their own."""
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _classes(selector: list[Any]) -> set[str]:
    """What an element must have; not what stands in :not(…) or :is(…)."""
    return {
        token.value
        for before, token in pairwise(selector)
        if before.type == "literal" and before.value == "." and token.type == "ident"
    }


def _text(tokens: list[Any]) -> str:
    return str(tinycss2.serialize(tokens)).strip()


def _without_unread_properties(css: str, elsewhere: str) -> str:
    """A property that only an unread one reads is unread too, so until nothing changes."""
    while True:
        read = set(re.findall(r"var\(\s*(--bs-[\w-]+)", css + elsewhere))
        less = _PROPERTY.sub(lambda match, read=read: match[0] if match[1] in read else "", css)  # type: ignore[misc]
        if less == css:
            return css
        css = less
