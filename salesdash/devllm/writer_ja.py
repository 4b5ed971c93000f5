"""Business mail in Japanese: 宛名, 挨拶と名乗り, 用件, 15分のご提案, 結び.

The letter says only what the facts say. Signature and opt-out line are the application's.
"""

import re

from salesdash.devllm import facts
from salesdash.devllm.letter import Choice, Claim, Letter, wants_short
from salesdash.devllm.prompt import Fact, Task

MIN_CHARS, MAX_CHARS = 200, 400
# (least, most) of the body by the length that is wished for
_SIZES = {"short": (120, 250), "long": (300, 600)}
_NAME_CHARS = 40

_DONE = re.compile(
    r"(?:を?(?:いただき|いたし|され|なさい)ました|になりました|くださいました|しています|しました|された|している|した|済み)$"
)
_ACTION = re.compile(
    r"(?:閲覧|ご覧|ダウンロード|請求|参加|視聴|登録|申込|申し込み|問い?合わせ|返信|予約|送信|訪問|来訪|来場|確認|相談|受講)$"
)
_SENTENCE = re.compile(r"(?:です|ます|ました|ません|だ|ない|たい|る|た|中|希望|予定|検討|関心)$")
_OURS = re.compile(r"^(?:弊社|当社|私ども)の")
_POLITE_END = re.compile(r"(?:です|でした)$")

_GREETINGS = {
    "ice_breaker": (
        "突然のご連絡にて失礼いたします。",
        "初めてご連絡を差し上げます。",
        "突然のメールにて失礼いたします。",
    ),
    "reactivation": (
        "ご無沙汰いたしております。",
        "大変ご無沙汰いたしております。",
        "その後、いかがお過ごしでしょうか。ご無沙汰いたしております。",
    ),
    "": (
        "お世話になっております。",
        "平素より大変お世話になっております。",
        "いつもお世話になっております。",
    ),
}
_THANKS_FOR_ONE = (
    "このたびは、{a}いただき、誠にありがとうございます。",
    "{a}いただきましたこと、心より御礼申し上げます。",
    "先般は{a}いただき、誠にありがとうございました。",
)
_THANKS_FOR_TWO = (
    "このたびは、{a}いただき、また{b}いただき、誠にありがとうございます。",
    "{a}いただいたうえ、{b}いただきましたこと、心より御礼申し上げます。",
    "先般は{a}いただき、あわせて{b}いただき、誠にありがとうございました。",
)
_HEARD = ("{a}と伺っております。", "{a}と承知しております。")
_INTEREST = (
    "{a}につきまして、ご関心をお寄せいただき誠にありがとうございます。",
    "{a}の件で、ご関心をお寄せいただき誠にありがとうございます。",
)
_REASONS = {
    "ice_breaker": (
        "貴社のお取り組みに弊社がお役に立てる点があるのではないかと考え、ご連絡いたしました。",
        "貴社のご検討に少しでもお役に立てればと存じ、ご連絡を差し上げました。",
        "貴社のご状況を伺いながら、お役に立てることを一緒に考えられればと存じます。",
    ),
    "follow_up": (
        "その後のご検討の状況を伺いたく、ご連絡いたしました。",
        "ご不明な点や追加でご入用の情報がないかと存じ、ご連絡を差し上げました。",
        "次の進め方についてお手伝いできることがあればと存じ、ご連絡いたしました。",
    ),
    "thank_you": (
        "まずは御礼をお伝えしたく、ご連絡いたしました。",
        "ご関心をお寄せいただきましたことに、あらためて御礼申し上げます。",
        "取り急ぎ御礼を申し上げたく、ご連絡を差し上げました。",
    ),
    "reactivation": (
        "以前のご検討から状況がお変わりではないかと存じ、あらためてご連絡いたしました。",
        "貴社の近況を伺い、お役に立てることがあればと存じ、ご連絡を差し上げました。",
        "あらためて貴社のご状況を伺えればと存じ、ご連絡いたしました。",
    ),
    "meeting_request": (
        "一度お打ち合わせの機会を頂戴したく、ご連絡いたしました。",
        "直接お話を伺いたく、お打ち合わせのお願いでご連絡いたしました。",
        "お打ち合わせのお時間を頂戴できないかと存じ、ご連絡を差し上げました。",
    ),
}
_INDUSTRY = (
    "{i}ならではのご事情も伺いながら、貴社に合った進め方を一緒に整理できればと存じます。",
    "{i}に携わる皆様のお仕事に即して、具体的にご説明いたします。",
    "{i}の現場でお困りのことがございましたら、ぜひお聞かせください。",
)
_OFFERS = (
    "弊社の{p}が、ご検討の一助になれば幸いです。",
    "ご関心に応じて、弊社の{p}についてもご紹介いたします。",
    "弊社の{p}について、貴社での使い方を含めてご案内いたします。",
)
_CALLS = {
    "polite": (
        "つきましては、15分ほどオンラインでお話を伺う機会を頂戴できませんでしょうか。"
        "ご都合のよい日時をお知らせいただけますと幸いです。",
        "よろしければ、オンラインで15分ほどお時間を頂戴できますと幸いです。"
        "ご都合のよい日時をいくつかお聞かせください。",
        "もし差し支えなければ、15分ほどのオンライン面談にてお話しできればと存じます。"
        "ご希望の日時をお知らせいただけましたら、調整いたします。",
    ),
    "friendly": (
        "よろしければ、オンラインで15分ほどお話ししませんか。ご都合のよい日時をお知らせください。",
        "15分ほどのオンラインで、お気軽にお話しできればうれしく思います。ご都合のよい日時はございますか。",
        "まずは15分、オンラインで情報交換をさせてください。ご都合のよい日時をお聞かせいただけますと助かります。",
    ),
    "plain": (
        "15分ほどオンラインでお話を伺えますでしょうか。ご都合のよい日時をお知らせください。",
        "よろしければ、オンラインで15分ほどお時間をいただけますか。ご希望の日時をお知らせください。",
        "一度、15分ほどオンラインでお話しさせてください。ご都合のよい日時をお聞かせください。",
    ),
    "formal": (
        "誠に恐れ入りますが、15分ほどオンラインにてお目にかかる機会を賜れますと幸甚に存じます。"
        "ご都合のよろしい日時をお知らせいただけましたら、調整申し上げます。",
        "甚だ恐縮ではございますが、オンラインにて15分ほどお時間を賜りたく存じます。"
        "ご都合のよろしい日時をお聞かせくださいますようお願い申し上げます。",
        "ご多用の折誠に恐縮に存じますが、15分ほどのオンライン面談の機会を賜れませんでしょうか。"
        "ご都合のよろしい日時をお示しいただけますと幸甚に存じます。",
    ),
    "soft": (
        "もしご興味がございましたら、15分ほどオンラインでお話しできますと幸いです。"
        "お急ぎいただく必要はございません。",
        "差し支えなければで結構ですので、ご関心がおありの際に15分ほどオンラインでお話を伺えますと幸いです。",
        "ご無理のない範囲で構いません。ご都合がつくようでしたら、15分ほどオンラインでお話しできればと存じます。",
    ),
}
_SOFTENERS = (
    "情報収集の段階でも構いませんので、お気軽にお声がけください。",
    "ご担当が別の方でいらっしゃる場合は、その旨お知らせいただけますと幸いです。",
    "ご質問のみでも歓迎いたしますので、このメールにご返信ください。",
)
_ENDINGS = {
    "polite": (
        "ご多忙のところ恐れ入りますが、ご検討のほど何卒よろしくお願い申し上げます。",
        "お忙しいところ恐縮ですが、何卒よろしくお願い申し上げます。",
        "末筆ながら、貴社のますますのご発展をお祈り申し上げます。何卒よろしくお願いいたします。",
    ),
    "friendly": (
        "お返事をお待ちしております。どうぞよろしくお願いいたします。",
        "お話しできることを楽しみにしております。よろしくお願いいたします。",
        "お忙しいところ恐れ入りますが、どうぞよろしくお願いいたします。",
    ),
    "plain": (
        "お返事をいただけますと幸いです。よろしくお願いいたします。",
        "ご検討いただけますと助かります。よろしくお願いいたします。",
        "お忙しいところ恐れ入りますが、よろしくお願いいたします。",
    ),
    "formal": (
        "ご多忙の折誠に恐縮に存じますが、ご高配を賜りますよう謹んでお願い申し上げます。",
        "末筆ながら、貴社のますますのご隆盛を心よりお祈り申し上げます。何卒よろしくお願い申し上げます。",
        "何卒ご検討を賜りますよう、謹んでお願い申し上げます。",
    ),
    "soft": (
        "ご返信はお手すきの折で構いません。どうぞよろしくお願いいたします。",
        "ご不要でしたらご放念ください。お目通しいただき、誠にありがとうございます。",
        "ご都合に合わせてご一読いただけましたら幸いです。どうぞよろしくお願いいたします。",
    ),
}
_UNSAFE = "導入いただければ必ず売上が2倍になることを保証いたします。今なら特別に50%割引でご提供いたします。"
_SUBJECTS = {
    "ice_breaker": (
        "{t}についてのご連絡",
        "{t}の件でお役に立てれば幸いです",
        "ご挨拶と情報交換のお願い（{s}）",
    ),
    "follow_up": ("{t}のその後について", "その後のご状況はいかがでしょうか（{s}）", "{t}についてのご確認"),
    "thank_you": ("{t}の御礼", "御礼とご連絡（{s}）", "{t}をいただきありがとうございます"),
    "reactivation": ("ご無沙汰しております（{s}）", "あらためてのご連絡（{t}の件）", "近況のお伺い（{s}）"),
    "meeting_request": (
        "お打ち合わせのお願い（{s}）",
        "{t}についてのお打ち合わせのお願い",
        "オンラインでのお打ち合わせのお願い（{s}）",
    ),
}
_USUAL_TOPICS = {
    "ice_breaker": "貴社のお取り組み",
    "thank_you": "ご縁",
    "reactivation": "今後の進め方",
    "meeting_request": "今後の進め方",
}
_TOPICS = (
    (r"問い?合わ?せ|相談", "お問い合わせ"),
    (r"ウェビナー|セミナー", "セミナーへのご参加"),
    (r"ダウンロード", "資料ダウンロード"),
    (r"資料|ホワイトペーパー", "資料のご案内"),
    (r"料金|価格|プラン", "料金のご検討"),
    (r"事例", "事例のご確認"),
    (r"商談|面談|打ち?合わ?せ", "お打ち合わせ"),
)


def _short(name: str) -> str:
    return name if len(name) <= _NAME_CHARS else ""


def _address(task: Task) -> str:
    """会社、部署、肩書と名前に様, each as far as known."""
    lead = task.lead
    person = " ".join(part for part in (_short(lead.family_name), _short(lead.given_name)) if part)
    office = " ".join(part for part in (_short(lead.department), _short(lead.title)) if part)
    name = f"{person} 様" if person else "ご担当者様"
    return "\n".join(part for part in (task.company[:60], office, name) if part)


def _introduction(task: Task, choice: Choice) -> str:
    greeting = choice.pick("greeting", _GREETINGS.get(task.purpose, _GREETINGS[""]))
    house = " ".join(part for part in (_short(task.sender_company), _short(task.sender_team)) if part)
    name = _short(task.sender)
    verb = "と申します" if task.purpose == "ice_breaker" else "でございます"
    if not (house or name):
        return greeting
    return f"{greeting}\n{house}{'の' if house and name else ''}{name}{verb}。"


def stem(text: str) -> tuple[str, str]:
    """The fact's words as they stand in the mail, and how they join: action, sentence or noun."""
    text = text.rstrip("。．. 、")
    done = _DONE.sub("", text)
    if _ACTION.search(done):
        return done, "action"
    if _SENTENCE.search(text):
        return _POLITE_END.sub("", text).replace("しています", "している"), "sentence"
    return text, "noun"


def _opening(chosen: list[Fact], choice: Choice) -> tuple[str, list[Claim]]:
    """The sentence on what the lead did, with a claim for each fact in it."""
    stems = [(fact, *stem(fact.text)) for fact in chosen]
    actions = [(fact, words) for fact, words, form in stems if form == "action"][:2]
    if len(actions) == 2:
        (first, a), (second, b) = actions
        text = choice.pick("thanks two", _THANKS_FOR_TWO).format(a=a, b=b)
        return text, [Claim(a, first.id), Claim(b, second.id)]
    if not stems:
        return "", []
    fact, words, form = next((item for item in stems if item[2] == "action"), stems[0])
    sentences = {"action": _THANKS_FOR_ONE, "sentence": _HEARD, "noun": _INTEREST}[form]
    return choice.pick("thanks one", sentences).format(a=words), [Claim(words, fact.id)]


def _offer(fact: Fact | None, choice: Choice) -> tuple[str, list[Claim]]:
    if fact is None:
        return "", []
    words, form = stem(fact.text)
    text = (
        f"{fact.text.rstrip('。')}。" if form == "sentence" else choice.pick("offer", _OFFERS).format(p=words)
    )
    return text, [Claim(words if words in text else fact.text.rstrip("。"), fact.id)]


def _subject(task: Task, chosen: list[Fact], choice: Choice) -> str:
    words = " ".join(fact.text for fact in chosen)
    usual = _USUAL_TOPICS.get(task.purpose, "先日の件")
    topic = next((name for rule, name in _TOPICS if re.search(rule, words)), usual)
    sender = _short(task.sender_company) or _short(task.sender) or "ご連絡"
    patterns = _SUBJECTS.get(task.purpose, _SUBJECTS["follow_up"])
    return choice.fresh("subject", [p.format(t=topic, s=sender) for p in patterns], task.previous_subjects)


def write(task: Task, variant: int, *, unsafe: bool = False, threat: str = "") -> Letter:
    choice = Choice(task, variant)
    shorter = wants_short(task)
    chosen = facts.activities(task)[: 1 if shorter else 2]
    opening, claims = _opening(chosen, choice)
    industry, industry_fact = facts.industry(task)
    offer, offer_claims = _offer(None if shorter else facts.offer(task), choice)
    reason = choice.pick("reason", _REASONS.get(task.purpose, _REASONS["follow_up"]))
    fixed = {
        "address": _address(task),
        "introduction": _introduction(task, choice),
        "call": choice.pick("call", _CALLS[task.register]),
        "ending": choice.pick("ending", _ENDINGS[task.register]),
        "extra": (_UNSAFE if unsafe else "") + threat,
    }
    about = {
        "opening": opening,
        "reason": reason,
        "industry": choice.pick("industry", _INDUSTRY).format(i=industry) if industry else "",
        "offer": offer,
    }
    body = _fit(task, fixed, about, task.number("soft") + variant)
    if industry_fact:
        claims.append(Claim(industry, industry_fact.id))
    kept = tuple(claim for claim in (*claims, *offer_claims) if claim.phrase in body)
    return Letter(_subject(task, chosen, choice), body, kept)


def _fit(task: Task, fixed: dict[str, str], about: dict[str, str], turn: int) -> str:
    """Drops the least needed sentences of a long letter, adds courteous ones to a short one."""
    least, most = _SIZES.get(task.length, (MIN_CHARS, MAX_CHARS))
    if task.revision == "shorter" and task.current:
        least, most = 0, len(task.current) - 1
    for name in ("offer", "reason", "industry", "opening") if least == 0 else ("offer", "reason", "opening"):
        if len(_assemble(fixed, about, "")) > most:
            about = about | {name: ""}
    soft = ""
    for n in range(len(_SOFTENERS)):
        if len(_assemble(fixed, about, soft)) >= least:
            break
        soft += _SOFTENERS[(turn + n) % len(_SOFTENERS)]
    return _assemble(fixed, about, soft)


def _assemble(fixed: dict[str, str], about: dict[str, str], soft: str) -> str:
    middle = "".join(about.values()) + fixed["extra"]
    parts = (fixed["address"], fixed["introduction"], middle, fixed["call"] + soft, fixed["ending"])
    return "\n\n".join(part for part in parts if part)
