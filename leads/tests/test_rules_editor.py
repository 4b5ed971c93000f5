"""The editor of a draft: what is stored, and what is refused and why."""

import pytest

from leads.models import RuleSet
from leads.tests.rule_pages import row, typed, url
from leads.tests.rule_sets import draft_rules
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _signed_in(settings, client, admin):
    settings.ADMIN_SECOND_FACTOR = False
    client.force_login(admin)


@pytest.fixture
def draft(db):
    return draft_rules()


@pytest.fixture
def save(client, draft):
    """save(name=value, …): the open form with these inputs changed, sent."""

    def send(**changes):
        response = client.post(url(draft), typed(client.get(url(draft)), **changes))
        draft.refresh_from_db()
        return response

    return send


def published() -> RuleSet:
    return RuleSet.objects.get(status="published")


def error_at(response, name: str) -> str:
    """The sentence beside this input, wherever it stands."""
    editor = response.context["editor"]
    forms = [editor.form, *editor.fit_rows.forms, *editor.exclude_rows.forms]
    (form,) = [form for form in forms if name in {form.add_prefix(field) for field in form.fields}]
    return " ".join(form.errors.get(name.rpartition("-")[2], []))


def test_an_untouched_form_changes_nothing(save, draft):
    before = RuleSet.objects.filter(pk=draft.pk).values().get()
    assert save().status_code == 302
    assert RuleSet.objects.filter(pk=draft.pk).values().get() == before
    assert not AuditEntry.objects.filter(action="rules.edit").exists()


def test_what_is_typed_is_stored(save, draft):
    changes = {
        "weight_pricing_view": "８.5",
        "half_life_hours": "240",
        "band_hot": "85",
        "note": "料金を重く",
    }
    assert save(**changes).status_code == 302
    assert draft.weights["pricing_view"] == 8.5
    assert (draft.half_life_hours, draft.bands["hot"], draft.note) == (240, 85, "料金を重く")
    assert (draft.revision, draft.status) == (2, "draft")
    entry = AuditEntry.objects.get(action="rules.edit")
    assert entry.details == {
        "fields": ["bands", "half_life_hours", "note", "weights"],
        "revision": 2,
    }


BAD = [
    ("half_life_hours", "0"), ("half_life_hours", "-3"), ("half_life_hours", "0.9"),
    ("half_life_hours", "87601"), ("half_life_hours", "nan"), ("half_life_hours", "inf"),
    ("half_life_hours", "a week"), ("half_life_hours", ""),
    ("scale_heat", "0"), ("scale_heat", "-1"), ("scale_heat", "1e400"), ("scale_heat", "x"),
    ("weight_email_reply", "many"), ("weight_email_reply", "NaN"), ("weight_email_reply", "-1001"),
    ("band_hot", "100"), ("band_cool", "0"), ("band_warm", "80"), ("band_warm", "95"), ("band_cool", "40"),
    ("band_mild", "inf"), ("blocked_domains", "not a domain"),
    ("fit-0-field", "lead.salary"), ("fit-0-field", "lead.id); DROP TABLE x; --"), ("fit-0-op", "regex"),
    ("fit-0-points", "101"), ("fit-0-points", "1.5"), ("fit-0-points", "0"), ("fit-0-points", "viele"),
    ("fit-0-low", "nan"), ("fit-0-low", "fifty"), ("fit-0-high", "-inf"), ("fit-0-high", "49"),
    ("fit-3-value", ""), ("fit-3-value", "manufacturing, nonsense"), ("exclude-0-reason", ""),
    ("exclude-0-value", "perhaps"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_entry_is_refused_beside_it_and_kept(save, draft, name, value):
    response = save(**{name: value, "note": "unsaved"})
    assert response.status_code == 422
    assert error_at(response, name)
    assert "unsaved" in response.text
    draft.refresh_from_db()
    assert (draft.revision, draft.note) == (1, "")


def test_an_empty_band_is_named(save):
    told = error_at(save(band_warm="80"), "band_warm")
    assert "80" in told
    assert "空" in told


def test_a_range_needs_an_end(save):
    assert error_at(save(**row("fit", 0, low="", high="")), "fit-0-low")


def test_rules_are_added_changed_and_removed(save, draft):
    empty = len(draft.fit_rules)
    changes = {
        **row("fit", 0, points="20"),
        **row("fit", 1, DELETE="on"),
        **row("fit", empty, field="company.region", op="in", value="東京都, 大阪府\n愛知県", points="5"),
        **row(
            "fit", empty + 1, field="lead.attributes", attribute="予算", op="range", low="100", points="-7"
        ),
    }
    before = list(draft.fit_rules)
    assert save(**changes).status_code == 302
    assert draft.fit_rules == [
        before[0] | {"points": 20},
        *before[2:],
        {"field": "company.region", "op": "in", "value": ["東京都", "大阪府", "愛知県"], "points": 5},
        {"field": "lead.attributes.予算", "op": "range", "value": [100, None], "points": -7},
    ]


def test_every_comparison_comes_back_as_it_was(client, draft):
    draft.fit_rules = [
        {"field": "company.industry", "op": "equals", "value": "retail", "points": 1},
        {"field": "company.employees", "op": "equals", "value": "1000", "points": 1},
        {"field": "lead.title", "op": "contains", "value": ["部長", "head of"], "points": 2},
        {"field": "company.employees", "op": "range", "value": [None, 9.5], "points": 3},
        {"field": "lead.phone", "op": "exists", "value": True, "points": 4},
        {"field": "lead.email", "op": "exists", "value": False, "points": -4},
        {"field": "company.attributes.rank", "op": "in", "value": ["A"], "points": 5},
    ]
    draft.save()
    assert client.post(url(draft), typed(client.get(url(draft)))).status_code == 302
    assert RuleSet.objects.get(pk=draft.pk).fit_rules == draft.fit_rules


def test_values_are_typed_in_words(save, draft):
    save(**row("fit", 3, value="製造業, software"))
    assert draft.fit_rules[3]["value"] == ["manufacturing", "software"]


def test_competitors_and_blocked_domains_are_plain_lists(save, client, draft):
    save(competitors="@Rival.co.jp\nhttps://www.other.example/jp\n競合商事", blocked_domains="nobody.example")
    domains = ["rival.co.jp", "other.example"]
    assert draft.exclude_rules == [
        {"field": "company.domain", "op": "in", "value": domains, "reason": "competitor"},
        {"field": "lead.email_domain", "op": "in", "value": domains, "reason": "competitor"},
        {"field": "company.name", "op": "contains", "value": ["競合商事"], "reason": "competitor"},
        {
            "field": "lead.email_domain",
            "op": "in",
            "value": ["nobody.example"],
            "reason": "do_not_contact_domain",
        },
        published().exclude_rules[0],
    ]
    editor = client.get(url(draft)).context["editor"]
    assert editor.form["competitors"].value() == "rival.co.jp\nother.example\n競合商事"
    assert len(editor.exclude_rows.initial_forms) == 1
