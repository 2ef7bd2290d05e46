"""The tables of this room: registers, refusals of contact, requests of customers, reveals and exports."""

from .access import Export, Reveal
from .registers import Agreement, ComplianceAudit, Consent, ContactRefusal, DataSet, ImpactAssessment, Incident
from .requests import SubjectRequest

__all__ = [
    "Agreement", "ComplianceAudit", "Consent", "ContactRefusal", "DataSet", "Export", "ImpactAssessment", "Incident",
    "Reveal", "SubjectRequest",
]
