"""Layer 3: the right customer, no banned words, no promises, nothing without a source."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from drafts.safety import (
    addressees,
    banned,
    confidences,
    customer,
    disguise,
    promises,
    provenance,
    repetition,
    statements,
    weighing,
)
from drafts.safety.base import Context, Reason, Verdict, verdict
from drafts.safety.format import own_links
from drafts.safety.hits import Hit, inside, mentioned, spared
from drafts.safety.normal import View, as_it_is, clean, spelling
from drafts.safety.rulebook import RuleBook
from drafts.texts import Text

VERSION: Final = "6"


class RulesLayer:
    name = "rules"

    def version(self, context: Context) -> str:
        return f"{VERSION}/{context.rules.version}"

    def check(self, text: Text, context: Context) -> Verdict:
        subject, body = clean(text.subject), clean(text.body)
        reasons = [*customer.check(subject, body, context), *provenance.check(subject, body, context)]
        names = "\n".join(harmless_names(context))
        for part, value, view in (("subject", text.subject, subject), ("body", text.body, body)):
            reasons += _words(part, view, context, own_links(value, context))
            reasons += addressees.check(part, view, context)
            reasons += confidences.check(part, view, context)
            reasons += disguise.check(part, value, view, names)
        reasons += repetition.check(text, context)
        return verdict(dict.fromkeys(reasons))


def _words(part: str, view: View, context: Context, links: list[tuple[int, int]]) -> list[Reason]:
    if not view.text:
        return []
    hits = said(
        view.text, context.rules, tuple(harmless_names(context)), weighing_names(context), tuple(links)
    )
    return [Reason(hit.code, part=part, span=view.span(hit.start, hit.end)) for hit in hits]


@lru_cache(maxsize=512)
def said(
    text: str,
    rules: RuleBook,
    names: tuple[str, ...],
    weighed: weighing.Names,
    links: tuple[tuple[int, int], ...],
) -> tuple[Hit, ...]:
    """What the rules object to in a cleaned text. Half of the layer's time, and it rests on nothing but what
    is given: so a text that is looked at again, from the cache or with another subject, is not searched anew.
    """
    view = as_it_is(text)
    hits = [
        *banned.find(view, rules, names=names),
        *promises.find(view, rules, names=names),
        *statements.find(view, statements.possible(view, rules.statements_by_word), rules.allowed, names),
    ]
    spoken_of = mentioned(view)
    hits = [hit for hit in hits if not inside(spoken_of, hit)]
    if rules.weights:
        harmless = spared(view, (*rules.allowed, *map(spelling, names)))
        topics = promises.topics(view, rules)
        found = weighing.find(view, rules.weights, topics, weighed, harmless)
        # a line that is a link of ours and nothing else says nothing that could be weighed
        heavy = [hit for hit in found if not inside(links, hit)]
        # a word says more than the sentence around it
        hits += [hit for hit in heavy if not any(inside([(hit.start, hit.end)], one) for one in hits)]
    return tuple(hits)


def weighing_names(context: Context) -> weighing.Names:
    lead, sender = context.lead, context.sender
    reader = (context.company, *context.company_names, lead.family_name, lead.given_name)
    return weighing.Names(
        tuple(name for name in reader if name),
        tuple(name for name in (sender.name, sender.company, sender.team) if name),
    )


def harmless_names(context: Context) -> list[str]:
    """Names that are what they are, whatever syllables they contain."""
    lead, sender = context.lead, context.sender
    names = [context.company, *context.company_names, sender.company, sender.name, sender.team]
    names += [lead.family_name, lead.given_name, lead.department, lead.title]
    return [name for name in names if len(name) > 1]
