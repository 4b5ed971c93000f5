"""Rules that match nothing of ours leave a stylesheet; whatever could match stays."""

from __future__ import annotations

import pytest

from salesdash import purging


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".btn{color:red}", ".btn{color:red}"),
        (".carousel{color:red}", ""),
        (".btn,.carousel{color:red}", ".btn{color:red}"),
        (".btn .carousel{color:red}", ""),
        (".btn:not(.carousel){color:red}", ".btn:not(.carousel){color:red}"),
        (":is(.carousel,.btn) a{color:red}", ":is(.carousel,.btn) a{color:red}"),
        ("a:hover,[type=button]::before{color:red}", "a:hover,[type=button]::before{color:red}"),
        ("@media (min-width:1px){.btn{color:red}.carousel{x:y}}", "@media (min-width:1px){.btn{color:red}}"),
        ("@media print{.carousel{color:red}}", ""),
        ("@keyframes spin{to{color:red}}", "@keyframes spin{to{color:red}}"),
        ('.btn{background:url("data:a,{};b")}', '.btn{background:url("data:a,{};b")}'),
    ],
)
def test_rules(css, left):
    assert purging.purged(css, {"btn"}) == left


def test_properties_that_nobody_reads_go_with_the_rules():
    css = ':root{--bs-a:1px;--bs-b:var(--bs-a);--bs-c:"x;y",z;--bs-d:2px}.btn{margin:var(--bs-b)}'
    left = purging.purged(css, {"btn"}, read_elsewhere="p{margin:var(--bs-d)}")
    assert left == ":root{--bs-a:1px;--bs-b:var(--bs-a);--bs-d:2px}.btn{margin:var(--bs-b)}"


def test_words_come_from_templates_scripts_and_python_and_not_from_tests(tmp_path):
    (tmp_path / "a.html").write_text('<p class="mt-2 {% if x %}is-open{% endif %}">')
    (tmp_path / "b.js").write_text('row.classList.add("fl-up")')
    (tmp_path / "c.css").write_text(".no-word {}")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "d.py").write_text('"carousel"')
    known = purging.words([tmp_path])
    assert {"mt-2", "is-open", "fl-up"} <= known
    assert not {"no-word", "carousel"} & known
