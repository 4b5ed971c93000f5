"""Words that place the reader in an industry: 製造業の皆様 to a bank is the wrong letter."""

from __future__ import annotations

import re
from typing import Final

from leads.models import Industry

_ENGLISH: Final = r"(?: industry| sector| business| compan(?:y|ies))"
_JAPANESE: Final[dict[str, str]] = {
    Industry.MANUFACTURING: "製造業|メーカー各社|製造業者|工場様",
    Industry.CONSTRUCTION: "建設業|建築業|不動産業|建設会社様|工務店様",
    Industry.LOGISTICS: "物流業|運輸業|運送業|倉庫業|物流会社様",
    Industry.RETAIL: "小売業|卸売業|流通業|アパレル業|小売店様",
    Industry.FOOD: "飲食業|外食業|外食産業|宿泊業|ホテル業|旅館業|飲食店様",
    Industry.FINANCE: "金融業|銀行業|保険業|証券業|金融機関様",
    Industry.SOFTWARE: "IT業界|ソフトウェア業|情報サービス業",
    Industry.MEDICAL: "医療業界|医療機関様|介護業|病院様|製薬業",
    Industry.EDUCATION: "教育業|教育業界|学習塾業|教育機関様|学校様",
    Industry.PROFESSIONAL: "士業|コンサルティング業|法律事務所様|会計事務所様",
    Industry.MEDIA: "広告業|メディア業|出版業|放送業",
    Industry.ENERGY: "エネルギー業|電力業|ガス業",
    Industry.PUBLIC: "自治体様|官公庁様|行政機関様|公共機関様",
}
_NAMES: Final[dict[str, str]] = {
    Industry.MANUFACTURING: "manufacturing",
    Industry.CONSTRUCTION: "construction|real estate",
    Industry.LOGISTICS: "logistics|transport(?:ation)?|freight",
    Industry.RETAIL: "retail|wholesale",
    Industry.FOOD: "restaurant|hospitality|food service|hotel",
    Industry.FINANCE: "financ(?:e|ial)|banking|insurance",
    Industry.SOFTWARE: "software|IT",
    Industry.MEDICAL: "healthcare|medical|pharmaceutical",
    Industry.EDUCATION: "education",
    Industry.PROFESSIONAL: "consulting|legal|accounting",
    Industry.MEDIA: "media|advertising|publishing",
    Industry.ENERGY: "energy|utilit(?:y|ies)",
    Industry.PUBLIC: "public|government",
}
INDUSTRIES: Final = {
    industry: re.compile(rf"{words}|\b(?:{_NAMES[industry]}){_ENGLISH}\b", re.IGNORECASE | re.ASCII)
    for industry, words in _JAPANESE.items()
}
