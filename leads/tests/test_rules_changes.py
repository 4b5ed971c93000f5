"""The history of the rules reads well: each change on one line, old and new."""

import pytest

from leads.exclusions import Exclusions, domain
from leads.models import RuleSet
from leads.rule_changes import changes, previous
from leads.tests.rule_sets import draft_rules

pytestmark = pytest.mark.django_db
SIZE = {"field": "company.employees", "op": "range"}


def lines(**changed) -> list[tuple[str, str, str]]:
    before = RuleSet.objects.get(status="published")
    return [(line.what, line.before, line.after) for line in changes(before, draft_rules(**changed))]


def test_a_copy_differs_in_nothing():
    assert lines() == []


def test_settings_and_weights_are_named():
    published = RuleSet.objects.get()
    weights = {**published.weights, "email_reply": 15.5, "webinar": 0}
    found = lines(half_life_hours=36, scale_heat=10, weights=weights, bands={**published.bands, "hot": 85})
    assert found == [
        ("半減期", "168時間（7日）", "36時間（1.5日）"),
        ("50と表示する熱量", "12", "10"),
        ("ホット", "80以上", "85以上"),
        ("返信", "14", "15.5"),
        ("ウェビナー参加", "7", "0"),
    ]


def test_a_rule_with_other_points_is_one_line():
    rules = RuleSet.objects.get().fit_rules
    assert lines(fit_rules=[{**rules[0], "points": -5}, *rules[1:]]) == [
        ("会社: 従業員数が50以上999以下", "+15", "−5")
    ]


def test_a_longer_list_shows_what_came_and_went():
    rules = RuleSet.objects.get().fit_rules
    value = ["manufacturing", "software", "logistics", "finance"]
    (line,) = lines(fit_rules=[*rules[:3], {**rules[3], "value": value}, *rules[4:]])
    assert line == ("会社: 業種が次のいずれか: …", "小売・卸売", "金融・保険")


def test_new_and_removed_rules_stand_alone():
    rules = RuleSet.objects.get().fit_rules
    new = {**SIZE, "value": [None, 1000], "points": 4}
    assert lines(fit_rules=[*rules[:-1], new], exclude_rules=[]) == [
        ("リード: メールアドレスが空欄", "−10", ""),
        ("会社: 従業員数が1,000以下", "", "+4"),
        ("リード: 連絡禁止がはい", "連絡禁止", ""),
    ]


def test_a_draft_is_read_against_today_and_an_old_version_against_the_one_before():
    first = RuleSet.objects.get()
    second = draft_rules(status="retired")
    draft_rules()
    fourth = draft_rules(status="retired")
    assert previous(draft_rules()) == first
    assert previous(fourth) == second
    assert previous(first) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rival.co.jp", "rival.co.jp"),
        ("@rival.co.jp", "rival.co.jp"),
        ("sato@rival.co.jp", "rival.co.jp"),
        ("https://www.rival.co.jp/about", "rival.co.jp"),
        ("日本語.jp", "日本語.jp"),
        ("競合商事", None),
        ("rival", None),
        ("a b.c", None),
    ],
)
def test_domains_are_recognised(text, found):
    assert domain(text) == found


def test_rules_that_are_no_plain_list_stay_rules():
    alone = {"field": "company.domain", "op": "in", "value": ["rival.jp"], "reason": "competitor"}
    own = {"field": "company.domain", "op": "in", "value": ["x.jp"], "reason": "parent company"}
    folded = Exclusions.of([alone, own])
    assert folded.competitors == []
    assert folded.others == [own, alone]
    assert folded.rules() == [own, alone]
