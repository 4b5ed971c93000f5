from drafts.models.batch import BatchItem, DraftBatch
from drafts.models.delivery import Delivery, Suppression
from drafts.models.draft import Check, Draft, DraftEvent, Origin, State
from drafts.models.evaluation import EvaluationResult, EvaluationRun
from drafts.models.example import PromptExample
from drafts.models.experiment import Arm, Assignment, Experiment
from drafts.models.mail_event import MailEvent
from drafts.models.mail_template import MailTemplate
from drafts.models.mailbox import Mailbox
from drafts.models.prompt import PromptTemplate, PromptVersion, Purpose
from drafts.models.regression import RegressionCase
from drafts.models.review_item import ReviewItem
from drafts.models.rules import RulesComparison, SafetyRules
from drafts.models.safety import Clearance
from drafts.models.spend import Budget, FxRate, LlmCall, ModelPrice, SpendTotal
from drafts.models.tracking import DeliveryLink, DeliveryTally, TrackingHit
from drafts.models.trial import PromptTrial, TrialResult
from drafts.models.wish import Keigo, Length, Revision, Tone

__all__ = [
    "Arm",
    "Assignment",
    "BatchItem",
    "Budget",
    "Check",
    "Clearance",
    "Delivery",
    "DeliveryLink",
    "DeliveryTally",
    "Draft",
    "DraftBatch",
    "DraftEvent",
    "EvaluationResult",
    "EvaluationRun",
    "Experiment",
    "FxRate",
    "Keigo",
    "Length",
    "LlmCall",
    "MailEvent",
    "MailTemplate",
    "Mailbox",
    "ModelPrice",
    "Origin",
    "PromptExample",
    "PromptTemplate",
    "PromptTrial",
    "PromptVersion",
    "Purpose",
    "RegressionCase",
    "ReviewItem",
    "Revision",
    "RulesComparison",
    "SafetyRules",
    "SpendTotal",
    "State",
    "Suppression",
    "Tone",
    "TrackingHit",
    "TrialResult",
]
