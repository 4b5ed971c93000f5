"""Business mail in English: greeting, what the lead did, why we write, a 15-minute call, close.

The letter says only what the facts say. Signature and opt-out line are the application's.
"""

import re

from salesdash.devllm import facts
from salesdash.devllm.letter import Choice, Claim, Letter, wants_short
from salesdash.devllm.prompt import Fact, Task

MIN_WORDS, MAX_WORDS = 80, 160
# (least, most) of the body by the length that is wished for
_SIZES = {"short": (45, 95), "long": (110, 220)}
_NAME_CHARS, _COMPANY_CHARS = 40, 80

_SUBJECT_WORD = re.compile(r"^(?:the lead|they|he|she|you)\s+", re.IGNORECASE)
_SECOND_PERSON = {
    "is": "are",
    "was": "were",
    "has": "have",
    "plans": "plan",
    "wants": "want",
    "needs": "need",
    "uses": "use",
    "considers": "consider",
    "looks": "look",
}
_ACTION = re.compile(
    r"^(?:viewed|downloaded|requested|attended|joined|registered|signed up|visited|watched|asked|submitted|"
    r"booked|replied|looked|read|contacted|filled|inquired|enquired|spoke|met)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|has|have|plans|wants|needs|uses|considers|looks)\b", re.IGNORECASE
)

_DOUBLE_STOP = re.compile(r"(?<!\.)\.\.(?!\.)")  # "… Ltd." at the end of a sentence

_GREETINGS = {"polite": ("Dear {n},", "Hello {n},"), "friendly": ("Hi {n},", "Hello {n},")}
_INTRODUCTIONS = {
    "ice_breaker": (
        "My name is {s}, and this is my first note to you.",
        "I am {s}, writing for the first time.",
    ),
    "": ("This is {s}, getting back to you.", "This is {s} writing to you."),
}
_THANKS = (
    "Thank you for your interest: I saw that you {a}.",
    "I noticed that you {a}, and I would like to thank you for your interest.",
    "I saw that you {a}. Thank you for taking the time.",
)
_HEARD = ("I understand that {a}.", "From what we have heard, {a}.")
_ABOUT = (
    "Thank you for your interest in the following: {a}.",
    "I am writing about the following: {a}.",
)
_REASONS = {
    "ice_breaker": (
        "I would be glad to learn what you are working on and to see whether we can be of use to {c}.",
        "I thought a short exchange might help you decide whether we could support {c}.",
        "If it is helpful, I would be happy to show how our work could fit the way {c} operates.",
    ),
    "follow_up": (
        "I wanted to ask how things stand at {c} and whether you need anything further from us.",
        "I am following up to see whether any questions have come up at {c} in the meantime.",
        "Please let me know whether the next step at {c} is something we can help with.",
    ),
    "thank_you": (
        "I simply wanted to say thank you to you and your colleagues at {c}.",
        "Please accept my thanks, also on behalf of my team, to everyone involved at {c}.",
        "It means a lot to us that {c} took the time.",
    ),
    "reactivation": (
        "It has been a while since we were last in touch, and I would like to hear how things stand at {c}.",
        "As some time has passed, I wanted to ask whether priorities at {c} have changed.",
        "We have not spoken for a while, so I would be glad to hear what matters to {c} now.",
    ),
    "meeting_request": (
        "I would like to ask for a short meeting to understand what {c} needs.",
        "Would you be open to a short meeting about what {c} is planning?",
        "I would value the chance to discuss what would be useful to {c}.",
    ),
}
_INDUSTRY = (
    "I am aware that work in {i} has its own requirements, so I would rather listen first.",
    "I will keep the conversation close to everyday work in {i}.",
    "If there are points particular to {i}, I would like to hear about them.",
)
_OFFERS = (
    "I can also tell you more about {p}, if that is of interest.",
    "If it fits your plans, I would be glad to introduce {p}.",
)
_CALLS = {
    "polite": (
        "Would you be available for a 15-minute online call? "
        "If so, please let me know a date and time that suit you.",
        "May I suggest a 15-minute online call? I will gladly work around your schedule.",
        "If you are open to it, I would appreciate 15 minutes of your time online, whenever it suits you.",
    ),
    "friendly": (
        "Would you be up for a 15-minute online call? Just send me a time that works for you.",
        "How about a 15-minute chat online? I am happy to fit in with your schedule.",
        "Could we talk online for 15 minutes? Please pick any time that suits you.",
    ),
    "plain": (
        "Would a 15-minute online call work for you? Please let me know a time that suits you.",
        "Could we have a 15-minute online call? Please tell me when it suits you.",
        "I would like to suggest a 15-minute online call. Please let me know a good time.",
    ),
    "formal": (
        "I would be most grateful for the opportunity of a 15-minute online call at your convenience. "
        "Kindly let me know a date and time that would suit you.",
        "May I respectfully ask for 15 minutes of your time for an online call? "
        "I would gladly arrange it around your schedule.",
        "Should your schedule permit, I would greatly appreciate a 15-minute online call. "
        "Please be so kind as to let me know your preferred date and time.",
    ),
    "soft": (
        "If it would be of interest, I would be glad to talk online for 15 minutes. There is no hurry.",
        "Should you feel like it at some point, a 15-minute online call would be welcome at any time.",
        "Only if it is convenient: I would be happy to talk online for 15 minutes, at any time you like.",
    ),
}
_SOFTENERS = (
    "There is no need to prepare anything, and a brief reply with questions is just as welcome.",
    "If a colleague is the better person to speak to, I would be grateful if you could point me to them.",
    "Please also feel free to tell me if this is not a priority at the moment; I will understand.",
)
_ENDINGS = {
    "polite": (
        "Thank you for your time and consideration. I look forward to hearing from you.",
        "Thank you in advance, and please do not hesitate to ask if anything is unclear.",
        "I appreciate your time and look forward to your reply.",
    ),
    "friendly": (
        "Thanks for reading, and I look forward to hearing from you.",
        "Thank you, and I hope to speak with you soon.",
        "Many thanks, and I would be glad to hear from you.",
    ),
    "plain": (
        "Thank you for your time. I look forward to your reply.",
        "Thank you, and I would be glad to hear from you.",
        "Thanks for reading. I look forward to hearing from you.",
    ),
    "formal": (
        "I thank you most sincerely for your kind consideration and would be honoured to hear from you.",
        "Please accept my sincere thanks for your time. I would greatly appreciate your reply.",
        "With many thanks for your kind attention, I look forward to the pleasure of hearing from you.",
    ),
    "soft": (
        "Thank you for reading this; please reply only when you have a moment.",
        "If this is not for you, please feel free to disregard this note. Thank you for your time.",
        "Thank you for taking a look. I would be glad to hear from you at any time.",
    ),
}
_UNSAFE = "We guarantee that your sales will double, and you get a 50% discount if you sign this week."
_SUBJECTS = {
    "ice_breaker": ("A short introduction from {s}", "{t}: a question from {s}", "An idea for {c}"),
    "follow_up": ("{t}: following up", "{t}: any questions?", "Checking in with {c}"),
    "thank_you": ("Thank you from {s}", "{t}: thank you", "With thanks to {c}"),
    "reactivation": ("{t}: it has been a while", "Checking in with {c}", "Hello again from {s}"),
    "meeting_request": ("{t}: a short meeting?", "A short meeting with {c}", "A meeting request from {s}"),
}
_TOPICS = (
    (r"inquir|enquir|asked|contact", "Your inquiry"),
    (r"webinar|seminar", "Our webinar"),
    (r"download", "Your download"),
    (r"document|whitepaper|brochure", "The material"),
    (r"pricing|price|plan", "Pricing"),
    (r"case stud", "Case studies"),
    (r"meeting|demo", "Our conversation"),
)
# Industries of Japanese data that an English mail may name; no claim is made for a translation.
_INDUSTRIES = {
    "製造業": "manufacturing",
    "情報通信": "information technology",
    "情報通信業": "information technology",
    "IT": "information technology",
    "建設業": "construction",
    "卸売業": "wholesale",
    "小売業": "retail",
    "卸売業・小売業": "wholesale and retail",
    "金融業": "finance",
    "保険業": "insurance",
    "不動産業": "real estate",
    "運輸業": "logistics",
    "物流": "logistics",
    "医療": "healthcare",
    "医療・福祉": "healthcare",
    "教育": "education",
    "サービス業": "services",
    "飲食業": "food service",
    "農業": "agriculture",
    "公共": "the public sector",
}


def _short(name: str, chars: int = _NAME_CHARS) -> str:
    return name if len(name) <= chars else ""


def _name(task: Task) -> str:
    """Given name first where it is written in Latin letters, the Japanese order otherwise."""
    parts = [_short(task.lead.given_name), _short(task.lead.family_name)]
    known = [part for part in parts if part]
    if not known:
        return "Sir or Madam"
    if all(part.isascii() for part in known):
        return known[0] if task.tone == "friendly" else " ".join(known)
    return f"{known[-1]}-san"


def _introduction(task: Task, choice: Choice) -> str:
    house = ", ".join(part for part in (_short(task.sender_team), _short(task.sender_company)) if part)
    name = _short(task.sender)
    patterns = _INTRODUCTIONS.get(task.purpose, _INTRODUCTIONS[""])
    if not name:
        return f"I am writing to you from {house}." if house else ""
    who = f"{name} from {house}" if house else name
    return choice.pick("introduction", patterns).format(s=who)


def stem(text: str) -> tuple[str, str]:
    """The fact's words as they stand in the mail, and how they join: action, clause or noun."""
    text = text.rstrip(". ")
    said = _SUBJECT_WORD.sub("", text)
    if _ACTION.search(said):
        return said[:1].lower() + said[1:], "action"
    if said != text:
        verb, _, rest = said.partition(" ")
        return f"you {_SECOND_PERSON.get(verb, verb)} {rest}".rstrip(), "clause"
    return text, "clause" if _CLAUSE.search(text) else "noun"


def _opening(chosen: list[Fact], choice: Choice) -> tuple[str, list[Claim]]:
    stems = [(fact, *stem(fact.text)) for fact in chosen]
    actions = [(fact, words) for fact, words, form in stems if form == "action"][:2]
    if actions:
        text = choice.pick("thanks", _THANKS).format(a=" and ".join(words for _, words in actions))
        return text, [Claim(words, fact.id) for fact, words in actions]
    if not stems:
        return "", []
    fact, words, form = stems[0]
    text = choice.pick("about", _HEARD if form == "clause" else _ABOUT).format(a=words)
    return text, [Claim(words, fact.id)]


def _offer(fact: Fact | None, choice: Choice) -> tuple[str, list[Claim]]:
    if fact is None:
        return "", []
    words, form = stem(fact.text)
    is_sentence = form == "clause" or fact.text.rstrip().endswith(".")
    text = f"{words}." if is_sentence else choice.pick("offer", _OFFERS).format(p=words)
    return text, [Claim(words, fact.id)]


def _industry(task: Task, choice: Choice) -> tuple[str, list[Claim]]:
    name, fact = facts.industry(task)
    name = name or _INDUSTRIES.get(task.industry, "")
    if not name:
        return "", []
    return choice.pick("industry", _INDUSTRY).format(i=name), [Claim(name, fact.id)] if fact else []


def _subject(task: Task, chosen: list[Fact], choice: Choice) -> str:
    words = " ".join(fact.text for fact in chosen)
    topic = next(
        (name for rule, name in _TOPICS if re.search(rule, words, re.IGNORECASE)), "Working together"
    )
    values = {
        "t": topic,
        "c": _short(task.company, _COMPANY_CHARS) or "your team",
        "s": _short(task.sender_company) or _short(task.sender) or "our team",
    }
    patterns = _SUBJECTS.get(task.purpose, _SUBJECTS["follow_up"])
    return choice.fresh("subject", [p.format(**values) for p in patterns], task.previous_subjects)


def write(task: Task, variant: int, *, unsafe: bool = False, threat: str = "") -> Letter:
    choice = Choice(task, variant)
    greeting = "friendly" if task.tone == "friendly" else "polite"
    shorter = wants_short(task)
    chosen = facts.activities(task)[: 1 if shorter else 2]
    opening, claims = _opening(chosen, choice)
    industry, industry_claims = _industry(task, choice)
    offer, offer_claims = _offer(None if shorter else facts.offer(task), choice)
    reason = choice.pick("reason", _REASONS.get(task.purpose, _REASONS["follow_up"]))
    extra = " ".join(part for part in (_UNSAFE if unsafe else "", threat) if part)
    head = [choice.pick("greeting", _GREETINGS[greeting]).format(n=_name(task)), _introduction(task, choice)]
    middle = [
        opening,
        reason.format(c=_short(task.company, _COMPANY_CHARS) or "your company"),
        industry,
        offer,
        extra,
    ]
    tail = [choice.pick("call", _CALLS[task.register]), choice.pick("ending", _ENDINGS[task.register])]
    body = _fit(task, head, middle, tail, task.number("soft") + variant)
    kept = tuple(c for c in (*claims, *industry_claims, *offer_claims) if c.phrase in body)
    return Letter(_subject(task, chosen, choice), body, kept)


def _fit(task: Task, head: list[str], middle: list[str], tail: list[str], turn: int) -> str:
    """Drops the least needed sentences of a long letter, adds courteous ones to a short one."""
    least, most = _SIZES.get(task.length, (MIN_WORDS, MAX_WORDS))
    if task.revision == "shorter" and task.current:
        least, most = 0, _words(task.current) - 1
    # the offer, then the industry, then the thanks: the reason names the reader's company
    for place in (3, 2, 0) if least == 0 else (3, 2):
        if _words(_assemble(head, middle, tail, "")) > most:
            middle = [*middle[:place], "", *middle[place + 1 :]]
    soft = ""
    for n in range(len(_SOFTENERS)):
        if _words(_assemble(head, middle, tail, soft)) >= least:
            break
        soft += f" {_SOFTENERS[(turn + n) % len(_SOFTENERS)]}"
    return _assemble(head, middle, tail, soft)


def _words(text: str) -> int:
    return len(text.split())


def _assemble(head: list[str], middle: list[str], tail: list[str], soft: str) -> str:
    greeting, introduction = head
    call, ending = tail
    about = " ".join(part for part in (introduction, *middle) if part)
    text = "\n\n".join(part for part in (greeting, about, call + soft, ending) if part)
    return _DOUBLE_STOP.sub(".", text)
