"""Japanese is complete: what a person reads is never left in the language of the sources."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.template import engines
from django.utils import translation
from django.utils.translation import trans_real
from jinja2 import TemplateSyntaxError, nodes

from salesdash import catalogs


@pytest.mark.parametrize("app", catalogs.APPS)
def test_every_message_is_translated(app: str) -> None:
    assert catalogs.check([app]).problems == []


def test_no_message_has_two_translations() -> None:
    assert [line for line in catalogs.check().problems if "two ways" in line] == []


@pytest.fixture
def project(tmp_path: Path, settings) -> Path:
    settings.BASE_DIR = tmp_path
    (tmp_path / "leads").mkdir()
    (tmp_path / "templates" / "leads").mkdir(parents=True)
    return tmp_path


def test_finds_messages_in_python_and_templates(project: Path) -> None:
    (project / "leads" / "words.py").write_text(
        '_("One")\nngettext_lazy("%(n)d lead", "%(n)d leads", 3)\npgettext("verb", "Open")\n_(name)\n'
    )
    (project / "templates" / "leads" / "page.html").write_text(
        '<p title="{% translate "Two" %}">{{ _("Three") }}</p>'
        "{% blocktranslate count n=x %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"
    )
    assert catalogs.extract("leads") == [
        ("%(n)d lead", "%(n)d leads", ""),
        ("%(n)s row", "%(n)s rows", ""),
        ("One", "", ""),
        ("Open", "", "verb"),
        ("Three", "", ""),
        ("Two", "", ""),
    ]


def test_finds_messages_in_jinja_templates(project: Path) -> None:
    folder = project / "templates" / "jinja2"
    (folder / "leads").mkdir(parents=True)
    (folder / "leads" / "row.html").write_text(
        """<p title="{{ pgettext('verb', 'Open') }}">{{ gettext("%(n)s of %(all)s", n=row.n, all=9) }}</p>"""
        '{{ ngettext("%(num)s row", "%(num)s rows", n) }}{% if x %}{{ gettext(x) or _("Two") }}{% endif %}'
        "{# gettext('never') #}{% trans %}Three{% endtrans %}"
    )
    (folder / "_frame.html").write_text("{{ gettext('Of every page') }}")
    assert catalogs.extract("leads") == [
        ("%(n)s of %(all)s", "", ""),
        ("%(num)s row", "%(num)s rows", ""),
        ("Open", "", "verb"),
        ("Three", "", ""),
        ("Two", "", ""),
    ]
    assert catalogs.extract("salesdash") == [("Of every page", "", "")]


def test_jinja_templates_translate_literals_alone(settings) -> None:
    """What `gettext` says is not escaped: it may never be given what a person typed."""
    parse = engines["jinja2"].env.parse
    calls = [
        call
        for path in (settings.BASE_DIR / "templates" / "jinja2").rglob("*.html")
        for call in parse(path.read_text(encoding="utf-8")).find_all(nodes.Call)
        if getattr(call.node, "name", "") in ("gettext", "pgettext")
    ]
    assert len(calls) > 20
    assert [call for call in calls for said in call.args if not isinstance(said, nodes.Const)] == []


def test_a_broken_jinja_template_is_told(project: Path) -> None:
    (project / "templates" / "jinja2").mkdir()
    (project / "templates" / "jinja2" / "bad.html").write_text("{{ gettext('One' }}")
    with pytest.raises(TemplateSyntaxError):
        catalogs.extract("salesdash")


def test_new_messages_leave_translations_alone(project: Path) -> None:
    source = project / "leads" / "words.py"
    path = catalogs.po_path("leads", "ja")
    source.write_text('_("One")\n_("Gone")\n')
    catalogs.update("leads", "ja")
    path.write_text(path.read_text().replace('"One"\nmsgstr ""', '"One"\nmsgstr "一"'))
    path.write_text(path.read_text().replace('"Gone"\nmsgstr ""', '"Gone"\nmsgstr "昔"'))
    source.write_text('_("One")\n_("Added")\n')
    assert catalogs.update("leads", "ja")
    assert 'msgid "One"\nmsgstr "一"' in path.read_text()
    assert '#~ msgstr "昔"' in path.read_text()
    assert not catalogs.update("leads", "ja"), "a second run changes nothing"
    # the message comes back, and so does its translation
    source.write_text('_("Gone")\n')
    catalogs.update("leads", "ja")
    assert '\nmsgid "Gone"\nmsgstr "昔"' in path.read_text()


def _problems(project: Path, source: str, po: str) -> list[str]:
    (project / "leads" / "words.py").write_text(source)
    path = catalogs.po_path("leads", "ja")
    path.parent.mkdir(parents=True)
    path.write_text(catalogs.HEADER.format(language="ja") + "\n" + po)
    return [line.split(": ", 1)[1] for line in catalogs.check(["leads"]).problems]


@pytest.mark.parametrize(
    ("po", "problem"),
    [
        ("", "missing (run `manage.py messages`): 'Hi %(name)s'"),
        ('msgid "Hi %(name)s"\nmsgstr ""\n', "untranslated: 'Hi %(name)s'"),
        ('msgid "Hi %(name)s"\nmsgstr "%(nam)sさん"\n', "placeholders differ: 'Hi %(name)s'"),
        ('#, fuzzy\nmsgid "Hi %(name)s"\nmsgstr "%(name)sさん"\n', "fuzzy: 'Hi %(name)s'"),
        (
            'msgid "Hi %(name)s"\nmsgstr "%(name)sさん"\n\n#~ msgid "Old"\n#~ msgstr "古"\n',
            "obsolete (run `manage.py messages --prune`): 'Old'",
        ),
    ],
)
def test_check_names_what_is_amiss(project: Path, po: str, problem: str) -> None:
    assert _problems(project, '_("Hi %(name)s")\n', po) == [problem]


def test_check_accepts_a_complete_catalog(project: Path) -> None:
    assert _problems(project, '_("Hi")\n', 'msgid "Hi"\nmsgstr "どうも"\n') == []


def test_compiled_catalog_is_written_once(project: Path) -> None:
    assert _problems(project, '_("Hi")\n', 'msgid "Hi"\nmsgstr "どうも"\n') == []
    assert catalogs.compile_catalogs(["leads"]) == 1
    assert catalogs.compile_catalogs(["leads"]) == 0
    assert "どうも".encode() in catalogs.po_path("leads", "ja").with_suffix(".mo").read_bytes()


def test_a_process_that_compiles_reads_the_result(project: Path) -> None:
    assert _problems(project, '_("Hi")\n', 'msgid "Hi"\nmsgstr "どうも"\n') == []
    with translation.override("ja"):
        translation.gettext("Hi")  # by now the old catalogs are in memory
    assert "ja" in trans_real._translations
    catalogs.compile_catalogs(["leads"])
    assert "ja" not in trans_real._translations


def test_a_missing_catalog_is_empty(project: Path) -> None:
    catalog = catalogs.read(project / "none.po", "ja")
    assert isinstance(catalog, Catalog)
    assert len(catalog) == 0
