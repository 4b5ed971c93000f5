from salesdash.models.audit import AuditEntry
from salesdash.models.feedback import Feedback
from salesdash.models.measures import FrameAck, LatencyBucket
from salesdash.models.people import Membership, Team, User

__all__ = ["AuditEntry", "Feedback", "FrameAck", "LatencyBucket", "Membership", "Team", "User"]
