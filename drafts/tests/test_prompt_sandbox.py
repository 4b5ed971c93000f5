"""A prompt's template cannot keep a worker busy or fill its memory; what prompts need works as in Jinja2."""

from __future__ import annotations

import threading

import pytest
from django.utils import translation

from drafts import generation, previews, prompts, requests
from drafts.models import Draft, PromptVersion
from drafts.prompts import PromptBroken

VALUES = {"tone": "polite", "sender": {"name": "佐藤", "team": ""}, "data": "<data>\n{}\n</data>", "n": 3}
HUNGRY = [
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for i in range(10**30) %}x{% endfor %}",
    "{% for i in range(300) %}{% for j in range(300) %}{% endfor %}{% endfor %}",
    "{% for i in range(900) %}{% if range(900)|list %}{% endif %}{% endfor %}",
    "{% for i in range(40000) %}" + "x" * 100 + "{% endfor %}",
    "{% for i in range(400) %}{{ 'x' * 1000 }}{% endfor %}",
    "{{ 'x' * 10**9 }}",
    "{{ 10**9 * 'x' }}",
    "{{ [1] * 10**9 }}",
    "{{ 9**9**9 }}",
    "{% set a = 10**16 %}{% set a = a*a*a*a*a*a %}{{ a }}",
    "{% set a = 'xxxxxxxxxx' * 1000 %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "{% set a = 'xxxxxxxxxx' * 1000 %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
    "{% set a = ('ab' * 1000)|replace('a', 'x' * 1000) %}{{ a }}",
    "{{ range(1000)|join('x' * 1000) }}",
    "{% set ns = ('x' * 100000) %}{% for i in range(1000) %}{% set u = ns|upper %}{% endfor %}",
    "x" * 20_001,
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
]
FORBIDDEN = [
    "{% macro m(x) %}{{ m(x) }}{{ m(x) }}{% endmacro %}{{ m(1) }}",
    "{% for x in [1] recursive %}{{ loop([1, 1]) }}{% endfor %}",
    "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}",
    "{% set a = (1,) %}{% set a = {1: a} %}{{ a }}",
    "{% set ns = namespace(a='x') %}{{ ns.a }}",
    "{% set x %}x{% endset %}{{ x }}",
    "{% block a %}{{ self.a() }}{{ self.a() }}{% endblock %}",
    "{% include 'x' %}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%1000000000d'|format(1) }}",
    "{{ 'x'.ljust(1000000000) }}",
    "{{ 'x'.replace('x', 'y') }}",
    "{{ 'x'|center(1000000000) }}",
    "{{ 'x'|indent(1000000000) }}",
    "{{ lipsum(n=100000) }}",
    "{{ [3, 1]|_metered }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ sender.update({}) }}",
]
USUAL = {
    "{% for i in range(3) %}{{ loop.index }}{% if not loop.last %}, {% endif %}{% endfor %}": "1, 2, 3",
    "{{ sender.name ~ '様' }} {{ sender['team']|default('–', true) }}": "佐藤様 –",
    "{% if tone in ('polite', 'formal') and n > 2 %}yes{% else %}no{% endif %}": "yes",
    "{% for key, value in sender.items() %}{{ key }}={{ value }};{% endfor %}": "name=佐藤;team=;",
    "{{ nothing|default('none') }} {{ 'a,b'.split(',')|join(' / ') }} {{ 'aXa'|lower|replace('a', 'b') }}": (
        "none a / b bxb"
    ),
    "{% set total = n * 2 + 10 % 4 - 1 %}{{ total }} {{ (7 // 2) ** 2 }} {{ 'ab' * 2 }}": "7 9 abab",
    "{% for c in 'abc' if c != 'b' %}{{ c|upper }}{% else %}-{% endfor %}": "AC",
    "{{ data }}": VALUES["data"],
}  # fmt: skip


@pytest.mark.parametrize("source", HUNGRY)
def test_what_takes_too_much_is_refused(source):
    with pytest.raises(PromptBroken):
        prompts.fill(source, VALUES, part="User prompt")


@pytest.mark.parametrize("source", FORBIDDEN)
def test_what_could_multiply_unseen_is_not_available(source):
    with pytest.raises(PromptBroken):
        prompts.fill(source, VALUES)


@pytest.mark.parametrize("source", USUAL)
def test_what_prompts_need_works_as_usual(source):
    assert prompts.fill(source, VALUES) == USUAL[source]


def test_the_sentence_names_part_line_and_cause_in_the_readers_language():
    source = "one\n{% for i in range(9) %}{% for j in range(9000) %}{% endfor %}{% endfor %}"
    with translation.override("en"), pytest.raises(PromptBroken, match=r"User prompt, line 2: .* too long"):
        prompts.fill(source, VALUES, part="User prompt")
    with translation.override("ja"), pytest.raises(PromptBroken, match="処理が多すぎます"):
        prompts.fill(source, VALUES, part="ユーザープロンプト")


def test_the_budget_is_that_of_one_filling():
    """Not of a process: what one template spends is not missing to the next, nor in another thread."""
    source = "{% for i in range(20000) %}{% endfor %}done"
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(prompts.fill(source, VALUES))) for _number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [*found, prompts.fill(source, VALUES)] == ["done"] * 5
    with pytest.raises(PromptBroken):
        prompts.fill(source + source, VALUES)


@pytest.fixture
def hungry(db):
    """The active prompt, made hungry behind the administration's back."""
    version = prompts.active_version(purpose="ice_breaker", language="ja")
    PromptVersion.objects.filter(pk=version.pk).update(
        user_source="{% for i in range(10**9) %}x{% endfor %}{{ data }}"
    )
    version.refresh_from_db()
    return version


def test_a_preview_says_so(hungry, lead, rep):
    with pytest.raises(PromptBroken):
        previews.of(hungry, lead=lead, user=rep)


def test_a_draft_fails_with_a_sentence_and_the_worker_goes_on(hungry, lead, rep, llm):
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    generation.generate(draft_id=draft.pk)
    assert Draft.objects.get().error_code == "prompt_broken"
