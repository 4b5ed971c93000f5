from leads.models.activity import Activity, ActivityType, TemperatureAdjustment
from leads.models.deal_step import DealStep
from leads.models.edits import EditedLead, LeadEdit
from leads.models.exports import LeadExport
from leads.models.imports import ImportJob, ImportReject
from leads.models.jobs import ScoreJob
from leads.models.lead import Company, Deal, Industry, Lead, Note, Stage
from leads.models.notification import Notification
from leads.models.score import LeadScore, RuleSet, ScoreState
from leads.models.views import Attribute, SavedView

__all__ = [
    "Activity",
    "ActivityType",
    "Attribute",
    "Company",
    "Deal",
    "DealStep",
    "EditedLead",
    "ImportJob",
    "ImportReject",
    "Industry",
    "Lead",
    "LeadEdit",
    "LeadExport",
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
