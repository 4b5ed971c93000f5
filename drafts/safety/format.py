"""Layer 2: the outward form. What fails here cannot be sent by anyone; the text has to be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from drafts.safety import input_filter, leftovers, own_pages, slots
from drafts.safety.base import Context, Reason, Verdict, verdict
from drafts.safety.normal import View, clean
from drafts.texts import Text

VERSION: Final = "5"
SUBJECT_CHARS: Final = {"ja": 80, "en": 150}
BODY_CHARS: Final = {"ja": (40, 2000), "en": (80, 5000)}
_JAPANESE_SHARE: Final = 0.3
_FOREIGN_SHARE: Final = 0.1

_JAPANESE: Final = re.compile(r"[ぁ-ゖァ-ヺ㐀-鿿々〆]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_WORDS: Final = (
    r"会社名|企業名|御社名|貴社名|氏名|お名前|担当者名?|部署名?|役職|姓|名前|日付|日時|件名|商品名|製品名|"
    r"サービス名|金額|URL|"
    r"(?:your|first|last|full|company|customer|recipient|sender|product)?[ _]?"
    r"(?:name|company|title|date|position)|"
    r"insert[^\]}>】]{0,40}|placeholder|todo|tbd"
)
_PLACEHOLDER: Final = re.compile(
    rf"\{{\{{.*?\}}\}}|\{{%.*?%\}}|\$\{{\w+\}}|(?<!\w)%(?:s|d|\(\w+\)s)(?!\w)"
    rf"|[\[{{<【(]\s*(?:{_WORDS})\s*[\]}}>】)]|\{{[^{{}}\n]{{1,30}}\}}"
    r"|[〇○◯●△]{2,}|(?<![A-Za-z])[Xx]{3,}(?![A-Za-z])|_{3,}|\blorem ipsum\b|\b(?:TODO|TBD|FIXME)\b",
    # ASCII: a Latin word ends where a Japanese one begins
    re.IGNORECASE | re.ASCII,
)
_MARKUP: Final = re.compile(
    r"</?[a-zA-Z][^<>]{0,100}>|<!--|&(?:#\w{1,8}|[a-zA-Z]{2,8});|\*\*[^*\n]+\*\*|```|^#{1,6} "
    r"|\[[^\]\n]+\]\([^)\n]+\)|\\u[0-9a-f]{4}|\\n",
    re.MULTILINE,
)
_JSON: Final = re.compile(r"^\s*[{\[]\s*\"|\"(?:subject|body|claims)\"\s*:")
_TLD: Final = (
    r"com|net|org|jp|io|co|info|biz|xyz|top|site|shop|online|app|dev|ai|me|tv|cc|ru|cn|us|uk|link|click|ly|gl"
)
_URL: Final = re.compile(
    rf"(?:h(?:tt|xx)ps?|ftp)\s*:\s*/[\s/\\]*([^\s/、。「」<>()]+)[^\s、。「」<>]*"
    rf"|(?<![\w@.\-])((?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?(?:\.|\[\.\]|\(\.\)|。(?=[a-z])))+(?:{_TLD}))(?![\w\-])",
    re.IGNORECASE | re.ASCII,
)
_ADDRESS: Final = re.compile(
    r"[\w.+\-]+\s*(?:@|\[at\]|\(at\)|＠)\s*[a-z0-9\-]+(?:\s*(?:\.|\[dot\]|\(dot\))\s*[a-z0-9\-]+)+",
    re.IGNORECASE | re.ASCII,
)
_PHONE: Final = re.compile(
    r"(?<![\d\-])(?:\+\d{1,3}[\s\-.]?\(?\d{1,4}\)?(?:[\s\-.]?\d{2,4}){2,3}"
    r"|0\d{1,4}[\-\s.(]{1,2}\d{1,4}[\-\s.)]{1,2}\d{3,4}|0[5-9]0\d{8})(?![\d\-])",
    re.ASCII,
)


# nobody who writes a mail puts an invisible character into a word
_INSIDE_A_WORD: Final = re.compile(r"\w[\u200b\u200c\u2060\ufeff\u00ad]+\w")


class FormatLayer:
    name = "format"

    def version(self, context: Context) -> str:
        return f"{VERSION}/{context.rules.version}"

    def check(self, text: Text, context: Context) -> Verdict:
        reasons = [*_sizes(text, context.language)]
        for part, value in (("subject", text.subject), ("body", text.body)):
            reasons += _hidden(part, value)
            reasons += _left_over(part, value, context)
            reasons += leftovers.check(part, value, clean(value), context.language)
            reasons += slots.check(part, clean(value))
            reasons += _contacts(part, value, context)
        reasons += _language(clean(text.body), context)
        return verdict(reasons, blocking=True)


def _sizes(text: Text, language: str) -> Iterator[Reason]:
    least, most = BODY_CHARS[language]
    if not text.subject.strip():
        yield Reason("subject_missing", part="subject")
    if not text.body.strip():
        yield Reason("body_missing", part="body")
    if len(text.subject) > SUBJECT_CHARS[language]:
        yield Reason("subject_long", part="subject")
    if text.body.strip() and len(text.body) < least:
        yield Reason("body_short", part="body")
    if len(text.body) > most:
        yield Reason("body_long", part="body")


def _hidden(part: str, value: str) -> Iterator[Reason]:
    if input_filter.hidden(value) or _INSIDE_A_WORD.search(value):
        yield Reason("hidden_characters", part=part)


def _left_over(part: str, value: str, context: Context) -> Iterator[Reason]:
    """Placeholders as a reader sees them; markup as it stands, for cleaning takes it out."""
    view = clean(value)
    for found in _PLACEHOLDER.finditer(view.text):
        if not _is_name(found.group(), context):
            yield Reason("placeholder", part=part, span=view.span(*found.span()))
    for rule in (_MARKUP, _JSON):
        for found in rule.finditer(value):
            if not _is_name(found.group(), context):
                yield Reason("markup", part=part, span=found.span())


def _is_name(words: str, context: Context) -> bool:
    """A sign that belongs to the customer's own name."""
    return any(words in name for name in (context.company, *context.company_names) if name)


def _contacts(part: str, value: str, context: Context) -> Iterator[Reason]:
    """Links, addresses and numbers that are neither allowed nor known."""
    view, known = clean(value), _known(context)
    digits = re.sub(r"[^\d\n]", "", known)
    for found in _ADDRESS.finditer(view.text):
        if re.sub(r"\s", "", found.group().lower()) not in known:
            yield Reason("foreign_address", part=part, span=view.span(*found.span()))
    for found in _foreign_links(value, context):
        yield Reason("url_not_allowed", part=part, span=view.span(*found.span()))
    for found in _PHONE.finditer(view.text):
        if re.sub(r"\D", "", found.group()) not in digits:
            yield Reason("foreign_phone", part=part, span=view.span(*found.span()))


def has_links(text: Text) -> bool:
    return any(_URL.search(clean(value).text) for value in (text.subject, text.body))


def links_allowed(text: Text, context: Context) -> bool:
    """Whether this layer would let its links pass now."""
    return not any(any(_foreign_links(value, context)) for value in (text.subject, text.body))


def _foreign_links(value: str, context: Context) -> Iterator[re.Match[str]]:
    """Places in the cleaned text."""
    view, known = clean(value), _known(context)
    addresses = [found.span() for found in _ADDRESS.finditer(view.text)]
    for found in _URL.finditer(view.text):
        if any(start <= found.start() < end for start, end in addresses):
            continue
        ours = own_pages.leads_there(found, view, value, context.own_domain)
        if not ours and not _url_allowed(found, context, known):
            yield found


def own_links(value: str, context: Context) -> list[tuple[int, int]]:
    """Where links to the team's own pages stand, in the cleaned text."""
    domain, view = context.own_domain, clean(value)
    # most texts name it nowhere
    found = _URL.finditer(view.text) if domain and domain in view.text else ()
    return [one.span() for one in found if own_pages.leads_there(one, view, value, domain)]


def _known(context: Context) -> str:
    return "\n".join((*context.own_contacts, *(fact.text for fact in context.facts))).lower()


def _url_allowed(found: re.Match[str], context: Context, known: str) -> bool:
    host = re.sub(r"[\[\]()]", "", found.group(1) or found.group(2) or "").lower()
    # user:password@host and host:port
    host = host.rsplit("@", 1)[-1].split(":")[0].rstrip(".")
    if any(host == allowed or host.endswith(f".{allowed}") for allowed in context.rules.url_hosts):
        return True
    if not found.group(1) and _is_name(found.group(), context):
        return True
    return found.group().lower() in known


def _language(view: View, context: Context) -> Iterator[Reason]:
    """By the share of Japanese letters, names left aside."""
    text = view.text
    for name in (context.company, *context.company_names, *_names(context)):
        if name:
            text = text.replace(name, "")
    letters = len(_LETTER.findall(text))
    share = len(_JAPANESE.findall(text)) / letters if letters else 0.0
    if letters and (share < _JAPANESE_SHARE if context.language == "ja" else share > _FOREIGN_SHARE):
        yield Reason("wrong_language", part="body")


def _names(context: Context) -> tuple[str, ...]:
    lead, sender = context.lead, context.sender
    return (
        lead.family_name,
        lead.given_name,
        lead.title,
        lead.department,
        sender.name,
        sender.company,
        sender.team,
    )
