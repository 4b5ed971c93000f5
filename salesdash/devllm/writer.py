"""Drafts by rule: the answer to the task "draft"."""

from typing import Any

from salesdash.devllm import moderation, writer_en, writer_ja
from salesdash.devllm.faults import Fault
from salesdash.devllm.prompt import Task


def draft(task: Task, *, choice: int = 0, fault: Fault | None = None) -> dict[str, Any]:
    """{"subject", "body", "claims": [{"phrase", "fact_id"}]}; choice counts the answers of one request.

    Each rejection that the task reports moves on to other phrasings.
    """
    write = writer_ja.write if task.language == "ja" else writer_en.write
    letter = write(
        task,
        task.variant + choice + len(task.avoid),
        unsafe=fault is Fault.UNSAFE,
        threat=moderation.THREATS[task.language] if fault is Fault.FLAG else "",
    )
    return letter.as_json()
