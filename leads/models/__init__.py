from leads.models.activity import Activity, ActivityType, TemperatureAdjustment
from leads.models.edits import EditedLead, LeadEdit
from leads.models.imports import ImportJob, ImportReject
from leads.models.jobs import ScoreJob
from leads.models.lead import Company, Deal, Industry, Lead, Note, SavedView, Stage
from leads.models.notification import Notification
from leads.models.score import LeadScore, RuleSet, ScoreState

__all__ = [
    "Activity",
    "ActivityType",
    "Company",
    "Deal",
    "EditedLead",
    "ImportJob",
    "ImportReject",
    "Industry",
    "Lead",
    "LeadEdit",
    "LeadScore",
    "Note",
    "Notification",
    "RuleSet",
    "SavedView",
    "ScoreJob",
    "ScoreState",
    "Stage",
    "TemperatureAdjustment",
]
