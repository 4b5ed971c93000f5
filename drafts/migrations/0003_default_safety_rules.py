"""The first safety rules: our own lists, a start to be edited in the admin, never the whole filter."""

from django.db import migrations
from django.utils import timezone

# code → words, split at spaces; a Japanese word must begin and end at a word's boundary
JAPANESE = {
    "insult": """
        バカ 馬鹿 莫迦 馬鹿野郎 バカヤロー 大馬鹿 アホ 阿呆 ドアホ マヌケ 間抜け のろま ノロマ クズ 屑野郎 カス野郎 カス
        クソ 糞 糞野郎 クソ野郎 くそったれ クソッタレ ゴミ野郎 ゴミ会社 ゴミ以下 ブス デブ ハゲ チビ キモい キモイ 気持ち悪い奴
        ウザい ウザイ ウゼえ 負け犬 低能 無能 能無し 脳なし 脳無し 役立たず ろくでなし ロクデナシ 下衆 ゲス野郎 畜生 ちくしょう
        腰抜け 卑怯者 嘘つき 詐欺師 ペテン師 ポンコツ 落ちこぼれ 三流会社 ブラック企業 恥知らず 頭が悪い 頭のおかしい 頭おかしい
        ババア ジジイ クソババア クソジジイ うんこ ウンコ
    """,
    "threat": """
        死ね 死んでしまえ くたばれ 消えろ 失せろ 殺す 殺してやる 殺すぞ ぶっ殺す ぶっ殺してやる 地獄に落ちろ 痛い目に遭わせ
        痛い目にあわせ 痛い目を見 ただでは済まない ただじゃ済まない ただでは済みません 覚悟しておけ 覚えておけ 潰してやる 潰すぞ
        後悔させてやる 後悔することになる 訴えてやる 晒してやる 家に行くぞ 家族がどうなっても 夜道に気をつけ 夜道には気をつけ
        爆破する 爆破予告 ぶっ飛ばす 殴る 殴るぞ 黙れ
    """,
    "discrimination": """
        キチガイ 気違い 気狂い 基地外 ガイジ めくら つんぼ びっこ ちんば かたわ 知恵遅れ 土人 黒んぼ ニガー ニグロ 支那人 シナ人
        チョン チョン公 三国人 毛唐 ジャップ 部落民 穢多 オカマ ホモ レズ 女のくせに 男のくせに 女は家 女だてらに 老害 貧乏人
        障害者のくせに 外国人のくせに 未開人 劣等民族 低学歴 底辺 在日
    """,
    "sexual": """
        セックス おっぱい オッパイ ちんこ チンコ ちんぽ チンポ まんこ マンコ おまんこ フェラ フェラチオ クンニ オナニー 射精 勃起
        巨乳 爆乳 貧乳 レイプ 強姦 輪姦 痴漢 変態 売春 買春 援交 援助交際 パパ活 風俗嬢 ソープ嬢 デリヘル ヤリマン ヤリチン
        童貞 処女 性交 性行為 乱交 近親相姦 ロリコン 児童ポルノ ポルノ アダルトビデオ AV女優 盗撮 裸の写真 ヌード写真 枕営業
        愛人になって ホテルに行きましょう 体の関係 肉体関係 エッチ
    """,
    "crime": """
        覚醒剤 覚せい剤 大麻 コカイン ヘロイン 違法薬物 危険ドラッグ 闇バイト 裏金 賄賂 袖の下 脱税 粉飾 マネーロンダリング
        資金洗浄 人身売買 密輸 偽造品 偽ブランド 談合 インサイダー
    """,
    "rude": """
        お前 てめえ テメエ テメー 貴様 あんた こいつ そいつ あいつら 貴様ら ふざけるな ふざけんな なめるな 舐めるな なめてんのか
        いい加減にしろ さっさとしろ 早くしろ つべこべ言うな 知るか 勝手にしろ 文句あるか どうせ無理 やばい ヤバい ヤバイ マジで
        ムカつく むかつく
    """,
}
ENGLISH = {
    "insult": """
        idiot idiotic moron moronic imbecile stupid dumb dumbass jerk loser scum scumbag bastard bitch asshole arsehole
        dickhead prick wanker douchebag crap shit shitty bullshit fuck fucking fucker motherfucker goddamn damn piss
        pathetic worthless incompetent clown retard retarded lunatic freak garbage trash weasel liar crook
    """,
    "threat": """
        kill murder strangle
    """,
    "discrimination": """
        nigger nigga chink gook jap kike spic wetback raghead towelhead paki gypsy faggot fag dyke tranny shemale cripple
        spastic mongoloid subhuman savages
    """,
    "sexual": """
        sex sexy porn porno pornography nude nudes naked boobs tits pussy cock dick penis vagina blowjob handjob cum
        orgasm masturbate rape rapist slut whore hooker prostitute escort milf horny erotic hentai incest pedophile
        paedophile
    """,
    "crime": """
        cocaine heroin meth methamphetamine bribe bribery kickback kickbacks launder laundering counterfeit smuggle
        ransomware
    """,
}
ENGLISH_PHRASES = {
    "threat": [
        "hurt you",
        "beat you",
        "shoot you",
        "stab you",
        "destroy you",
        "ruin you",
        "go to hell",
        "drop dead",
        "or else",
        "you will regret",
        "you'll regret",
        "watch your back",
        "we know where you",
        "i know where you",
        "burn in hell",
        "make you pay",
        "come after you",
        "break your",
    ],
    "insult": [
        "piece of shit",
        "son of a bitch",
        "shut up",
        "waste of space",
        "waste of time talking to you",
        "screw you",
        "get lost",
    ],
    "discrimination": [
        "your kind",
        "you people",
        "go back to your country",
        "too old to",
        "for a woman",
        "act like a man",
    ],
    "sexual": [
        "sleep with",
        "have sex",
        "sexual favors",
        "sexual favours",
        "come to my hotel",
        "send me pictures of you",
    ],
    "crime": [
        "insider trading",
        "under the table",
        "off the books",
        "money laundering",
        "tax evasion",
        "fake invoices",
    ],
    "rude": ["what is wrong with you", "are you kidding me", "don't waste my time"],
}

# patterns see lower case and compatibility forms folded, with and without blanks
PROMISES = {
    "guarantee": [
        r"保証(?!人|協会|会社|金|本?部(?!分)|課(?!題)|室|グループ)|保障(?:いた|し|致)",
        r"(?:お)?約束(?:いた|し|致|でき|申)|確約|請け合い|太鼓判",
        r"(?:必ず|かならず|カナラズ)(?!しも)[^。\n]{0,30}?(?:ます|ました|ません|です)",
        r"(?:絶対|ぜったい|ゼッタイ)(?!値|零度|王政|音感|評価|温度|座標)",
        r"(?:100|百)(?:%|パーセント)(?!子会社|出資|株式|植物|国産)",
        r"確実に[^。\n]{0,25}?(?:ます|できる|なる|です)|間違いなく|まちがいなく|疑いなく",
        r"失敗(?:は|する(?:こと|心配)は|しよう)?(?:し(?:ません|ない)|が?(?:ありません|ありえ|ございません))",
        r"(?:ノー|no)リスク|リスク(?:は|が)?(?:ゼロ|一切|全く|なし|無し|ありません|ございません)",
        r"(?:売上|利益|売り上げ|コスト|生産性|効率|工数|人件費|残業|成約率|業績)[^。\n]{0,15}?(?:\d+|[一二三四五六七八九十半]+)(?:%|倍|割|分の)",
        r"\bguarantee[sd]?\b|\bguaranteed\b|\bguaranty\b|\bwe promise\b|\bi promise\b|\byou have my word\b|\bassure you\b",
        r"\b(?:100|hundred) ?(?:%|percent)\b(?! owned)|\bwithout fail\b|\bfail-?proof\b|\bfoolproof\b|\brisk[- ]?free\b|\bno risk\b|\bzero risk\b",
        r"\bwill (?:definitely|certainly|surely|always|never|double|triple|halve)\b|\b(?:double|triple|halve) your\b|\bcannot fail\b|\bcan't fail\b",
        r"\b(?:increase|boost|raise|grow|cut|reduce|lower|save)[^.\n]{0,40}\bby (?:\d+|half|a third)\b",
    ],
    "discount": [
        r"割引|割り引|値引|値下げ|ディスカウント|(?:\d+|[一二三四五六七八九]+)(?:%|パーセント|割)(?:引|オフ|off|安|還元)|半額|半値",
        r"特別価格|特価|特割|優待|キャンペーン価格|お安く|お得(?:に|な|です)|キャッシュバック|ポイント還元",
        r"無料|無償|タダで|ただで(?:ご|お|提供|使)|(?<!\d)0円|ゼロ円|進呈|プレゼント|(?:商品|ギフト)券|ギフトカード",
        r"\bdiscounts?\b|\bdiscounted\b|\b\d+ ?(?:%|percent) off\b|\bhalf[- ]price\b|\bspecial (?:price|rate|offer)\b|\brebate\b|\bcashback\b|\bcash back\b",
        r"\bfree (?:of charge|trial|month|gift|demo|setup|upgrade|consultation|license)\b|\bfor free\b|\bat no (?:cost|charge)\b|\bgift cards?\b|\bvouchers?\b|\bcoupons?\b|\bwaive\b",
    ],
    "price": [
        r"(?:\d[\d,.]*|[一二三四五六七八九十百千]+)(?:千|万|億)?円(?!滑|満|形|卓|熟|陣)|[¥$€£] ?\d|\d[\d,.]* ?(?:ドル|ユーロ|usd|jpy|eur)\b",
        r"月額|年額|初期費用|導入費用|見積金額|お見積り?額|最安|格安|激安|破格|定価",
        r"\b\d[\d,.]* ?(?:dollars|yen|euros|pounds|bucks)\b|\b(?:per|a) (?:month|seat|user|year) for\b|\bcheapest\b|\blowest price\b|\bprice match\b",
    ],
    "superlative": [
        r"業界(?:no\.?1(?!\d)|ナンバーワン|ナンバー1|最高|最大|最速|最安|初|唯一|トップ|一)|日本(?:一|初|最大|最高)|世界(?:一|初|最高|最大)",
        r"(?:シェア|満足度|実績|品質)(?:no\.?1(?!\d)|ナンバーワン|ナンバー1|トップ|日本一)|\bno\.?1(?!\d)|ナンバーワン|唯一無二|他に類を見ない|完璧|最高峰|右に出る",
        r"\b(?:the )?(?:best|cheapest|fastest|leading|only) (?:in the (?:world|market|industry|business)|on the market)\b|\bnumber one\b|\bno\.? ?1\b|#1\b|\bworld'?s (?:best|first|leading)\b|\bunbeatable\b|\bsecond to none\b",
    ],
    "legal": [
        r"損害賠償|違約金|契約(?:不履行|違反)|法的(?:措置|責任|手段|効力|拘束)|訴訟|告訴|提訴|賠償|免責|補償(?:いた|し|を)|解約(?:自由|金|料|は)",
        r"返金|返品|契約(?:書)?に(?:署名|サイン|捺印)|契約(?:は|が)成立|独占(?:契約|販売)|納期(?:は|を)(?:厳守|必)|\bsla\b",
        r"\blegal action\b|\blawsuit\b|\bsue\b|\bliab(?:le|ility)\b|\bindemnif|\bcompensat(?:e|ion)\b|\bdamages\b|\brefund(?:s|ed)?\b|\bmoney[- ]back\b",
        r"\bbinding (?:offer|contract|agreement)\b|\bpenalt(?:y|ies)\b|\bwe waive\b|\bcancel any ?time\b|\bexclusive (?:rights|deal)\b|\bby signing\b",
    ],
    "medical": [
        r"(?:病気|がん|ガン|癌|糖尿病|うつ|鬱|高血圧|認知症|コロナ|腰痛|肩こり|アトピー|花粉症)[^。\n]{0,12}?(?:治|改善|予防|効果|消え)",
        r"完治|副作用(?:は|が)?(?:なし|無|ありません|ない|ゼロ|ございません)|免疫力(?:が|を)(?:高|上|アップ)|若返り|痩せ|やせる|血液サラサラ|デトックス|万能薬|特効薬",
        r"\bcures?\b|\bheals?\b|\bno side effects\b|\bclinically proven\b|\bmiracle\b|\bweight loss\b|\banti-?aging\b|\bprevents? (?:cancer|disease|covid|diabetes)\b",
    ],
    "financial": [
        r"元本保証|儲か|儲け|利回り|高配当|値上がり(?:確実|します)|不労所得|損(?:は|を)(?:しません|させません)|資産(?:が|を)(?:倍|増やせ)|年利|必勝",
        r"\bguaranteed (?:return|profit|income)s?\b|\b(?:high|double|triple) (?:return|yield)s?\b|\bget rich\b|\bpassive income\b|\bcan'?t lose\b|\brisk[- ]free (?:investment|return)s?\b|\bmake (?:money|millions)\b",
    ],
    "pressure": [
        r"今だけ|今しか|本日限り|本日中|今日中に(?:ご)?(?:返|回|契約|決)|(?:残り|先着|限定)(?:\d+|[一二三四五六七八九十]+)(?:名|社|枠|席)|期間限定|今すぐ(?:ご)?(?:契約|購入|申|お申)",
        r"最後のチャンス|ラストチャンス|早い者勝ち|至急(?:ご)?(?:返|連絡|回答)|お急ぎください|乗り遅れ|取り残され|(?:ご)?返[信事]がない場合|(?:ご)?回答(?:が|を)?(?:いただけ|頂け)ない場合",
        r"\blast chance\b|\blimited[- ]time\b|\bact now\b|\bonly today\b|\btoday only\b|\bhurry\b|\bbefore it'?s too late\b|\bdon'?t miss out\b|\b(?:only )?\d+ (?:spots|seats|places) left\b|\burgent(?:ly)?\b|\bif (?:you do not|you don'?t|we do not|we don'?t) (?:reply|respond|hear)\b|\bexpires? (?:today|tonight|soon)\b",
    ],
    "disparagement": [
        r"(?:他社|競合|競合他社|ライバル)(?:さん|様)?(?:の(?:製品|商品|サービス))?(?:は|が|より|と比べ|に比べ|と違っ)",
        r"(?:劣悪|粗悪|欠陥品|時代遅れ|使い物にならない|インチキ|まがい物|パクリ)",
        r"\b(?:unlike|better than|superior to) (?:our |the |your )?(?:competit|rival|other vendors?|others)|\bcompetitors?(?:'s?)? (?:product|service|solution)s? (?:is|are)\b|\brip-?off\b|\bscam\b|\boutdated\b|\binferior\b",
    ],
    "personal": [
        r"マイナンバー(?:は|が|を)|生年月日|口座番号|カード番号|暗証番号|病歴|持病|離婚|不倫|借金|本籍|支持政党|給与明細|前科|妊娠",
        r"\bsocial security\b|\bpassport number\b|\bcredit card number\b|\bbank account number\b|\bdate of birth\b|\bmedical (?:record|history|condition)\b|\bdivorce\b|\bpregnan|\byour (?:salary|religion|debts?|criminal record)\b",
    ],
}

ALLOWED = [
    "信用保証協会",
    "保証協会",
    "カスタマーサクセス",
    "ソフィアホールディングス",
    "ブース",
    "カース",
    "デーブ",
]


def _banned():
    for match, by_code in (("token", JAPANESE), ("word", ENGLISH)):
        for code, words in by_code.items():
            for word in words.split():
                yield {
                    "word": word,
                    "language": "ja" if match == "token" else "en",
                    "match": match,
                    "code": code,
                }
    for code, phrases in ENGLISH_PHRASES.items():
        for phrase in phrases:
            yield {"word": phrase, "language": "en", "match": "word", "code": code}


def _promises():
    for code, patterns in PROMISES.items():
        for pattern in patterns:
            language = "en" if pattern.startswith(r"\b") else "ja"
            yield {"pattern": pattern, "language": language, "code": code}


def add(apps, _schema_editor):
    apps.get_model("drafts", "SafetyRules").objects.get_or_create(
        version=1,
        defaults={
            "status": "active",
            "banned": list(_banned()),
            "allowed": ALLOWED,
            "url_hosts": [],
            "promises": list(_promises()),
            "note": "",
            "created_by_name": "salesdash",
            "activated_at": timezone.now(),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("drafts", "0002_default_prompts")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
