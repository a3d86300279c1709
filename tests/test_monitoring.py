"""Alerts and the dashboard speak of metrics that /metrics tells, and of every one that matters."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal.jobs.worker_step import WorkerStep
from search.models import Verification

OPS = Path(settings.BASE_DIR) / "ops"
ALERTS, DASHBOARD = OPS / "prometheus" / "alerts.yml", OPS / "grafana" / "parley.json"
METRIC = re.compile(r"\bparley_\w+")
LABEL_VALUES = re.compile(r'"[^"]*"')


def alerts():
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def panels():
    return json.loads(DASHBOARD.read_text())["panels"]


def metrics_in(questions):
    return {name for question in questions for name in METRIC.findall(LABEL_VALUES.sub("", question))}


@pytest.fixture
def told(client, settings, consultation):
    """Return the metrics of a site on which everything has happened once."""
    settings.METRICS_TOKEN = "only-for-tests"
    WorkerStep.objects.create(name="relay", told_at=timezone.now())
    counts = dict.fromkeys(("lag", "missing", "extra", "different"), 0)
    Verification.objects.create(seconds=1, checked=1, ok=True, **counts)
    answer = client.get(reverse("portal:metrics"), headers={"Authorization": "Bearer only-for-tests"})
    assert answer.status_code == 200
    return set(re.findall(r"^(parley_\w+)", answer.content.decode(), re.MULTILINE))


@pytest.mark.django_db
def test_every_alert_asks_for_a_metric_that_is_told(told):
    asked = metrics_in(rule["expr"] for rule in alerts())

    assert asked - told == set()
    assert len(asked) > 10


@pytest.mark.django_db
def test_every_panel_asks_for_a_metric_that_is_told(told):
    asked = metrics_in(target["expr"] for panel in panels() for target in panel["targets"])

    assert asked - told == set()
    assert told - asked <= {"parley_search_verify_failed", "parley_search_rebuilt_timestamp_seconds"}


@pytest.mark.django_db
def test_clocks_are_told_so_that_a_wrong_one_is_noticed(client, settings, time_machine):
    settings.METRICS_TOKEN = "only-for-tests"
    time_machine.move_to("2026-11-02 09:00Z", tick=False)

    answer = client.get(reverse("portal:metrics"), headers={"Authorization": "Bearer only-for-tests"}).content.decode()

    told = dict(re.findall(r"^parley_site_(\w*clock\w*) (.+)$", answer, re.MULTILINE))
    assert float(told["clock_seconds"]) == datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp()
    lead = float(told["database_clock_lead_seconds"])
    is_far = connection.vendor == "postgresql"  # whose clock nobody has moved
    assert (abs(lead) > 5) is is_far


def test_every_alert_says_what_is_seen_and_what_to_do():
    for rule in alerts():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert {"summary", "description"} == rule["annotations"].keys()


def test_numbers_of_the_database_are_not_added_up_over_nodes():
    asked = [rule["expr"] for rule in alerts()] + [each["expr"] for panel in panels() for each in panel["targets"]]
    events = [question for question in asked if "parley_security_events" in question]

    assert len(events) > 2
    for question in events:
        assert question.count("increase(parley_security_events") == question.count("max by (kind) (increase(")


def test_no_alert_and_no_panel_has_the_name_of_another():
    for names in ([rule["alert"] for rule in alerts()], [panel["title"] for panel in panels()]):
        assert len(names) == len(set(names))


@pytest.mark.slow
def test_prometheus_reads_the_alerts():
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: apt install prometheus")
    checked = subprocess.run([promtool, "check", "rules", ALERTS], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stderr
