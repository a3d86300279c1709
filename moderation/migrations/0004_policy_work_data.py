"""Bring what is stored into the new form, and give the roles their new permissions."""

import hashlib
import json
import uuid

from django.apps import apps as current_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.models import F

ROLES = {
    "Submission moderators": ["moderation.add_externalrequest", "moderation.view_externalrequest"],
    "Lead moderators": [
        "moderation.handle_lead_case",
        "moderation.switch_crisis",
        *(f"moderation.{verb}_caretakerperiod" for verb in ("add", "change", "view")),
        *(f"moderation.{verb}_externalrequest" for verb in ("add", "change", "view")),
    ],
    "Privacy officers": ["moderation.handle_privacy_case", "consultations.erase_submission"],
    "Legal reviewers": ["moderation.handle_legal_case"],
    "Safety officers": ["moderation.handle_safety_case"],
}
MODES = {"note": "suggest", "hold": "hold"}


def name_decisions(apps, schema_editor):
    """Give every decision a key of its own: the new column came with one for all."""
    decisions = apps.get_model("moderation", "Decision").objects
    for pk in list(decisions.values_list("pk", flat=True)):
        decisions.filter(pk=pk).update(key=uuid.uuid4())


def rank_cases(apps, schema_editor):
    """Put every case where its due time puts it."""
    apps.get_model("moderation", "Case").objects.update(rank_at=F("due_at"))


def rewrite_rules(apps, schema_editor):
    """Write the rules of the first versions as conditions with a mode; what they do stays the same."""
    versions = apps.get_model("moderation", "PolicyVersion").objects
    for version in versions.all():
        document = version.document | {"rules": [rewritten(rule) for rule in version.document["rules"]]}
        digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
        versions.filter(pk=version.pk).update(document=document, digest=digest)


def rewritten(rule):
    """Return a rule in its new form."""
    if "when" in rule:
        return rule
    kept = {name: value for name, value in rule.items() if name not in ("detector", "parameters", "action")}
    return kept | {"when": {"detector": rule["detector"], **rule["parameters"]}, "mode": MODES[rule["action"]]}


def give_permissions(apps, schema_editor):
    """Add to the roles what they may do now."""
    for label in ("consultations", "moderation", "wagtailadmin"):
        config = current_apps.get_app_config(label)
        create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, permissions in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        for permission in ["wagtailadmin.access_admin", *permissions]:
            label, codename = permission.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):
    dependencies = [("moderation", "0003_policy_work"), ("consultations", "0003_policy_work")]
    operations = [
        migrations.RunPython(name_decisions, migrations.RunPython.noop),
        migrations.RunPython(rank_cases, migrations.RunPython.noop),
        migrations.RunPython(rewrite_rules, migrations.RunPython.noop),
        migrations.RunPython(give_permissions, migrations.RunPython.noop),
    ]
