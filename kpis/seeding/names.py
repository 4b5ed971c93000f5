"""Names by combination. Checked against the public list of Japanese disclosure filers: none is real."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

# (kanji, kana, romaji)
PLACES: Final = (
    ("青葉", "アオバ", "Aoba"), ("北斗", "ホクト", "Hokuto"), ("若草", "ワカクサ", "Wakakusa"),
    ("朝凪", "アサナギ", "Asanagi"), ("星見", "ホシミ", "Hoshimi"), ("水無瀬", "ミナセ", "Minase"),
    ("桜台", "サクラダイ", "Sakuradai"), ("白峰", "シラミネ", "Shiramine"), ("月岡", "ツキオカ", "Tsukioka"),
    ("澄川", "スミカワ", "Sumikawa"), ("風早", "カザハヤ", "Kazahaya"), ("鳴海", "ナルミ", "Narumi"),
    ("緑ヶ丘", "ミドリガオカ", "Midorigaoka"), ("東雲", "シノノメ", "Shinonome"), ("八雲", "ヤクモ", "Yakumo"),
    ("千種", "チグサ", "Chigusa"), ("藤波", "フジナミ", "Fujinami"), ("暁", "アカツキ", "Akatsuki"),
    ("霧島野", "キリシマノ", "Kirishimano"), ("稲穂", "イナホ", "Inaho"), ("汐見", "シオミ", "Shiomi"),
    ("蒼天", "ソウテン", "Soten"), ("瑞樹", "ミズキ", "Mizuki"), ("遠音", "トオネ", "Tone"),
    ("楓橋", "カエデバシ", "Kaedebashi"), ("涼風", "スズカゼ", "Suzukaze"), ("宵待", "ヨイマチ", "Yoimachi"),
    ("笹舟", "ササブネ", "Sasabune"), ("花筏", "ハナイカダ", "Hanaikada"), ("雪代", "ユキシロ", "Yukishiro"),
    ("麦秋", "バクシュウ", "Bakushu"), ("ミナモ", "ミナモ", "Minamo"), ("ソラリオ", "ソラリオ", "Solario"),
    ("カナタ", "カナタ", "Kanata"), ("ヒナタ野", "ヒナタノ", "Hinatano"), ("リンドウ", "リンドウ", "Rindo"),
    ("トワイ", "トワイ", "Towai"), ("アサギリ", "アサギリ", "Asagiri"), ("ユメジ", "ユメジ", "Yumeji"),
    ("ハルカゼ", "ハルカゼ", "Harukaze"),
)  # fmt: skip

# industry → (kanji, kana, english)
TRADES: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "manufacturing": (
        ("精工", "セイコウ", "Precision"), ("電機", "デンキ", "Electric"), ("金属加工", "キンゾクカコウ", "Metalworks"),
        ("樹脂工業", "ジュシコウギョウ", "Plastics"), ("機械製作所", "キカイセイサクショ", "Machinery"),
        ("計測器", "ケイソクキ", "Instruments"),
    ),
    "construction": (
        ("建設", "ケンセツ", "Construction"), ("住宅", "ジュウタク", "Homes"), ("設備工業", "セツビコウギョウ", "Building Systems"),
        ("土木", "ドボク", "Civil Works"),
    ),
    "logistics": (
        ("物流", "ブツリュウ", "Logistics"), ("運輸", "ウンユ", "Transport"), ("倉庫", "ソウコ", "Warehousing"),
        ("急便", "キュウビン", "Express"),
    ),
    "retail": (
        ("商店", "ショウテン", "Stores"), ("ホームマート", "ホームマート", "Home Mart"), ("衣料", "イリョウ", "Apparel"),
        ("産業", "サンギョウ", "Trading"),
    ),
    "food": (
        ("食品", "ショクヒン", "Foods"), ("製菓", "セイカ", "Confectionery"), ("フードサービス", "フードサービス", "Food Service"),
        ("酒造", "シュゾウ", "Brewery"),
    ),
    "finance": (
        ("リース", "リース", "Leasing"), ("ファイナンス", "ファイナンス", "Finance"), ("保険サービス", "ホケンサービス", "Insurance"),
    ),
    "software": (
        ("システムズ", "システムズ", "Systems"), ("ソフトウェア", "ソフトウェア", "Software"), ("データワークス", "データワークス", "Dataworks"),
        ("クラウド", "クラウド", "Cloud"), ("テクノロジーズ", "テクノロジーズ", "Technologies"),
    ),
    "medical": (
        ("メディカル", "メディカル", "Medical"), ("ケアサービス", "ケアサービス", "Care"), ("薬品", "ヤクヒン", "Pharma"),
    ),
    "education": (("教育研究社", "キョウイクケンキュウシャ", "Learning"), ("アカデミー", "アカデミー", "Academy")),
    "professional": (
        ("コンサルティング", "コンサルティング", "Consulting"), ("会計パートナーズ", "カイケイパートナーズ", "Accounting"),
        ("人材サービス", "ジンザイサービス", "Staffing"),
    ),
    "media": (("広告", "コウコク", "Advertising"), ("印刷", "インサツ", "Printing"), ("映像", "エイゾウ", "Pictures")),
    "energy": (("エナジー", "エナジー", "Energy"), ("ガスサービス", "ガスサービス", "Gas"), ("環境開発", "カンキョウカイハツ", "Environment")),
}  # fmt: skip

INDUSTRY_WEIGHTS: Final = {
    "manufacturing": 24, "software": 17, "retail": 11, "construction": 9, "logistics": 9, "professional": 8,
    "food": 6, "medical": 5, "finance": 4, "media": 3, "energy": 2, "education": 2,
}  # fmt: skip

REGIONS: Final = (
    ("東京都", 34), ("神奈川県", 9), ("大阪府", 13), ("愛知県", 10), ("埼玉県", 5), ("千葉県", 5), ("兵庫県", 5),
    ("福岡県", 5), ("京都府", 4), ("北海道", 3), ("静岡県", 3), ("広島県", 2), ("宮城県", 2),
)  # fmt: skip

FAMILIES: Final = (
    ("佐藤", "サトウ"), ("鈴木", "スズキ"), ("高橋", "タカハシ"), ("髙橋", "タカハシ"), ("田中", "タナカ"), ("伊藤", "イトウ"),
    ("渡辺", "ワタナベ"), ("渡邉", "ワタナベ"), ("山本", "ヤマモト"), ("中村", "ナカムラ"), ("小林", "コバヤシ"), ("加藤", "カトウ"),
    ("吉田", "ヨシダ"), ("山田", "ヤマダ"), ("佐々木", "ササキ"), ("山口", "ヤマグチ"), ("松本", "マツモト"), ("井上", "イノウエ"),
    ("木村", "キムラ"), ("林", "ハヤシ"), ("斎藤", "サイトウ"), ("齋藤", "サイトウ"), ("清水", "シミズ"), ("山崎", "ヤマザキ"),
    ("山﨑", "ヤマザキ"), ("森", "モリ"), ("阿部", "アベ"), ("池田", "イケダ"), ("橋本", "ハシモト"), ("石川", "イシカワ"),
    ("前田", "マエダ"), ("藤田", "フジタ"), ("岡田", "オカダ"), ("後藤", "ゴトウ"), ("長谷川", "ハセガワ"), ("村上", "ムラカミ"),
    ("近藤", "コンドウ"), ("石井", "イシイ"), ("坂本", "サカモト"), ("遠藤", "エンドウ"), ("青木", "アオキ"), ("西村", "ニシムラ"),
    ("福田", "フクダ"), ("太田", "オオタ"), ("三浦", "ミウラ"), ("岡本", "オカモト"), ("松田", "マツダ"), ("中川", "ナカガワ"),
)  # fmt: skip

GIVENS: Final = (
    ("健一", "ケンイチ", "Kenichi"), ("大輔", "ダイスケ", "Daisuke"), ("翔太", "ショウタ", "Shota"), ("拓也", "タクヤ", "Takuya"),
    ("直人", "ナオト", "Naoto"), ("慎太郎", "シンタロウ", "Shintaro"), ("隆", "タカシ", "Takashi"), ("誠", "マコト", "Makoto"),
    ("浩二", "コウジ", "Koji"), ("聡", "サトシ", "Satoshi"), ("亮", "リョウ", "Ryo"), ("達也", "タツヤ", "Tatsuya"),
    ("和也", "カズヤ", "Kazuya"), ("修平", "シュウヘイ", "Shuhei"), ("由美子", "ユミコ", "Yumiko"), ("美咲", "ミサキ", "Misaki"),
    ("さくら", "サクラ", "Sakura"), ("彩", "アヤ", "Aya"), ("恵", "メグミ", "Megumi"), ("香織", "カオリ", "Kaori"),
    ("真理子", "マリコ", "Mariko"), ("陽子", "ヨウコ", "Yoko"), ("智子", "トモコ", "Tomoko"), ("葵", "アオイ", "Aoi"),
    ("優子", "ユウコ", "Yuko"), ("愛", "アイ", "Ai"), ("奈々", "ナナ", "Nana"), ("裕介", "ユウスケ", "Yusuke"),
    ("俊介", "シュンスケ", "Shunsuke"), ("康平", "コウヘイ", "Kohei"), ("千尋", "チヒロ", "Chihiro"), ("悠", "ユウ", "Yu"),
)  # fmt: skip

FOREIGN: Final = (
    ("Nguyen", "Thi Lan"), ("Müller", "Alexander"), ("Smith", "Emily"), ("Chen", "Wei"), ("Garcia", "Lucía"),
    ("Kim", "Min-jun"), ("Patel", "Anika"), ("Brown", "James"), ("Dubois", "Claire"), ("Tan", "Jia Hui"),
)  # fmt: skip

DEPARTMENTS: Final = (
    "情報システム部", "営業企画部", "経営企画室", "製造部", "生産管理部", "総務部", "人事部", "マーケティング部",
    "購買部", "品質保証部", "物流管理部", "DX推進室", "経理部", "カスタマーサポート部",
)  # fmt: skip
DEPARTMENTS_EN: Final = (
    "IT",
    "Sales Planning",
    "Operations",
    "Marketing",
    "Procurement",
    "Corporate Planning",
)
TITLES: Final = (
    ("", 22),
    ("部長", 14),
    ("課長", 20),
    ("係長", 10),
    ("主任", 12),
    ("マネージャー", 10),
    ("取締役", 5),
    ("室長", 7),
)
TITLES_EN: Final = (("", 30), ("Manager", 30), ("Director", 20), ("Head of Operations", 10), ("VP", 10))


@dataclass(frozen=True, slots=True)
class CompanyName:
    name: str
    kana: str
    english: str
    domain: str
    industry: str


def companies(rng: Random, count: int) -> list[CompanyName]:
    """`count` distinct names. Domains end in .example (RFC 2606), which can never receive mail."""
    found: dict[str, CompanyName] = {}
    industries, weights = list(INDUSTRY_WEIGHTS), list(INDUSTRY_WEIGHTS.values())
    while len(found) < count:
        industry = rng.choices(industries, weights)[0]
        first, second = rng.choice(PLACES), rng.choice(PLACES)
        trade = rng.choice(TRADES[industry])
        # two place words now and then: forty alone would soon run out
        parts = (first, trade) if rng.random() < 0.35 or first == second else (first, second, trade)
        kanji, kana = ("".join(part[i] for part in parts) for i in (0, 1))
        english = " ".join(part[2] for part in parts)
        form = rng.choices(("株式会社", "株式会社後", "有限会社", "合同会社"), (52, 36, 6, 6))[0]
        name = f"{kanji}株式会社" if form == "株式会社後" else f"{form}{kanji}"
        domain = "-".join(english.lower().split()) + ".example"
        if kanji not in found:
            found[kanji] = CompanyName(name, kana, f"{english} Inc.", domain, industry)
    return list(found.values())


def weighted(rng: Random, options: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([option for option, _ in options], [weight for _, weight in options])[0]
