"""Our fourteen industries from whatever a list calls them (TSE sectors, CRM pick lists, English)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from leads.importing.fields import clean
from leads.models import Industry

# the first line with a word that occurs in the text wins, so the narrower words stand first
_WORDS: Final = (
    (
        Industry.MEDICAL,
        "医薬 製薬 医療 病院 介護 福祉 ヘルスケア medical pharma health hospital biotech",
    ),
    (
        Industry.EDUCATION,
        "教育 学校 学習 大学 塾 education school university e-learning elearning",
    ),
    (
        Industry.MEDIA,
        "メディア 広告 出版 放送 印刷 マスコミ 芸能 media advertis publish broadcast marketing entertainment",
    ),
    (
        Industry.SOFTWARE,
        "情報 通信 ソフトウェア ソフトウエア インターネット システム saas software internet telecom "
        "technology computer information",
    ),
    (
        Industry.ENERGY,
        "電気・ガス 電気ガス 電力 ガス業 エネルギー 石油 鉱業 水道 インフラ energy utilit oil mining "
        "power infrastructure",
    ),
    (
        Industry.FINANCE,
        "銀行 証券 保険 金融 投資 リース 信託 ファンド bank insur financ securit invest fund lease",
    ),
    (
        Industry.LOGISTICS,
        "陸運 海運 空運 倉庫 運輸 物流 運送 輸送業 鉄道 logistic transport shipping freight warehous airline",
    ),
    (
        Industry.FOOD,
        "食料 食品 飲食 外食 飲料 水産 農林 農業 宿泊 ホテル 旅行 観光 food beverage restaurant hotel "
        "hospitality agricultur travel",
    ),
    (
        Industry.CONSTRUCTION,
        "建設 建築 不動産 住宅 土木 工務 construct real estate realestate housing property",
    ),
    (
        Industry.RETAIL,
        "小売 卸売 商社 流通 百貨店 通販 販売 retail wholesale commerce trading store",
    ),
    (
        Industry.PUBLIC,
        "官公庁 公務 自治体 公共 行政 独立行政 政府 団体 government public nonprofit non-profit",
    ),
    (
        Industry.MANUFACTURING,
        "製造 メーカー 電気機器 機械 化学 輸送用機器 精密 金属 鉄鋼 非鉄 繊維 パルプ ゴム ガラス 窯業 "
        "その他製品 半導体 自動車 素材 manufactur electronic machinery chemical automotive steel "
        "textile semiconductor",
    ),
    (
        Industry.PROFESSIONAL,
        "サービス コンサル 法律 会計 税理 人材 士業 専門 professional consult legal accounting "
        "staffing service",
    ),
)
_KEYWORDS: Final = tuple((industry, tuple(words.split())) for industry, words in _WORDS)
_PHRASES: Final = {"real estate": Industry.CONSTRUCTION}


@lru_cache(maxsize=4096)
def industry_of(text: str) -> Industry:
    """OTHER where nothing fits; the text itself is kept with the lead."""
    words = clean(text).casefold()
    for member in Industry:
        if words in (member.value, str(member.label).casefold()):
            return member
    for phrase, industry in _PHRASES.items():
        if phrase in words:
            return industry
    # "… other than those who must file" is a legal status, not a trade
    if not words or "法人・組合" in words:
        return Industry.OTHER
    return next(
        (industry for industry, keys in _KEYWORDS if any(key in words for key in keys)), Industry.OTHER
    )
