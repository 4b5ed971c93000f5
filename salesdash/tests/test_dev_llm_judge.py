"""Judgement by rule: each fault lowers its axis, and with it the score."""

import pytest

from salesdash.devllm import judge, prompt, writer
from salesdash.tests.dev_llm_tasks import EN_TASK, JA_TASK, judging, task


def good(base=JA_TASK):
    return writer.draft(prompt.read_task(task(base)))


def verdict(draft, base=JA_TASK, seed=0, **changes):
    return judge.judge(prompt.read_task(judging(draft, base, **changes)), seed=seed)


def worse(base, **changes):
    draft = good(base)
    body = draft["body"]
    for old, new in changes.items():
        body = body + new if old == "add" else body.replace(old.replace("_", " "), new)
    return {**draft, "body": body}


@pytest.mark.parametrize(
    ("addition", "axis"),
    [
        ("導入企業の92%が満足しています。", "truth"),
        ("詳しくは https://example.com/offer をご覧ください。", "truth"),
        ("必ず成果が出ることを保証いたします。", "truth"),
        ("今だけ割引いたします。", "truth"),
        ("12月3日までにお返事ください。", "truth"),
        ("マジでやばいので買ってね！！", "tone"),
        ("お返事がなければ、痛い目に遭わせます。", "tone"),
        ("{{company}}様のために。", "industry_alignment"),
    ],
)
def test_a_fault_in_japanese_lowers_its_axis(addition, axis):
    before, after = verdict(good()), verdict(worse(JA_TASK, add=addition))
    assert after["axes"][axis] < before["axes"][axis]
    assert after["score"] < 90 <= before["score"]
    assert after["reasons"]


@pytest.mark.parametrize(
    ("addition", "axis"),
    [
        ("We guarantee a discount.", "truth"),
        ("92 percent of our clients agree.", "truth"),
        ("Hey, buy now!!!", "tone"),
        ("ACT NOW WHILE STOCKS LAST.", "tone"),
    ],
)
def test_a_fault_in_english_lowers_its_axis(addition, axis):
    before, after = verdict(good(EN_TASK), EN_TASK), verdict(worse(EN_TASK, add=addition), EN_TASK)
    assert after["axes"][axis] < before["axes"][axis]
    assert after["score"] < before["score"]


@pytest.mark.parametrize("unsafe", ["今なら50%割引、必ず売上が2倍になることを保証いたします。", "殺すぞ"])
def test_grave_faults_fail_the_draft(unsafe):
    assert verdict(worse(JA_TASK, add=unsafe))["score"] < 60


def test_another_customers_mail_fails():
    other = good()
    result = verdict(other, company={"name": "北海食品株式会社", "industry": "食品"})
    assert result["axes"]["industry_alignment"] <= 66
    assert "会社名" in result["reasons"][0]


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ([{"phrase": "本文にない句", "fact_id": "F1"}], "引用が本文にありません"),
        ([{"phrase": "製造業", "fact_id": "F99"}], "F99"),
        ([{"phrase": "ご多忙のところ恐れ入りますが", "fact_id": "F2"}], "事実と合わない"),
    ],
)
def test_a_claim_must_rest_on_its_fact(claims, reason):
    draft = {**good(), "claims": claims}
    draft["body"] += "ご多忙のところ恐れ入りますが"
    result = verdict(draft)
    assert result["axes"]["truth"] < 90
    assert reason in "".join(result["reasons"])


def test_two_runs_differ_by_at_most_three_points_either_way():
    draft = good()
    scores = [verdict(draft, seed=seed)["score"] for seed in range(40)]
    assert 3 <= max(scores) - min(scores) <= 6
    assert min(scores) >= 80
    assert verdict(draft, seed=5) == verdict(draft, seed=5)


def test_the_proposed_call_and_the_facts_numbers_are_no_inventions():
    assert verdict(good())["axes"]["truth"] == 97


def test_an_empty_draft_fails():
    assert verdict({"subject": "", "body": ""})["score"] < 60
