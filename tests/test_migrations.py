"""No migration takes away what the release before still uses: sites are upgraded one node after the other."""

import pytest
from django.db import migrations, models
from django.db.migrations.state import ModelState, ProjectState

from ops.migrations import contracting_migrations, faults_of_operation, listed, refused


def test_migrations_only_add_but_for_those_that_are_listed():
    assert refused() == [], "docs/operations.md says how to split it in two releases"


def test_what_is_listed_is_there_and_says_since_when():
    taken_away = {each.migration for each in contracting_migrations()}

    assert listed()[1].keys() <= taken_away
    assert all(reason.strip() for reason in listed()[1].values())


def test_the_rule_sees_what_older_migrations_took_away():
    assert {each.migration for each in contracting_migrations(older={})} >= {"search.0007_job_runner"}


@pytest.fixture
def before():
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=40)),
        ("note", models.TextField(null=True)),
    ]
    state = ProjectState()
    state.add_model(ModelState("toys", "Bus", fields))
    return state


REFUSED = [
    migrations.RemoveField("bus", "name"),
    migrations.RenameField("bus", "name", "title"),
    migrations.DeleteModel("Bus"),
    migrations.RenameModel("Bus", "Ferry"),
    migrations.AddField("bus", "line", models.CharField(max_length=3)),
    migrations.AddField("bus", "line", models.CharField(max_length=3, default="")),  # Django drops it again
    migrations.AlterField("bus", "note", models.TextField()),
    migrations.AlterField("bus", "name", models.CharField(max_length=20)),
    migrations.AlterField("bus", "name", models.IntegerField()),
    migrations.AlterField("bus", "name", models.CharField(max_length=40, unique=True)),
    migrations.AddConstraint("bus", models.UniqueConstraint(fields=["name"], name="one_name")),
    migrations.RunSQL("ALTER TABLE toys_bus DROP COLUMN name"),
    migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("bus", "name")]),
]
PERMITTED = [
    migrations.AddField("bus", "line", models.CharField(max_length=3, null=True)),
    migrations.AddField("bus", "line", models.CharField(max_length=3, default="", db_default="")),
    migrations.AlterField("bus", "name", models.CharField(max_length=60)),
    migrations.AddIndex("bus", models.Index(fields=["name"], name="by_name")),
    migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("bus", "name")]),
]


@pytest.mark.parametrize("operation", REFUSED, ids=lambda each: each.describe())
def test_what_takes_away_is_refused(before, operation):
    assert len(list(faults_of_operation(operation, before, "toys"))) == 1


@pytest.mark.parametrize("operation", PERMITTED, ids=lambda each: each.describe())
def test_what_only_adds_is_permitted(before, operation):
    assert list(faults_of_operation(operation, before, "toys")) == []
