"""The part of Jinja2 that prompts may use, with a budget: none keeps a worker busy or fills its memory.

Jinja2's sandbox keeps a template away from Python, not from the processor: nested loops, doubled strings and
wide paddings are legal there. Here every turn of a loop, operator, filter and call spends steps in proportion
to what it handles, so that a template ends or is refused after the same work on any machine and in any
thread. What could multiply without being seen (macros, blocks, recursion, nested lists) is not available.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Final

import jinja2
from django.utils.translation import gettext as _
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

# far more than any prompt needs, and well below a second of work
MOST_STEPS: Final = 50_000
# of one value, and of the whole text
MOST_CHARS: Final = 200_000
MOST_SOURCE_CHARS: Final = 20_000
_MOST_BITS: Final = 256
# one more step for so many characters
_CHARS_A_STEP: Final = 100

_NODES: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.With,
    nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.BinExpr, nodes.UnaryExpr, nodes.Concat, nodes.Filter, nodes.Test,
    nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Call,
)  # fmt: skip
_FILTERS: Final = frozenset({
    "abs", "capitalize", "count", "d", "default", "first", "float", "int", "items", "join", "last", "length",
    "list", "lower", "max", "min", "replace", "reverse", "round", "sort", "string", "title", "trim",
    "truncate", "unique", "upper", "wordcount",
})  # fmt: skip
_METHODS: Final = frozenset({
    "endswith", "find", "get", "isdigit", "items", "keys", "lower", "lstrip", "rstrip", "split", "splitlines",
    "startswith", "strip", "title", "upper", "values",
})  # fmt: skip


class TooMuch(jinja2.TemplateRuntimeError):
    """The template does more than a prompt may."""

    def __init__(self) -> None:
        super().__init__(_("This does too much: a loop is too long, or a text too large."))


@dataclass
class _Budget:
    steps: int = MOST_STEPS
    chars: int = MOST_CHARS


# none while a template is compiled: what is folded there is bounded by its source
_budget: ContextVar[_Budget | None] = ContextVar("prompt_budget", default=None)


def render(source: str, values: dict[str, Any]) -> str:
    """Raises jinja2's errors, TooMuch among them, and what the template's own arithmetic raises."""
    if len(source) > MOST_SOURCE_CHARS:
        raise TooMuch
    template = _compiled(source)
    token = _budget.set(_Budget())
    try:
        parts, length = [], 0
        for part in template.generate(values):
            length += len(part)
            if length > MOST_CHARS:
                raise TooMuch
            parts.append(part)
        return "".join(parts)
    finally:
        _budget.reset(token)


@lru_cache(maxsize=64)
def _compiled(source: str) -> jinja2.Template:
    """A version's source never changes, and compiling takes longer than filling in."""
    return _environment.from_string(source)


def _spend(steps: int, chars: int = 0) -> None:
    budget = _budget.get()
    if budget is None:
        return
    budget.steps -= steps
    budget.chars -= chars
    if budget.steps < 0 or budget.chars < 0:
        raise TooMuch


def _weigh(value: Any) -> Any:
    """Spends what handling `value` costs; refuses what is too large."""
    if isinstance(value, jinja2.Undefined):
        return value
    if isinstance(value, str):
        if len(value) > MOST_CHARS:
            raise TooMuch
        _spend(1 + len(value) // _CHARS_A_STEP)
    elif isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise TooMuch
    else:
        _spend(1 + (len(value) if isinstance(value, Sized) else 0))
    return value


def _metered(value: Iterable[Any], chars: int = 0) -> Iterator[Any]:
    """`chars`: what one turn writes at least."""
    for one in value:
        _spend(1, chars)
        yield one


def _scalar(value: Any) -> Any:
    """Lists in lists could double with each step and stay small until somebody prints them."""
    if isinstance(value, list | tuple | dict):
        raise SecurityError(_("This is not allowed in a prompt."))
    return _weigh(value)


def _concatenated(values: list[Any]) -> str:
    texts = [str(_weigh(value)) for value in values]
    if sum(map(len, texts)) > MOST_CHARS:
        raise TooMuch
    return "".join(texts)


def _written(value: Any) -> Any:
    """What stands between {{ and }}."""
    _weigh(value)
    return value


def _range(*limits: int) -> range:
    numbers = range(*limits)
    # len() of a very long one overflows
    if numbers and (numbers[-1] - numbers[0]) // numbers.step >= MOST_STEPS:
        raise TooMuch
    return numbers


def _join(value: Iterable[Any], d: str = "", attribute: str | None = None) -> str:
    if attribute is not None:
        raise SecurityError(_("This is not allowed in a prompt."))
    texts = [str(_weigh(one)) for one in value]
    if sum(map(len, texts)) + len(texts) * len(d) > MOST_CHARS:
        raise TooMuch
    return d.join(texts)


def _replace(text: str, old: str, new: str, count: int = -1) -> str:
    text, old, new = str(text), str(old), str(new)
    found = text.count(old)
    if len(text) + found * len(new) > MOST_CHARS:
        raise TooMuch
    return text.replace(old, new, count)


def _weighed(of: Callable[..., Any]) -> Callable[..., Any]:
    """The same filter; its value is the first argument that is none of Jinja2's own."""

    @wraps(of)
    def weighed(*args: Any, **options: Any) -> Any:
        for one in (*args, *options.values()):
            if isinstance(one, str | int | Sized):
                _weigh(one)
        return of(*args, **options)

    return weighed


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self) -> None:
        # it writes plain text for a model, not HTML; the data is JSON with < escaped
        super().__init__(
            autoescape=False,
            undefined=jinja2.StrictUndefined,
            keep_trailing_newline=True,
            finalize=_written,
        )
        self.globals = {"range": _range}
        own = {"join": _join, "replace": _replace, "count": len, "length": len}
        kept = {name: own.get(name, self.filters[name]) for name in _FILTERS}
        self.filters = {name: _weighed(made) for name, made in kept.items()}
        self.filters |= {"_metered": _metered, "_scalar": _scalar, "_concatenated": _concatenated}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        _check(template)
        _instrument(template)
        return template

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        _weigh(left), _weigh(right)
        if operator == "%" and isinstance(left, str):
            raise SecurityError(_("This is not allowed in a prompt."))
        if operator == "**" and not (abs(right) <= 16 and abs(left) <= 1_000_000):
            raise TooMuch
        if operator == "*":
            for some, times in ((left, right), (right, left)):
                if isinstance(some, Sized) and len(some) * times > MOST_CHARS:
                    raise TooMuch
        return _weigh(super().call_binop(context, operator, left, right))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if callable(value) and not isinstance(obj, LoopContext) and attr not in _METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """str.format pads to any width: it is no method that is safe here."""

    # jinja2 gives these names, lest they hide an argument
    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        for value in args:
            _weigh(value)
        return _weigh(super().call(__context, __obj, *args, **kwargs))


def _check(template: nodes.Template) -> None:
    for node in template.find_all(nodes.Node):
        ours = isinstance(node, nodes.Filter | nodes.Name) and str(node.name).startswith("_")
        if not isinstance(node, _NODES) or ours or (isinstance(node, nodes.For) and node.recursive):
            raise jinja2.TemplateSyntaxError(_("This is not allowed in a prompt."), node.lineno)


def _instrument(template: nodes.Template) -> None:
    """Every loop is counted, every join of texts weighed, no container put into another."""
    for loop in list(template.find_all(nodes.For)):
        text = sum(len(data.data) for data in loop.find_all(nodes.TemplateData))
        loop.iter = _filter(loop.iter, "_metered", nodes.Const(text))
    for made in list(template.find_all(nodes.List)):
        made.items = [_filter(item, "_scalar") for item in made.items]
    for pair in list(template.find_all(nodes.Pair)):
        pair.value = _filter(pair.value, "_scalar")
    for one in list(template.find_all(nodes.Tuple)):
        if one.ctx == "load":
            one.items = [_filter(item, "_scalar") for item in one.items]
    for parent in [template, *template.find_all(nodes.Node)]:
        _replace_concats(parent)


def _replace_concats(parent: nodes.Node) -> None:
    for field, value in parent.iter_fields():
        if isinstance(value, nodes.Concat):
            setattr(parent, field, _concat(value))
        elif isinstance(value, list):
            value[:] = [_concat(one) if isinstance(one, nodes.Concat) else one for one in value]


def _concat(node: nodes.Concat) -> nodes.Filter:
    return _filter(nodes.List(node.nodes, lineno=node.lineno), "_concatenated")


def _filter(value: nodes.Node, name: str, *arguments: nodes.Expr) -> nodes.Filter:
    made = nodes.Filter(value, name, list(arguments), [], None, None, lineno=value.lineno)
    made.set_environment(_environment)
    return made


_environment: Final = _Environment()
