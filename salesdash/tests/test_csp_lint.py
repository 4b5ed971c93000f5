"""What the Content-Security-Policy would block, or htmx would silently misread, is found in the sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# data blocks are not executed, so they need no nonce
_INLINE_SCRIPT = r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json[\"'])[^>]*>"
MARKUP_RULES = {
    "style attribute": r"\sstyle\s*=",
    "style element": r"<style\b",
    "inline script": _INLINE_SCRIPT,
    "event attribute": r"\son[a-z]{3,}\s*=\s*[\"']",
    "hx-on": r"\bhx-on\b",
    "evaluated value": r"[\"'\s]js(cript)?:",
    "trigger filter": r"hx-trigger(:\w+)?\s*=\s*[\"'][^\"']*\[",
    "vals or headers evaluated": r"hx-(vals|headers)(:\w+)?\s*=\s*[\"']\s*js:",
    "script or style from elsewhere": r"<(script|link)[^>]+(src|href)=[\"'](https?:)?//",
}
SCRIPT_RULES = {
    "eval": r"\beval\s*\(|new\s+Function\s*\(|setTimeout\s*\(\s*[\"'`]",
    "style through an attribute": r"setAttribute\(\s*[\"']style[\"']|\.cssText\b",
    "markup from a string": r"\.(innerHTML|outerHTML)\s*=|insertAdjacentHTML|document\.write",
    "script from elsewhere": r"(import|fetch)\s*\(?\s*[\"'`]https?://",
}


def findings(text: str, rules: dict[str, str]) -> list[str]:
    return [name for name, pattern in rules.items() if re.search(pattern, text, re.IGNORECASE)]


def templates() -> list[Path]:
    return [
        p for p in ROOT.glob("**/templates/**/*") if p.suffix in (".html", ".svg") and ".venv" not in p.parts
    ]


def scripts() -> list[Path]:
    return sorted((ROOT / "static" / "js").glob("**/*.js"))


def test_templates_need_no_exception_from_the_policy():
    assert len(templates()) > 20
    bad = {str(p.relative_to(ROOT)): f for p in templates() if (f := findings(p.read_text(), MARKUP_RULES))}
    assert bad == {}


def test_markup_built_in_python_needs_none_either():
    apps = [p for app in ("salesdash", "leads", "drafts", "kpis") for p in (ROOT / app).rglob("*.py")]
    sources = [p for p in apps if "tests" not in p.parts]
    rules = {name: MARKUP_RULES[name] for name in ("style element", "hx-on", "trigger filter")}
    rules["style attribute"] = r"<[a-z]+[^>]*\sstyle="
    bad = {str(p.relative_to(ROOT)): f for p in sources if (f := findings(p.read_text(), rules))}
    assert bad == {}


def test_scripts_neither_evaluate_nor_write_markup():
    assert len(scripts()) > 10
    bad = {str(p.relative_to(ROOT)): f for p in scripts() if (f := findings(p.read_text(), SCRIPT_RULES))}
    assert bad == {}


@pytest.mark.parametrize(
    ("rule", "sample"),
    [
        ("style attribute", '<p style="color:red">'),
        ("style element", "<style>p{}</style>"),
        ("inline script", "<script>alert(1)</script>"),
        ("inline script", '<script type="module">import "x"</script>'),
        ("event attribute", '<b onclick="x()">'),
        ("hx-on", "<b hx-on:click='x()'>"),
        ("evaluated value", """<b hx-vals='js:{a: 1}'>"""),
        ("trigger filter", """<b hx-trigger="keyup[key=='Enter']">"""),
        ("script or style from elsewhere", '<script src="https://cdn.example/x.js"></script>'),
    ],
)
def test_the_lint_sees_what_it_is_for(rule, sample):
    assert rule in findings(sample, MARKUP_RULES)


@pytest.mark.parametrize(
    "sample",
    [
        '<script src="/static/js/app.js" type="module"></script>',
        '<script id="x" type="application/json">{}</script>',
        '<input hx-trigger="sd:search" hx-sync="this:replace">',
        '<rect class="fg" width="97" height="5"/>',
    ],
)
def test_the_lint_lets_pass_what_is_allowed(sample):
    assert findings(sample, MARKUP_RULES) == []
