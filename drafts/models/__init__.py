from drafts.models.delivery import Delivery, Suppression
from drafts.models.draft import Check, Draft, DraftEvent, Origin, State
from drafts.models.experiment import Arm, Assignment, Experiment
from drafts.models.prompt import PromptTemplate, PromptVersion, Purpose
from drafts.models.review_item import ReviewItem
from drafts.models.safety import Clearance, SafetyRules
from drafts.models.spend import Budget, FxRate, LlmCall, ModelPrice
from drafts.models.wish import Keigo, Length, Revision, Tone

__all__ = [
    "Arm",
    "Assignment",
    "Budget",
    "Check",
    "Clearance",
    "Delivery",
    "Draft",
    "DraftEvent",
    "Experiment",
    "FxRate",
    "Keigo",
    "Length",
    "LlmCall",
    "ModelPrice",
    "Origin",
    "PromptTemplate",
    "PromptVersion",
    "Purpose",
    "ReviewItem",
    "Revision",
    "SafetyRules",
    "State",
    "Suppression",
    "Tone",
]
