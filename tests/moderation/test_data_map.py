"""Every column of every table is mapped, or said to hold nothing personal."""

import csv
import re

import pytest
from django.urls import reverse

from portal.privacy.data_kinds import ADDRESSES, DATA_KINDS
from portal.privacy.data_map import DataMap, stated_in_files

TOYS = "toys."  # an app of the tests, which has no map


def test_every_column_is_mapped_or_said_to_hold_nothing_personal():
    assert [fault for fault in DataMap().faults if not fault.startswith(TOYS)] == []


def test_column_that_is_in_no_file_is_a_fault():
    assert "toys.Chore.state" in DataMap().faults


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"addresses": "author_mail"}, "consultations.Support.author_mail is no column"),
        ({"marks": "created_at", "none": "created_at"}, "consultations.Support.created_at stands there twice"),
        ({"secrets": "supporter_key"}, "consultations.Support: secrets is no kind"),
    ],
)
def test_name_that_there_is_not_is_a_fault(columns, fault):
    assert fault in DataMap(stated_in_files() | {"consultations.Support": columns}).faults


def test_columns_with_addresses_are_these():
    found = {column.label for column in DataMap().of_kind(ADDRESSES)}

    assert found == {
        "consultations.Follower.address",
        "consultations.SavedResponse.address",
        "consultations.Submission.author_email",
        "moderation.PersonErasure.address",
        "moderation.Report.reporter_email",
        "portal.Message.recipient",
    }


def test_page_counts_exactly_the_columns_that_it_lists(client, privacy):
    client.force_login(privacy)
    page = client.get(reverse("data_map")).content.decode()

    folds = re.findall(r"<summary>Columns \((\d+)\)</summary>(.*?)</details>", page, re.DOTALL)
    assert [int(number) for number, _list in folds] == [listed.count("<li>") for _number, listed in folds]
    assert len(folds) == len(DATA_KINDS) + 1
    assert sum(int(number) for number, _list in folds) == len(DataMap().columns)


def test_csv_has_a_row_for_each_column(client, administrator):
    client.force_login(administrator)
    rows = list(csv.DictReader(client.get(reverse("data_map_csv")).content.decode().splitlines()))

    assert [row["column"] for row in rows] == [column.label for column in DataMap().columns]
    email = next(row for row in rows if row["column"] == "consultations.Submission.author_email")
    assert (email["kind"], email["legal basis"]) == (str(ADDRESSES.title), str(ADDRESSES.basis))
