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
# daily work that only one industry has: a mail that speaks of wards is for a hospital
_WORK: Final[dict[str, str]] = {
    Industry.MANUFACTURING: "金型|射出成形|塗装ライン|歩留まり|生産ライン|溶接|旋盤|造船所?|船台|ドックの|鋳造|プレス機|shipyards?|welding|welders|lathes?|assembly lines?|castings?|injection moulding|machinists",
    Industry.CONSTRUCTION: "足場|間取り|棟上げ|左官|現場監督|型枠|重機|内見|物件の|施主|scaffolding|building sites?|bricklayers|cranes on|house viewings|site foremen|roofers",
    Industry.LOGISTICS: "配車|庫内|荷降ろし|フォークリフト|船積|配送ルート|荷主|積み荷|通関|運行管理|haulage|freight desks?|truck drivers?|lorries|container terminals?|pallets|dispatchers|customs clearance",
    Industry.RETAIL: "試着|品出し|特売|来店客|棚割|試乗|ショールーム|レジ締め|test drives?|showrooms?|checkout tills?|fitting rooms?|shelf labels|shoppers",
    Industry.FOOD: "客室|料理長|配膳|観光客|ツアーの|席のご?予約|宿泊客|厨房|献立|仕込み|板前|ミニバー|お品書き|航空券|添乗員|minibars?|check-in queues?|housekeeping|hotel guests?|guest rooms?|kitchen brigade|waiters|diners|table bookings|chefs|menus|boarding passes|cabin crew|tour guides",
    Industry.FINANCE: "融資|行員|証券口座|保険金の|投資家|与信枠|保険契約者|口座開設|loan books?|policy ?holders?|branch tellers|underwriters|claims handlers|mortgage desks?",
    Industry.MEDICAL: "病棟|病室|手術室|歯科医|訪問介護|ケアマネ|薬剤師|看護師|患者|外来の|カルテ|治験|薬事|診療|調剤|入居者|処方箋|nurses|wards|patients|clinical trials?|prescriptions?|surgeons|operating theatres?|bedside|care residents|pharmacists|dental chairs?",
    Industry.EDUCATION: "生徒|授業の|教員|受講生|学校行事|履修|園児の|入試|受験生|時間割|学級|pupils|(?<!your )(?<!my )(?<!our )homework|term dates?|school buses|classrooms?|lesson plans|teachers|exam papers|report cards|lecture halls?",
    Industry.PROFESSIONAL: "顧問先|確定申告の|登記の|訴訟の|legal briefs?|courtrooms?|case files|tax returns for your clients|barristers|witness statements",
    Industry.MEDIA: "番組の|記者の|放送の|撮影現場|放送枠|紙面の|輪転機|newsrooms?|film sets?|broadcast slots?|editors in chief|printing presses|camera crews?",
    Industry.ENERGY: "発電所|風力|太陽光|電力需要|送電|検針|ガス管|power stations?|meter readings?|wind turbines?|gas pipes|oil rigs?|grid operators|solar farms?",
    Industry.PUBLIC: "住民票|戸籍|役場|市民の皆|議会の|転入届|town halls?|council meetings?|residents' permits|voters|polling stations?|building permits office",
    Industry.OTHER: "美容師|美容室|ネイル|整体|牧場|漁船|葬祭|結婚式|花屋|畑の|畑で|カット予約|しみ抜き|衣類に|糖度|収穫|水やり|葬儀|hairdressers?|harvests?|dry cleaning|haircuts?|crops|orchards|dairy cows|livestock|florists|bridal gowns|funerals?|stylists|manicures?",
}
INDUSTRIES: Final = {
    industry: re.compile(rf"{words}|\b(?:{_NAMES[industry]}){_ENGLISH}\b", re.IGNORECASE | re.ASCII)
    for industry, words in _JAPANESE.items()
}
WORK: Final = {
    industry: re.compile(
        "|".join(rf"\b(?:{word})\b" if word[0].isascii() else word for word in words.split("|")),
        re.IGNORECASE | re.ASCII,
    )
    for industry, words in _WORK.items()
}

_OF_YOURS: Final = r"\byour (?:[a-z]+ )?"
_BY_YOU: Final = r"(?:御社|貴社|貴店|皆様)の(?:[一-鿿ァ-ヺー]{1,6}の)?"
# the people and places that a reader of few industries has: whoever else is written to is the wrong one
_AROUND: Final = (
    (
        (Industry.EDUCATION, Industry.PUBLIC),
        "(students|pupils|classrooms?|teachers|lecturers|schools?|university|alumni)",
        r"(生徒|園児|児童|教員|受講生|授業)|(貴校|貴学|貴園|貴学園)",
    ),
    (
        (Industry.MEDICAL,),
        "(patients|doctors|nurses|wards?|clinics?|hospitals?|dental practice|dentists|midwives|pharmacy|care home)",
        r"(患者|病棟|病床|医師|看護師|入居者|診察|外来|調剤)|(貴院|貴医院|貴クリニック)",
    ),
    (
        (Industry.FOOD,),
        "(hotels?|hotel guests|restaurants?|guest rooms?|rooms and breakfast|chefs?|waiters|diners|inn|cafés?|bistro)",
        r"(客室|宿泊客|料理長|仲居|板前|厨房|配膳)|(貴ホテル|貴旅館|貴宿)",
    ),
    (
        (Industry.FINANCE,),
        "(bank branches|tellers|policyholders|borrowers|savers|depositors|loan officers|underwriters)",
        r"(行員|預金者|融資先|外交員|被保険者|保険契約者|融資審査)|(貴行|貴庫|貴金庫)",
    ),
    (
        (Industry.LOGISTICS, Industry.PUBLIC),
        "(fleet of (?:trucks|lorries|vans|buses)|truckers|lorry drivers|passengers|freight|bus drivers|rigs|hauliers|deadhead miles)",
        r"(乗務員|配車|積み荷|荷主|運転士)",
    ),
    (
        (Industry.PROFESSIONAL,),
        "(law firm|barristers|notaries|auditors' clients|paralegals|fee earners|billable (?:hours|minutes)|court bundles)",
        r"(弁護士|税理士|司法書士|判例|顧問先)|(貴事務所)",
    ),
    (
        (Industry.CONSTRUCTION, Industry.PUBLIC, Industry.FINANCE, Industry.RETAIL, Industry.SOFTWARE),
        "(tenants|building sites?|bricklayers|roofers|scaffolders|plots)",
        r"(施主|足場|棟上げ|現場監督|入居希望者|内見)",
    ),
    (
        (Industry.PUBLIC, Industry.ENERGY, Industry.MEDICAL, Industry.CONSTRUCTION),
        "(citizens|residents|townspeople|voters|ratepayers|councillors|town hall)",
        r"(住民|市民|町民|議員|納税者)|(貴市|貴町|貴村|貴庁|貴役場)",
    ),
    (
        (Industry.MEDIA, Industry.EDUCATION, Industry.SOFTWARE),
        "(listeners|viewers|viewer numbers|newsroom|reporters|editors|broadcasts?|film crew|anchormen)",
        r"(視聴者|記者|番組表|番組|放送枠|編集部)",
    ),
    (
        (Industry.FOOD, Industry.RETAIL, Industry.MANUFACTURING),
        "(bakers|confectioners|butchers)",
        r"(パン職人|菓子職人)",
    ),
    (
        tuple(
            set(Industry)
            - {
                Industry.FINANCE,
                Industry.MEDICAL,
                Industry.EDUCATION,
                Industry.SOFTWARE,
                Industry.PROFESSIONAL,
            }
        ),
        "(drivers|truck drivers|forklifts)",
        r"(運転手|トラック|配達員|フォークリフト)",
    ),
    (
        (Industry.FOOD, Industry.PUBLIC, Industry.MEDIA, Industry.EDUCATION),
        "(exhibits|curators)",
        r"(学芸員)|(貴館)",
    ),
    ((Industry.MEDIA, Industry.MEDICAL, Industry.PUBLIC), "(anchors|broadcasters)", r"(アナウンサー)|(貴局)"),
    (
        (Industry.MANUFACTURING, Industry.ENERGY, Industry.CONSTRUCTION),
        "(blast furnaces?|rolling mill|machine shop|foundry|moulds|lathes|shipyard)",
        r"(高炉|圧延|旋盤|金型|鋳造|射出成形|溶接工|造船所)",
    ),
    (
        (Industry.FOOD, Industry.RETAIL),
        "(congregation|parish|parishioners|farmers|sowing|harvest|salon|hair salon|vineyard|florists|herd|livestock|stylists|nail techs?|"
        "salmon|cows|ewes|lambs|milking crew|tractors?|greenhouses?|hairdressers|barbers)",
        r"(田植え|収穫|牧場|美容師|出漁|漁の出港|養殖|檀家|信徒|家畜|葬儀|スタイリスト|ネイリスト|農場|農園|漁船|搾乳|お墓|式場)|(ご住職|カット中|パーマ中)",
    ),
)

# what the reader's house itself is called: a kitchen such as yours, 貴社のような運送会社
_KINDS: Final = (
    (Industry.MANUFACTURING, "factory|manufacturer|mill|foundry|machine shop|shipyard", "工場|製造業|メーカー|製作所"),
    (Industry.CONSTRUCTION, "builder|contractor|brokerage|estate agency|property developer", "工務店|建設会社|不動産会社|建築事務所"),
    (Industry.LOGISTICS, "carrier|haulier|freight forwarder|trucking company|courier|shipping line", "運送会社|物流会社|運送業|倉庫会社|タクシー会社|バス会社"),
    (Industry.RETAIL, "shop|store|boutique|retailer|supermarket|showroom", "小売店|百貨店|スーパー|アパレル店|販売店|書店"),
    (Industry.FOOD, "restaurant|hotel|kitchen|café|cafe|bakery|inn|caterer|bistro|guest house", "飲食店|レストラン|居酒屋|ホテル|旅館|カフェ|食堂|ベーカリー"),
    (Industry.FINANCE, "bank|insurer|credit union|building society|lender", "銀行|信用金庫|保険会社|証券会社|金融機関"),
    (Industry.MEDICAL, "hospital|clinic|dental practice|surgery|pharmacy|care home|nursing home", "病院|クリニック|医院|歯科医院|薬局|介護施設|老人ホーム"),
    (Industry.EDUCATION, "school|college|university|nursery|kindergarten|academy", "学校|大学|学習塾|保育園|幼稚園|専門学校|予備校"),
    (Industry.PROFESSIONAL, "law firm|legal practice|law office|accountancy|tax office", "法律事務所|税理士事務所|会計事務所|特許事務所"),
    (Industry.MEDIA, "newspaper|broadcaster|publisher|film studio|radio station|tv station", "出版社|新聞社|放送局|テレビ局|制作会社|広告代理店"),
    (Industry.ENERGY, "power station|power plant|refinery|utility|oil rig", "発電所|電力会社|ガス会社|製油所"),
    (Industry.PUBLIC, "town hall|city hall|council|ministry|municipality", "市役所|町役場|役所|自治体"),
    (Industry.OTHER, "farm|dairy|vineyard|salon|hair salon|nail bar|parish|church|fishery|stable|zoo", "農家|牧場|農園|美容室|美容院|ネイルサロン|葬儀社|お寺|寺院|教会|漁協|結婚式場"),
)  # fmt: skip


def _house(english: str, japanese: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b({english})(?: of (?:that|your) size)?,? (?:like|such as) (?:yours|you)\b"
        rf"|\b(?:[Aa]s|[Ff]or) an? (?:[a-z\-]+ ){{0,2}}({english})(?:,? you(?:r|rs)?\b| like [A-Z])"
        rf"|\b[Yy]ou (?:run|own|manage|lead) an? (?:[a-z\-]+ ){{0,2}}({english})\b"
        rf"|(?:御社|貴社|皆様|様)のような({japanese})"
        rf"|({japanese})(?:(?:である|としての)(?:御社|貴社|皆様)"
        r"|(?:様|さん|の皆様)[にでかの][^。、\n]{0,14}"
        r"(?:ぴったり|最適|選ばれ|好評|お悩み|お困り|お使い|評判|特化|おすすめ|お勧め|向け))",
        re.ASCII,
    )


# one search for all of them: the noun says whose house it is
HOUSE: Final = _house(*("|".join(words) for words in zip(*(kind[1:] for kind in _KINDS), strict=True)))
HOUSES: Final = {word: industry for industry, *words in _KINDS for each in words for word in each.split("|")}


def _of_you(japanese: str) -> str:
    """What the reader has, and what the reader is: 貴院 needs no 御社の."""
    has, _, is_ = japanese.partition("|(")
    return f"{_BY_YOU}{has}" if not is_ else f"{_BY_YOU}{has}|({is_}"


AROUND: Final = tuple(
    (
        frozenset(industries),
        re.compile(rf"{_OF_YOURS}{english}\b|{_of_you(japanese)}", re.IGNORECASE | re.ASCII),
    )
    for industries, english, japanese in _AROUND
)
