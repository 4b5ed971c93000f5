from salesdash.models.api import ApiToken, IdempotencyKey
from salesdash.models.audit import AuditEntry
from salesdash.models.feedback import Feedback
from salesdash.models.measures import FrameAck, LatencyBucket
from salesdash.models.people import Membership, Team, User
from salesdash.models.sending import DomainProof

__all__ = [
    "ApiToken",
    "AuditEntry",
    "DomainProof",
    "Feedback",
    "FrameAck",
    "IdempotencyKey",
    "LatencyBucket",
    "Membership",
    "Team",
    "User",
]
