"""Modules become one file that means the same; what cannot be joined is refused."""

from __future__ import annotations

import pytest

from salesdash import assets, bundling

LIBRARY = """// words
export const greeting = "hello  world";
export function shout(text) {
  return `${text}!`;
}
"""
SOURCES = {
    "js/app.js": 'import { greeting } from "./library.js";\nconsole.log(greeting);\n',
    "js/library.js": LIBRARY,
    "js/deep/part.js": 'import * as library from "../library.js";\nexport class Part {}\n',
    "js/page.js": 'import { Part } from "./deep/part.js";\nimport { shout as cry } from "./library.js";\ncry(new Part());\n',
}
GROUPS = {"app": ("js/app.js",), "page": ("js/page.js",)}


def joined(group: str, **changed: str) -> str:
    sources = SOURCES | {f"js/{name}.js": code for name, code in changed.items()}
    return bundling.modules(group, GROUPS, sources.__getitem__)


def test_each_module_stands_after_those_it_imports():
    assert bundling.graph(["js/page.js"], SOURCES.__getitem__) == [
        "js/library.js",
        "js/deep/part.js",
        "js/page.js",
    ]


def test_what_the_frame_holds_is_imported_and_not_held_again():
    page = joined("page")
    assert page.startswith("import{$js_library}from")
    assert "hello" not in page
    assert "hello  world" in joined("app")


def test_names_in_another_folder_and_new_names_are_kept():
    page = joined("page")
    assert "const library=$js_library" in page
    assert "const{shout:cry}=$js_library" in page
    assert "const{Part}=$js_deep_part" in page


@pytest.mark.parametrize(
    "code",
    [
        "export default 1;",
        "export let n = 0;",
        "export { greeting };",
        'import "./library.js";',
        'import greeting from "./library.js";',
        'if (true) import("./library.js");',
        "await 1;",
    ],
)
def test_other_forms_of_import_and_export_are_refused(code):
    with pytest.raises(bundling.UnknownSyntaxError, match=r"js/page\.js: "):
        joined("page", page=code)


def test_modules_that_import_each_other_are_refused():
    with pytest.raises(bundling.UnknownSyntaxError, match=r"js/app\.js → js/library\.js → js/app\.js"):
        joined("app", library='import { x } from "./app.js";\n')


def test_no_template_literal_stands_inside_another(settings):
    """The minifier reads a literal up to the next backtick."""
    for path in (settings.BASE_DIR / "static" / "js").rglob("*.js"):
        code = path.read_text()
        for literal in code.split("`")[1::2]:
            assert literal.count("{") == literal.count("}"), path
        assert code.count("`") % 2 == 0, path


def test_no_module_runs_twice_on_a_page(settings):
    def graph(group: str) -> set[str]:
        read = lambda name: (settings.BASE_DIR / "static" / name).read_text()  # noqa: E731
        return set(bundling.graph(assets.MODULES[group], read))

    shared = graph(assets.SHARED)
    for beside in assets.BESIDE_OTHERS:
        for group in assets.MODULES.keys() - {beside, assets.SHARED}:
            assert graph(beside) & graph(group) <= shared, (beside, group)
