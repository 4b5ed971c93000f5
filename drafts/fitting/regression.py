"""Weights by logistic regression with a penalty on squares, both classes of equal weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import optimize, sparse

from drafts.fitting.material import Sentence
from drafts.safety.weighing import Weights

# how much of a weight the penalty sees: a word's is multiplied by the first, a topic's by the second
WORD_SCALE: Final = 5.0
TOPIC_SCALE: Final = 3.0
# a term that stands in one sentence only says nothing of others
LEAST_SENTENCES: Final = 2
_STEPS: Final = 120

Matrix = Any  # scipy has no types


@dataclass(frozen=True)
class Options:
    """`strength` of the examples against the penalty; at most `terms` are kept, the weightiest."""

    strength: float
    terms: int


def weights(unsafe: Sequence[Sentence], good: Sequence[Sentence], options: Options) -> Weights:
    """`flag_above` is 0; thresholds are chosen afterwards."""
    # once more without its topics: a sentence must weigh enough where no pattern knows its words
    bare = [Sentence(one.language, one.words, ()) for one in unsafe if one.topics]
    rows = [*unsafe, *bare, *good]
    is_unsafe = np.array([1.0] * (len(unsafe) + len(bare)) + [0.0] * len(good))
    names, counts = _vocabulary(rows)
    topics = frozenset(topic for row in rows for topic in row.topics)
    is_topic = np.array([name in topics for name in names])
    table = _table(rows, names)
    solved = _solve(_scaled(table, is_topic), is_unsafe, options.strength)
    if len(names) > options.terms:
        kept = np.sort(np.argsort(-np.abs(solved[:-1]) * np.sqrt(counts))[: options.terms])
        names, is_topic, table = [names[at] for at in kept], is_topic[kept], table[:, kept]
        begin = np.append(solved[kept], solved[-1])
        solved = _solve(_scaled(table, is_topic), is_unsafe, options.strength, begin)
    found = solved[:-1] * np.where(is_topic, TOPIC_SCALE, WORD_SCALE)
    return Weights(dict(zip(names, found.tolist(), strict=True)), float(solved[-1]), 0.0)


def _vocabulary(rows: Sequence[Sentence]) -> tuple[list[str], Any]:
    counts = Counter(term for row in rows for term in (*row.words, *row.topics))
    kept = sorted(term for term, count in counts.items() if count >= LEAST_SENTENCES)
    return kept, np.array([counts[term] for term in kept])


def _table(rows: Sequence[Sentence], names: list[str]) -> Matrix:
    column = {name: at for at, name in enumerate(names)}
    places = [[column[term] for term in (*row.words, *row.topics) if term in column] for row in rows]
    ends = np.cumsum([0, *map(len, places)])
    flat = np.array([place for row in places for place in row], dtype=np.int32)
    return sparse.csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), len(names)))


def _scaled(table: Matrix, is_topic: Any) -> Matrix:
    """As Weights.of adds up: words by the root of their number, topics in full."""
    words = table @ sparse.diags((~is_topic).astype(float))
    number = np.maximum(np.asarray(words.sum(axis=1)).ravel(), 1.0)
    topics = table @ sparse.diags(is_topic.astype(float))
    return (sparse.diags(WORD_SCALE / np.sqrt(number)) @ words + TOPIC_SCALE * topics).tocsr()


def _solve(table: Matrix, is_unsafe: Any, strength: float, begin: Any = None) -> Any:
    """A weight per column and, last, the base."""
    rows, columns = table.shape
    share = np.where(is_unsafe == 1, rows / (2 * is_unsafe.sum()), rows / (2 * (rows - is_unsafe.sum())))
    side, turned = 2 * is_unsafe - 1, table.T.tocsr()

    def loss(found: Any) -> tuple[float, Any]:
        margin = side * (table @ found[:-1] + found[-1])
        slope = -side * share / (1 + np.exp(np.clip(margin, -500, 500)))
        value = strength * (share @ np.logaddexp(0, -margin)) + 0.5 * found[:-1] @ found[:-1]
        return value, np.append(strength * (turned @ slope) + found[:-1], strength * slope.sum())

    start = np.zeros(columns + 1) if begin is None else begin
    return optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
