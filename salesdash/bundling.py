"""Several stylesheets or ES modules as one file, made at collectstatic from the sources as they are.

A module becomes a function that is called once, after those that it imports, and returns what it exports.
Only the forms of `import` and `export` that our modules use are understood; any other stops collectstatic.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import rcssmin
import rjsmin

from salesdash import assets

Read = Callable[[str], str]

_IMPORT: Final = re.compile(r'^import (?P<what>\{[^}]*\}|\* as \w+) from "(?P<where>\.{1,2}/[^"]+)";$', re.M)
_EXPORT: Final = re.compile(r"^export (?=(?:async function|function|class|const) (?P<name>\w+))", re.M)
_LEFT: Final = re.compile(r"^(?:import|export|await)\b.*|.*\b(?:import\(|import\.meta).*", re.M)


class UnknownSyntaxError(ValueError):
    """A module says `import` or `export` in a way that cannot be joined with others."""


def styles(names: Iterable[str], read: Read) -> str:
    return str(rcssmin.cssmin("\n".join(map(read, names))))


def modules(group: str, groups: Mapping[str, Iterable[str]], read: Read) -> str:
    """The group's file; what the shared group holds is imported from there."""
    shared = () if group == assets.SHARED else graph(groups[assets.SHARED], read)
    own = [name for name in graph(groups[group], read) if name not in shared]
    code = [_wrapped(name, read(name)) for name in own]
    borrowed = sorted(
        {_variable(name) for each in own for name in imports(each, read(each)) if name in shared}
    )
    if borrowed:
        code.insert(0, f'import {{ {", ".join(borrowed)} }} from "./{assets.SHARED}.js";')
    if group == assets.SHARED:
        code.append(f"export {{ {', '.join(map(_variable, own))} }};")
    return str(rjsmin.jsmin("\n".join(code)))


def graph(entries: Iterable[str], read: Read) -> list[str]:
    """The modules behind these, each once, after those that it imports."""
    found: dict[str, None] = {}
    path: list[str] = []

    def visit(name: str) -> None:
        if name in path:
            raise UnknownSyntaxError(f"modules import each other: {' → '.join([*path, name])}")
        if name in found:
            return
        path.append(name)
        for other in imports(name, read(name)):
            visit(other)
        path.pop()
        found[name] = None

    for entry in entries:
        visit(entry)
    return list(found)


def imports(name: str, code: str) -> list[str]:
    return [_found_from(name, match["where"]) for match in _IMPORT.finditer(code)]


def _wrapped(name: str, code: str) -> str:
    body = _IMPORT.sub(lambda match: _borrow(name, match), code)
    exported = [match["name"] for match in _EXPORT.finditer(body)]
    body = _EXPORT.sub("", body)
    if left := _LEFT.search(body):
        raise UnknownSyntaxError(f"{name}: {left[0].strip()}")
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _borrow(name: str, match: re.Match[str]) -> str:
    source = _variable(_found_from(name, match["where"]))
    if match["what"].startswith("*"):
        return f"const {match['what'].removeprefix('* as ')} = {source};"
    return f"const {match['what'].replace(' as ', ': ')} = {source};"


def _found_from(name: str, where: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), where))


def _variable(name: str) -> str:
    """js/live/rows.js → $js_live_rows, which no module of ours calls anything."""
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))
