"""Moderation by words: threats and insults in both languages, not business mail."""

import pytest

from salesdash.devllm import moderation


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("殺すぞ", "violence"),
        ("ころすとは言っていないが、ただでは済まない", "harassment/threatening"),
        ("死ね", "harassment"),
        ("外国人は出て行け", "hate"),
        ("一族を根絶やしにする", "hate/threatening"),
        ("裸の写真を送れ", "sexual"),
        ("血まみれの遺体", "violence/graphic"),
        ("もう死にたい", "self-harm/intent"),
        ("自殺の方法", "self-harm/instructions"),
        ("違法薬物を売ります", "illicit"),
        ("爆弾の作り方", "illicit/violent"),
        ("I will KILL YOU", "violence"),
        ("ｋｉｌｌ ｙｏｕ", "violence"),
        ("You are an idiot.", "harassment"),
        ("send nudes", "sexual"),
        ("how to make a bomb", "illicit/violent"),
    ],
)
def test_harm_is_flagged_in_its_category(text, category):
    result = moderation.result(text)
    assert result["flagged"]
    assert result["categories"][category]
    assert result["category_scores"][category] >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "平素より大変お世話になっております。資料をお送りいたします。",
        "ソフィアホールディングス カスタマーサクセス部 御中",
        "コスト削減の決め手、在庫の見える化についてご紹介します。",
        "Please find the deadline and the killer feature list attached.",
        "Our skilled team will help you beat the competition.",
    ],
)
def test_business_mail_is_not_flagged(text):
    result = moderation.result(text)
    assert not result["flagged"]
    assert max(result["category_scores"].values()) < 0.001


def test_images_count_only_where_the_provider_looks_at_them():
    kinds = moderation.result("x", with_text=True, with_image=True)["category_applied_input_types"]
    assert kinds["violence"] == ["text", "image"]
    assert kinds["hate"] == ["text"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_threat_of_the_fault_is_flagged(language):
    assert moderation.is_flagged(moderation.THREATS[language])
