"""The site: who signs in, how the agency looks, its standing pages."""

from portal.accounts.models import User
from portal.accounts.role_grants import RoleGrant
from portal.agency.content_page import ContentPage
from portal.agency.former_address import FormerAddress
from portal.agency.models import Agency
from portal.audit.ledger_check import LedgerCheck
from portal.audit.models import AuditEntry, AuditHead, AuditRoot
from portal.casework.models import Mention
from portal.http.public_change import PublicChange
from portal.http.rate_limits import RateCount
from portal.http.security_events import SecurityEventCount
from portal.jobs.models import Job, JobTaken
from portal.jobs.worker_step import WorkerStep
from portal.outbox.confirmation import ConfirmedAddress
from portal.outbox.models import Message, SuppressedAddress, TransportPause
from portal.privacy.models import UnusedAccount
from portal.staff.models import HomeVisit
from portal.staff.notifications.models import NotificationChoice, StaffNotification
from portal.staff.sign_off_task import SignOffTask

__all__ = [
    "Agency",
    "AuditEntry",
    "AuditHead",
    "AuditRoot",
    "ConfirmedAddress",
    "ContentPage",
    "FormerAddress",
    "HomeVisit",
    "Job",
    "JobTaken",
    "LedgerCheck",
    "Mention",
    "Message",
    "NotificationChoice",
    "PublicChange",
    "RateCount",
    "RoleGrant",
    "SecurityEventCount",
    "SignOffTask",
    "StaffNotification",
    "SuppressedAddress",
    "TransportPause",
    "UnusedAccount",
    "User",
    "WorkerStep",
]
