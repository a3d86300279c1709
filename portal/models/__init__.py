"""The site: who signs in, how the agency looks, its standing pages."""

from portal.models.agency import Agency
from portal.models.audit import AuditEntry, AuditHead, AuditRoot
from portal.models.job import Job, JobTaken
from portal.models.pages import ContentPage
from portal.models.user import User

__all__ = ["Agency", "AuditEntry", "AuditHead", "AuditRoot", "ContentPage", "Job", "JobTaken", "User"]
