"""Sticky assignment: the same lead always falls into the same arm of an experiment."""

from __future__ import annotations

import hashlib

from django.utils import timezone

from drafts.models import Arm, Assignment, Experiment


def arm_for(*, experiment: Experiment, lead_id: int) -> Arm:
    """The arm by hash of salt and lead; weights are shares. Raises ValueError without arms."""
    arms = experiment.arm_list
    total = sum(arm.weight for arm in arms)
    if not total:
        raise ValueError("the experiment has no arm with a weight")
    digest = hashlib.sha256(f"{experiment.salt}:{lead_id}".encode()).digest()
    # 64 bits over the weights: the bias is far below anything that could be measured
    point = int.from_bytes(digest[:8], "big") % total
    for arm in arms:
        if point < arm.weight:
            return arm
        point -= arm.weight
    raise AssertionError("unreachable: the weights sum to the total")


def expose(*, experiment: Experiment, lead_id: int) -> Assignment:
    """Record the first exposure; later calls return the same row, even if weights have changed since."""
    arm = arm_for(experiment=experiment, lead_id=lead_id)
    assignment, _created = Assignment.objects.get_or_create(
        experiment=experiment, lead_id=lead_id, defaults={"arm": arm, "at": timezone.now()}
    )
    return assignment
