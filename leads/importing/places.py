"""Prefectures: one spelling for each, and the one an address lies in where the address leaves it out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_JAPANESE: Final = """
北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県
富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県
鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県
大分県 宮崎県 鹿児島県 沖縄県
"""
_ENGLISH: Final = """
hokkaido aomori iwate miyagi akita yamagata fukushima ibaraki tochigi gunma saitama chiba tokyo
kanagawa niigata toyama ishikawa fukui yamanashi nagano gifu shizuoka aichi mie shiga kyoto osaka
hyogo nara wakayama tottori shimane okayama hiroshima yamaguchi tokushima kagawa ehime kochi fukuoka
saga nagasaki kumamoto oita miyazaki kagoshima okinawa
"""
PREFECTURES: Final = tuple(_JAPANESE.split())
_BY_NAME: Final = (
    {name: name for name in PREFECTURES}
    | {name[:-1]: name for name in PREFECTURES if name != "北海道"}
    | dict(zip(_ENGLISH.split(), PREFECTURES, strict=True))
)
# designated cities, seats of prefectures, wards of Tokyo: lists often write an address from there
_CITIES: Final = {
    "北海道": "札幌市",
    "青森県": "青森市",
    "岩手県": "盛岡市",
    "宮城県": "仙台市",
    "秋田県": "秋田市",
    "山形県": "山形市",
    "福島県": "福島市",
    "茨城県": "水戸市",
    "栃木県": "宇都宮市",
    "群馬県": "前橋市 高崎市",
    "埼玉県": "さいたま市",
    "千葉県": "千葉市",
    "神奈川県": "横浜市 川崎市 相模原市",
    "新潟県": "新潟市",
    "富山県": "富山市",
    "石川県": "金沢市",
    "福井県": "福井市",
    "山梨県": "甲府市",
    "長野県": "長野市",
    "岐阜県": "岐阜市",
    "静岡県": "静岡市 浜松市",
    "愛知県": "名古屋市",
    "三重県": "津市",
    "滋賀県": "大津市",
    "京都府": "京都市",
    "大阪府": "大阪市 堺市",
    "兵庫県": "神戸市",
    "奈良県": "奈良市",
    "和歌山県": "和歌山市",
    "鳥取県": "鳥取市",
    "島根県": "松江市",
    "岡山県": "岡山市",
    "広島県": "広島市",
    "山口県": "山口市",
    "徳島県": "徳島市",
    "香川県": "高松市",
    "愛媛県": "松山市",
    "高知県": "高知市",
    "福岡県": "福岡市 北九州市",
    "佐賀県": "佐賀市",
    "長崎県": "長崎市",
    "熊本県": "熊本市",
    "大分県": "大分市",
    "宮崎県": "宮崎市",
    "鹿児島県": "鹿児島市",
    "沖縄県": "那覇市",
    "東京都": (
        "千代田区 中央区 港区 新宿区 文京区 台東区 墨田区 江東区 品川区 目黒区 大田区 世田谷区 渋谷区 "
        "中野区 杉並区 豊島区 北区 荒川区 板橋区 練馬区 足立区 葛飾区 江戸川区"
    ),
}
_BY_CITY: Final = {city: prefecture for prefecture, cities in _CITIES.items() for city in cities.split()}
_START: Final = re.compile(r"〒?[\d-]*\s*(" + "|".join([*PREFECTURES, *_BY_CITY]) + ")")


@lru_cache(maxsize=4096)
def region(text: str) -> str:
    """`東京`, `Tokyo`, `東京都` → 東京都; anything else as it is."""
    key = (
        text.casefold()
        .removesuffix(" prefecture")
        .removesuffix("-ken")
        .removesuffix("-to")
        .removesuffix("-fu")
    )
    return _BY_NAME.get(key, text)


def prefecture_of(address: str) -> str:
    """The prefecture of an address, or ''. A ward counts only at the beginning: 大阪市港区 is in Osaka."""
    match = _START.match(address)
    return _BY_CITY.get(match.group(1), match.group(1)) if match else ""
