"""The third version of the shipped rules: what a sentence says counts, not which words it has.

Version 2's patterns by topic flag nothing by themselves any more, they lend weight. Words with innocent
senses need their claim beside them. An installation that has rules of its own keeps them in force; version 3
is then a draft to be compared with.
"""

import json
from pathlib import Path

from django.db import migrations, models
from django.db.models import Max
from django.utils import timezone

# {"rare": {code: pattern}, "weights": {language: {"base", "flag_above", "terms"}}}
DATA = Path(__file__).with_name("safety_rules_3.json")

# words that good mails have: a police force writes of killings, a shelter of rape, a stage of clowns
NOT_BANNED = frozenset(
    [
        "kill",
        "murder",
        "strangle",
        "rape",
        "rapist",
        "sex",
        "nude",
        "nudes",
        "naked",
        "escort",
        "clown",
        "garbage",
        "trash",
        "crook",
        "weasel",
        "savages",
        "gypsy",
        "dyke",
        "chink",
        "cripple",
        "spastic",
        "damn",
        "jerk",
        "freak",
        "crap",
        "prick",
        "cock",
        "dick",
        "pussy",
        "tits",
        "cum",
        "penis",
        "vagina",
        "retard",
        "incest",
        "prostitute",
        "pedophile",
        "paedophile",
        "pathetic",
        "stupid",
        "incompetent",
        "worthless",
        "痴漢",
        "レイプ",
        "強姦",
        "盗撮",
        "処女",
        "ヌード",
        "ポルノ",
        "児童ポルノ",
        "変態",
        "性交",
        "性行為",
        "売春",
        "買春",
        "底辺",
        "在日",
        "低学歴",
        "土人",
        "レズ",
        "ホモ",
        "部落民",
        "穢多",
        "チビ",
        "デブ",
        "ハゲ",
        "糞",
        "覚えておけ",
        "ブラック企業",
        "詐欺師",
        "嘘つき",
        "落ちこぼれ",
        "そいつ",
        "こいつ",
        "あんた",
        "やばい",
        "ヤバい",
        "やばい",
        "早くしろ",
        "知るか",
    ]
) | {"get lost", "or else", "sleep with", "for a woman", "too old to", "break your", "under the table"}
# what is a crime only to one who offers it
CRIME = "crime"

# version 1's patterns that stay whatever stands beside them
ALONE = {
    "guarantee": [
        r"(?:ノー|no)リスク|リスク(?:は|が)?(?:ゼロ|なし(?!に)|無し)|請け合い(?:ます)?",
        r"(?:売上|利益|売り上げ|成約率|業績)[^。\n]{0,15}?(?:\d+|[一二三四五六七八九十半]+)(?:%|倍|割)(?:に|も|増|伸|上|アップ)",
        r"(?:コスト|工数|人件費|残業)[^。\n]{0,15}?(?:\d+|[一二三四五六七八九十半]+)(?:%|割)(?:も|減|削|カット)",
        r"\byou have my word\b|\bfail-?proof\b|\bfoolproof\b|\brisk[- ]free\b|\b(?:no|zero) risk\b",
        r"\b(?:double|triple|halve) your\b|\bcan(?:not|'t) fail\b",
        r"\b(?:increase|boost|raise|grow|cut|reduce|lower|save)[^.\n]{0,40}\bby (?:\d+|half|a third)\b",
    ],
    "discount": [
        r"(?:\d+|[一二三四五六七八九]+)(?:%|パーセント|割)(?:引(?!率)|オフ|off|安|還元)|半額(?!セール)|特別価格|特割|キャンペーン価格",
        r"キャッシュバック|ポイント還元|(?<!\d)0円|ゼロ円|(?:ただ|タダ)で(?:ご|お|提供|使)",
        r"\b\d+ ?(?:%|percent) off\b|\bhalf[- ]price\b|\bspecial (?:price|rate)\b|\bcash ?back\b",
        r"\bfree (?:of charge|month|gift|setup|upgrade|license)\b|\b(?:is|are|comes?|get it|have it) (?:\w+ )?for free\b",
        r"\ba free trial\b|\bat no (?:cost|charge) to you\b",
    ],
    "price": [
        r"(?:\d[\d,.]*|[一二三四五六七八九十百千]+)(?:千|万|億)?円(?!滑|満|形|卓|熟|陣|高|安)|[¥$€£] ?\d|\d[\d,.]* ?(?:ドル|ユーロ|usd|jpy|eur)\b",
        r"月額[^。\n]{0,6}\d|最安|格安|激安|破格",
        r"\b\d[\d,.]* ?(?:dollars|yen|euros|pounds|bucks)\b|\bcheapest\b|\blowest price\b|\bprice match\b",
    ],
    "superlative": [
        r"業界(?:no\.?1(?!\d)|ナンバーワン|ナンバー1|最高|最大|最速|最安|初|唯一|トップ|一)|日本一(?!周)|世界(?:一|初|最高|最大)の?",
        r"(?:シェア|満足度|実績|品質)(?:no\.?1(?!\d)|ナンバーワン|ナンバー1|トップ|日本一)|\bno\.?1(?!\d)|ナンバーワン|唯一無二|他に類を見ない|右に出る",
        r"\b(?:the )?(?:best|cheapest|fastest|leading|only) (?:in the (?:world|market|industry|business)|on the market)\b|\bnumber one\b|#1\b",
        r"\bworld'?s (?:best|first|leading)\b|\bunbeatable\b|\bsecond to none\b",
    ],
    "legal": [
        r"全額返金|返金(?:いた|し(?:ます|て差)|に応)|損害賠償(?:を|いた|し|に)(?!.{0,8}条)|違約金(?:は|を|が)|法的(?:措置|手段)を|訴訟を(?:起|準備|辞さ)",
        r"\b(?:take|taking) legal action\b|\bwe(?:'ll| will) sue\b|\bfull refund\b|\bmoney[- ]back\b|\bwe waive\b|\bby signing\b",
    ],
    "medical": [
        r"(?:病気|がん|ガン|癌|糖尿病|うつ|鬱|高血圧|認知症|コロナ|腰痛|肩こり|アトピー|花粉症)(?:が|は|も)[^。\n]{0,8}?(?:治(?:り|る|せ|し)|消え)",
        r"完治(?:し|さ)|副作用(?:は|が)?(?:なし|無|ありません|ない|ゼロ|ございません)|免疫力(?:が|を)(?:高|上|アップ)|血液サラサラ|万能薬|特効薬",
        r"\bcures\b|\bheals (?!in\b)|\bno side effects\b|\bclinically proven\b|\bmiracle (?:cure|drug)\b|\bprevents? (?:cancer|disease|covid|diabetes)\b",
    ],
    "financial": [
        r"元本保証|儲か(?:り|る)|不労所得|値上がり(?:確実|します)|損(?:は|を)(?:しません|させません)|必ず儲(?!か」|かる」)",
        r"\bguaranteed (?:return|profit|income)s?\b|\b(?:double|triple) (?:return|yield)s?\b|\bget rich\b|\bpassive income\b|\bcan'?t lose\b",
    ],
    "pressure": [
        r"今だけ|今しか(?!な.{0,4}伺)|本日限り|今日中に(?:ご)?(?:返|回|契約|決)|(?:残り|先着|限定)(?:\d+|[一二三四五六七八九十]+)(?:社|枠|席)",
        r"今すぐ(?:ご)?(?:契約|購入|申|お申)|最後のチャンス|ラストチャンス|早い者勝ち|至急(?:ご)?(?:返|連絡|回答)|乗り遅れ",
        r"\blast chance\b|\blimited[- ]time\b|\bact now\b|\btoday only\b|\bdon'?t miss out\b|\b(?:only )?\d+ (?:spots|places) left\b",
    ],
    "disparagement": [
        r"(?:他社|競合|競合他社|ライバル)(?:さん|様)?(?:の(?:製品|商品|サービス))?(?:より|と比べ|に比べ|と違っ|は(?:劣|ひど|高|遅|古|使))",
        r"使い物にならない|インチキ|まがい物",
        r"\b(?:unlike|better than|superior to) (?:our |the |your )?(?:competit|rival|other vendors?|others\b)",
    ],
    "personal": [
        r"(?<!\d)\d{4}[ \-]\d{4}[ \-]\d{4}[ \-]?\d{4}(?!\d)|(?<![a-z])sk-[a-z0-9\-]{6,}|(?<![a-z0-9])[a-z]{2}\d{7}(?!\d)",
    ],
}  # fmt: skip

_DENIED = (
    r"ものでは|わけでは|かねます|できかね|できません|とは限|とは申し|言い切れ|かどうか|ではなく|差し控え|お答え|ありませんが"
    r"|ませんので|とのこと|とのご|伺い|伺っ|承っ|承り|拝見|拝読|お尋ね|ご質問|ご相談|ご要望|ご意見|しません|いたしません"
)
_NOT = r"\b(?:not|no|n't|nor|cannot|without|never|whether|asked|you (?:said|wrote|told|mentioned)|question)\b|n't\b"
_OFFER = r"(?:で)?(?:です|でございます|ご提供|ご案内|お試し|お使い|ご利用|始め|お付け|差し上げ|いたします|します|させて|になり|お届け)"
# code, language, about, claim, within, unless
STATEMENTS = [
    ("discount", "ja", r"無料|無償|初月無料", _OFFER, 6, rf"{_DENIED}|駐車|送迎|入場|相談会|配布"),
    ("discount", "ja", r"割引|割り引|値引|値下げ|お値引|優待|お得|お安く", _OFFER, 8, rf"{_DENIED}|手形|現在価値|お得意"),
    ("discount", "ja", r"(?:商品|ギフト|旅行|図書)(?:券|カード)|クオカード|プレゼント|進呈|景品|特典", r"差し上げ|お送り|お渡し|お付け|進呈|もれなく|です|いたします|します", 8, _DENIED),
    ("discount", "ja", r"お代|料金|費用|お支払い|利用料", r"(?:は|を)?(?:頂き|いただき|頂戴(?:し|いた)|かかり)ません|(?:は)?(?:ゼロ|不要|結構)です|いりません", 6, r"伺|とのこと|かどうか"),
    ("guarantee", "ja", r"保証|保障|確約|太鼓判", r"(?:いた|し(?:ます|て)|致|できます|を|です|部分|付)", 2, rf"{_DENIED}|保証(?:人|協会|会社|金|書|期間|課)|品質保証"),
    ("guarantee", "ja", r"(?:お)?約束", r"(?:いた|し(?:ます|て)|致|でき(?:ます|る)|申)", 0, rf"{_DENIED}|お約束の|面会|時間|日時|お約束し(?:て(?:い|お)|た)"),
    ("guarantee", "ja", r"(?:必ず|かならず|カナラズ|絶対|ぜったい|ゼッタイ|間違いなく|まちがいなく|疑いなく|確実に)(?!しも|値|零度|王政|音感|評価|温度|座標)", r"(?:でき|なり|上がり|伸び|増え|減り|出|立ち|治り|儲かり|させ|いただけ|し|得られ|大丈夫|成功|うまくいき)(?:ます|ません|です)|です|に立ちます|ます", 22, rf"{_DENIED}|お送り|お届け|ご連絡|お持ち|ください|ご確認|お返事|伝え"),
    ("guarantee", "ja", r"(?:100|百)(?:%|パーセント)(?!子会社|出資|株式|植物|国産|果汁)", r"(?:の)?(?:ご?満足|成功|安全|確実|効|達成|防|保証|です|品質)", 4, rf"{_DENIED}|果汁|綿|羊毛|充電|再生"),
    ("guarantee", "ja", r"失敗", r"(?:は|する(?:こと|心配)は|しよう)?(?:し(?:ません|ない)|が?(?:ありません|ありえ|ございません))", 0, r"伺|とのこと"),
    ("guarantee", "en", r"\b(?:guarantee[sd]?|guaranteed|guaranty|we promise|i promise|i swear|we swear|assure you|100 ?(?:%|percent)|hundred percent)\b(?! owned)", r"", 0, rf"{_NOT}|\bto (?:call|write|send|be|come|bring|keep|reply|answer|phone)\b|cotton|wool|juice|charged"),
    ("guarantee", "en", r"\bwill (?:definitely|certainly|surely|always|never|double|triple|halve)\b", r"", 0, r"\bask|\bwrite|\bcall|\bsaid|\btold"),
    ("discount", "en", r"\b(?:discount(?:s|ed)?|rebates?|gift cards?|vouchers?|coupons?|waive)\b", r"\b(?:you|your|get|today|now|on us|offer|just|if|when|for (?:every|each|signing))\b", 40, rf"{_NOT}|\b(?:counted|column|till|policy|report|form|record|stock|list|cash(?:ed)?)\b"),
    ("discount", "en", r"\b(?:we|i)(?:'ll| will| can| could)? (?:give|offer|grant|take|knock|throw)\b", r"\b(?:discount|rebate|off the|for free|for nothing|gift|voucher)", 40, _NOT),
    ("legal", "en", r"\b(?:lawsuit|damages|penalt(?:y|ies)|binding (?:offer|contract|agreement)|exclusive (?:rights|deal)|cancel any ?time|refund(?:s|ed)?|compensat(?:e|ion)|indemnif\w+|liab(?:le|ility))\b", r"\b(?:you|your|we|us|our)\b", 20, rf"{_NOT}|\b(?:clause|policy|report|form|record|process|column|replies|insurance|file)\b"),
    ("legal", "en", r"\b(?:we|i)(?:'ll| will| shall| are going to)\b", r"\b(?:pay (?:the|any|all) damages|be liable|refund|indemnify|compensate|sue|take you to court)\b", 20, _NOT),
    ("legal", "ja", r"損害|賠償|補償|違約金|免責|返品|解約", r"(?:は|を|に)?(?:いたします|します|応じ|負担|ございません|ありません|不要|自由|いつでも|請求)", 6, rf"(?:{_DENIED})|条項|条件|規程|手続|様式|請求書類"),
    ("medical", "ja", r"(?:病気|がん|ガン|癌|糖尿|うつ病?|鬱|高血圧|認知症|コロナ|腰痛|肩こり|アトピー|花粉症|頭痛|神経痛|不眠|アレルギー|難病)", r"(?:が|は|も|に)?.{0,6}(?:治(?:り|る|せ)|効(?:き|く)(?!果)|消え|改善(?:し|でき)ます|予防でき|防げ)", 8, rf"{_DENIED}|検査|記録|管理|通知"),
    ("financial", "ja", r"利回り|高配当|年利|元本", r"保証|\d+ ?%|を(?:お約束|保)|割", 10, _DENIED),
    ("pressure", "en", r"\b(?:urgent(?:ly)?|hurry|expires? (?:today|tonight|soon))\b", r"", 0, rf"{_NOT}|\b(?:repairs?|calls?|cases?|care|list|queue|tickets?|orders?|messages?|notices?|entries)\b"),
    ("personal", "ja", r"生年月日|口座番号|カード番号|暗証番号|マイナンバー|パスワード", r"教えて|お知らせ|お送りくだ|ご返信|記入して|入力して|は[^。]{0,14}(?:です|で登録)|を控え|の入った一覧", 6, r"お尋ねすることは|求めることは|お聞きしません"),
    ("personal", "en", r"\b(?:send|tell|give|reply with|confirm|enter|type)\b", r"\byour (?:date of birth|password|pin|card number|social security|passport number|bank account)", 24, rf"{_NOT}"),
    ("crime", "ja", r"覚醒剤|覚せい剤|大麻|コカイン|ヘロイン|違法薬物|危険ドラッグ|闇バイト|裏金|賄賂|袖の下|偽造品|偽ブランド|インサイダー|粉飾|談合|脱税|マネーロンダリング|資金洗浄|人身売買|密輸", r"(?:を|も|の(?:取引|お話)を)?(?:扱|売|お?譲|ご用意|用意|お渡し|お届け|手に入|お手伝い|ご紹介|募集|ご提案|しましょう|でき(?:ます|る)|いたします|します)", 6, rf"{_DENIED}|研修|教材|防止|対策|規程|検査|事例|通報|相談"),
    ("crime", "en", r"\b(?:we|i)(?:'ll| will| can| could)? (?:\w+ )?(?:sell|offer|supply|bring|arrange|handle|launder|smuggle|bribe|evade|hide)\b", r"\b(?:cocaine|heroin|meth|bribes?|kickbacks?|counterfeits?|smuggl\w+|money|tax(?:es)?|inspector|fake invoices)\b", 24, _NOT),
    ("threat", "en", r"\b(?:kill|murder|strangle|stab|shoot|beat|hurt|destroy|ruin|break|burn) (?:you|your (?:family|wife|husband|children|kids|son|daughter|business|company|house|legs|neck|career|life|dog|boss))\b", r"", 0, r"\b(?:could|can) (?:kill|ruin) your (?:mood|day)"),
    ("insult", "en", r"\byou(?:'re| are| were| look| sound)?\b(?: \w+){0,4} (?:stupid|pathetic|incompetent|worthless|clown|crook|jerk|freak|crap|garbage|trash|prick|dick|savage|retard|damn)\w*\b", r"", 0, r"\byou (?:said|wrote|told|mentioned|asked|call|called|record|list|note|collect|recycle|sort|handle|sell|print|book|hire|play)\b"),
    ("sexual", "en", r"\b(?:have sex|having sex|sleep with (?:me|us)|see you naked|your (?:tits|pussy|cock|dick|penis|vagina|boobs)|nudes? of you|send (?:me )?nudes?|rape you)\b", r"", 0, ""),
    ("sexual", "ja", r"(?:レイプ|強姦|痴漢|盗撮|ヌード|ポルノ|変態|性交|売春|買春)", r"(?:し(?:たい|て(?:や|く|ほ)|ましょ|ませ)|を?(?:お?見せ|お送り|ご用意|楽し|しましょ)|です(?:ね|よ)|な(?:方|人))", 3, _DENIED),
    ("insult", "ja", r"(?:詐欺師|嘘つき|チビ|デブ|ハゲ|落ちこぼれ|底辺|低学歴)", r"(?:です|だ|の(?:方|人|くせ)|め|野郎|ども|ですね)", 2, _DENIED),
    ("rude", "ja", r"(?:そいつ|こいつ|あんた)(?!げ)", r"(?:は|が|の|に|を|ら|も)", 0, r"「"),
]  # fmt: skip

# version 1's words that flagged by themselves, now topics
TOPICS = [
    ("discount", "ja", r"割引|値引|無料|無償|優待|お得(?!意)|プレゼント|進呈|クーポン|半値|特価"),
    ("legal", "ja", r"損害|賠償|免責|補償|違約|訴訟|告訴|提訴|返金|返品|解約"),
    ("personal", "ja", r"病歴|持病|離婚|不倫|借金|本籍|支持政党|給与|前科|妊娠|口座番号|カード番号|暗証番号|生年月日"),
    ("sexual", "ja", r"痴漢|レイプ|強姦|盗撮|処女|ヌード|ポルノ|変態|性交|性行為|売春|買春"),
    ("crime", "ja", r"覚醒剤|大麻|コカイン|薬物|裏金|賄賂|脱税|粉飾|談合|密輸|資金洗浄|マネーロンダリング|偽造"),
    ("insult", "ja", r"詐欺師|嘘つき|底辺|低学歴|落ちこぼれ|チビ|デブ(?!リ)|ハゲ(?!タカ)"),
    ("guarantee", "ja", r"保証(?!人|協会|会社|金|書|部|課)|約束(?!の)|必ず(?!しも)|絶対(?!値|零度|音感|評価|温度|座標)|確実|間違いな|100%|百%"),
    ("crime", "en", r"\b(?:cocaine|heroin|meth|brib\w+|kickbacks?|launder\w*|counterfeit\w*|smuggl\w*|ransomware|tax evasion|insider trading)\b"),
    ("sexual", "en", r"\b(?:sex\w*|nudes?|naked|escorts?|rap(?:e|ist)|prostitut\w+|p(?:a)?edophil\w+|incest|tits|pussy|cock|dick|penis|vagina|cum)\b"),
    ("insult", "en", r"\b(?:crap|freaks?|jerks?|prick|retard\w*|damn|cripple|spastic|savages?|dyke|chink|get lost)\b"),
    ("discount", "en", r"\b(?:discount\w*|vouchers?|coupons?|for free|at no cost|gift cards?|waive)\b"),
    ("legal", "en", r"\b(?:lawsuit|sue|liab\w+|damages|refund\w*|compensat\w+|penalt\w+|indemnif\w+)\b"),
    ("pressure", "en", r"\b(?:urgent\w*|hurry|or else|last chance|expires?|only today|if (?:you do not|you don'?t|we do not|we don'?t) (?:reply|respond|hear))\b"),
    ("pressure", "ja", r"本日中|期間限定|お急ぎ|取り残され|ご?返[信事]がない場合|ご?回答(?:が|を)?(?:いただけ|頂け)ない場合|至急|限定|先着"),
    ("disparagement", "en", r"\b(?:scam|rip-?off|outdated|inferior|competitors?)\b"),
    ("disparagement", "ja", r"他社|競合|ライバル|劣悪|粗悪|欠陥品|時代遅れ|パクリ"),
    ("price", "ja", r"月額|年額|初期費用|導入費用|見積|定価"),
    ("superlative", "ja", r"日本(?:初|最大|最高)|完璧|最高峰"),
    ("personal", "en", r"\b(?:divorc\w+|pregnan\w*|medical (?:record|history|condition)|date of birth|salary|religion|debts?|criminal record)\b"),
]  # fmt: skip


_FROZEN = """
DROP TRIGGER published_rules_frozen ON drafts_safetyrules;
CREATE TRIGGER published_rules_frozen BEFORE UPDATE ON drafts_safetyrules FOR EACH ROW
WHEN (OLD.status <> 'draft' AND ({old}) IS DISTINCT FROM ({new}))
EXECUTE FUNCTION drafts_rules_are_frozen();
"""


def _frozen(*columns):
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return _FROZEN.format(old=old, new=new)


FROZEN_BEFORE = _frozen("version", "banned", "allowed", "url_hosts", "promises")
FROZEN = _frozen("version", "banned", "allowed", "url_hosts", "promises", "statements", "weights")


def extended(banned, promises, data):
    """Version 3's words, patterns and statements from version 2's."""
    words = [entry for entry in banned if entry["word"] not in NOT_BANNED and entry["code"] != CRIME]
    topics = [entry | {"topic": entry["code"]} for entry in promises if entry.get("language")]
    topics += [_topic(code, language, pattern, code) for code, language, pattern in TOPICS]
    topics += [_topic(code, "en", pattern, f"{code}/rare") for code, pattern in data["rare"].items()]
    alone = [
        {"pattern": pattern, "language": "en" if pattern.startswith((r"\b", "#")) else "", "code": code}
        for code, patterns in ALONE.items()
        for pattern in patterns
    ]
    names = ("code", "language", "about", "claim", "within", "unless")
    return words, [*alone, *topics], [dict(zip(names, values, strict=True)) for values in STATEMENTS]


def _topic(code, language, pattern, topic):
    return {"pattern": pattern, "language": language, "code": code, "topic": topic}


def add(apps, _schema_editor):
    rules = apps.get_model("drafts", "SafetyRules")
    before = rules.objects.filter(created_by_name="salesdash").order_by("-version").first()
    data = json.loads(DATA.read_text(encoding="utf-8"))
    banned, promises, statements = extended(before.banned, before.promises, data)
    active = rules.objects.filter(status="active").first()
    untouched = active is not None and active.pk == before.pk
    newest = rules.objects.aggregate(newest=Max("version"))["newest"]
    if untouched:
        rules.objects.filter(pk=active.pk).update(status="retired")
    rules.objects.create(
        version=newest + 1,
        status="active" if untouched else "draft",
        banned=banned,
        allowed=before.allowed,
        url_hosts=before.url_hosts,
        promises=promises,
        statements=statements,
        weights=data["weights"],
        note="",
        created_by_name="salesdash",
        activated_at=timezone.now() if untouched else None,
    )


def remove(apps, _schema_editor):
    """Back to the version before, unless somebody has gone on from this one."""
    rules = apps.get_model("drafts", "SafetyRules")
    found = rules.objects.filter(created_by_name="salesdash").exclude(weights={}).first()
    if found is None or found.status == "retired":
        return
    was_active = found.status == "active"
    found.delete()
    if was_active:
        before = rules.objects.filter(created_by_name="salesdash").order_by("-version").first()
        rules.objects.filter(pk=before.pk).update(status="active")


class Migration(migrations.Migration):
    dependencies = [("drafts", "0026_review_decisions")]
    operations = [
        migrations.AddField(
            "safetyrules", "statements", models.JSONField("statements", default=list, blank=True)
        ),
        migrations.AddField("safetyrules", "weights", models.JSONField("weights", default=dict, blank=True)),
        migrations.RunSQL(FROZEN, FROZEN_BEFORE),
        migrations.RunPython(add, remove),
    ]
