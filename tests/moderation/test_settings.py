"""The moderators' hours, as they are set."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from wagtail.admin.panels import get_edit_handler

from moderation.models import ModerationSettings
from portal.casework.working_hours import AROUND_THE_CLOCK, due

pytestmark = pytest.mark.django_db
SYDNEY = ZoneInfo("Australia/Sydney")


def form_for(**changes):
    """Bind the form of the settings page to the settings as they stand, with some changes."""
    known = ModerationSettings.load()
    form_class = get_edit_handler(ModerationSettings).get_form_class()
    data = {name: known.serializable_value(name) for name in form_class.base_fields}
    data = {name: value for name, value in data.items() if value is not False} | {
        "weekdays": list(known.weekdays),
        "on_call": [],
    }
    return form_class(data | changes, instance=known)


def test_settings_as_they_come_are_in_order():
    form = form_for()

    assert form.errors == {}
    assert (form.has_changed(), form.save().calendar.weekdays) == (False, frozenset(range(5)))


@pytest.mark.parametrize("ends_at", [time(9), time(8)])
def test_hours_in_which_nobody_works_are_refused_with_a_way_out(ends_at):
    form = form_for(starts_at=time(9), ends_at=ends_at)

    assert form.errors == {
        "ends_at": ["Work has to end after it starts. If somebody works at any hour, tick that below."]
    }


def test_week_in_which_nobody_works_is_refused():
    assert form_for(weekdays=[]).errors == {"weekdays": ["Tick the days on which somebody works: one at least."]}


def test_saturdays_count_where_they_are_ticked():
    form = form_for(weekdays=["5", "0", "1", "2", "3", "4"])
    assert form.has_changed()
    known = form.save()
    friday = datetime(2026, 6, 5, 16, tzinfo=SYDNEY)

    assert known.weekdays == "012345"
    assert due(friday, timedelta(hours=2), known.calendar) == datetime(2026, 6, 6, 10, tzinfo=SYDNEY)


def test_around_the_clock_leaves_out_hours_days_and_holidays():
    form = form_for(around_the_clock="on", starts_at=time(9), ends_at=time(9), country="AU")

    assert form.errors == {}
    assert form.save().calendar is AROUND_THE_CLOCK


def test_settings_page_offers_the_days(client, lead):
    client.force_login(lead)
    page = client.get(reverse("wagtailsettings:edit", args=["moderation", "moderationsettings"]), follow=True)

    ticked = [f'name="weekdays" value="{day}"' in page.content.decode() for day in range(7)]
    assert ticked == [True] * 7
