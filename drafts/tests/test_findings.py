"""What the checks say, in the order in which a reader meets it."""

from __future__ import annotations

from drafts import findings
from drafts.models import Check

HASH = "a" * 64


def check(pk: int, layer: str, *reasons: dict, verdict: str = "flag", text_hash: str = HASH) -> Check:
    return Check(pk=pk, layer=layer, verdict=verdict, reasons=list(reasons), text_hash=text_hash)


def reason(
    code: str, start: int | None = None, end: int = 0, *, part: str = "body", message: str = ""
) -> dict:
    span = None if start is None else [start, end]
    return {"code": code, "message": message, "part": part, "span": span}


def test_flags_are_numbered_down_the_text_whatever_layer_objects():
    found = findings.of(
        [
            check(1, "rules", reason("price", 40, 44), reason("discount", 3, 6, part="subject")),
            check(2, "format", reason("markup", 10, 12)),
        ],
        HASH,
    )
    assert [(flag.number, flag.part, flag.start) for flag in found.flags] == [
        (1, "subject", 3),
        (2, "body", 10),
        (3, "body", 40),
    ]
    assert [(row.layer, [f.numbers for f in row.findings]) for row in found.rows] == [
        ("format", [(2,)]),
        ("rules", [(3,), (1,)]),
    ]


def test_a_reason_is_told_once_with_all_its_places_and_remarks():
    found = findings.of(
        [
            check(1, "rules", reason("price", 9, 11), reason("price", 2, 4)),
            check(2, "judge", reason("low_score", message="a"), reason("low_score", message="b")),
        ],
        HASH,
    )
    rules, judge = found.rows
    assert [f.numbers for f in rules.findings] == [(1, 2)]
    assert [f.messages for f in judge.findings] == [("a", "b")]


def test_only_the_last_verdict_on_exactly_this_text_counts():
    found = findings.of(
        [
            check(3, "rules", verdict="pass"),
            check(1, "rules", reason("price", 1, 2)),
            check(4, "rules", reason("price", 1, 2), text_hash="b" * 64),
        ],
        HASH,
    )
    assert found.flags == ()
    assert found.rows[0].passed
    assert not found.complete


def test_a_failed_blocking_check_blocks_and_a_passed_one_does_not():
    flagged = check(1, "law", reason("opted_out"))
    flagged.blocking = True
    assert findings.of([flagged], HASH).blocked
    flagged.verdict = "pass"
    assert not findings.of([flagged], HASH).blocked
