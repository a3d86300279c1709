"""What tests do with cases that are decided together: take in letters, read the sample, see what came of it."""

import re

from django.urls import reverse

from moderation.models import Case
from tests.factories import submission_to

LETTER = (
    "Dear council, keep the night bus on Harbour Road, because nurses, cleaners and bakers travel at four in the "
    "morning and have no other way home. Ring me on 0491 570 006. {}"
)
STREETS = iter(f"{letter}{number}" for number in range(40) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
REFUSAL = {"action": "refuse", "clauses": ["personal-information"], "reason": "A telephone number.", "sure": "refuse"}


def letters(consultation, number, text=LETTER):
    """Take in a letter so often, each with a word of its own, and return their cases, most pressing first."""
    for at in range(number):
        submission_to(consultation, text.format(f"Yours, writer{at}"))
    return list(Case.objects.waiting())


def held_alike(consultation, number):
    """Take in texts that one rule holds and that are no letter."""
    return [
        Case.objects.get(submission=submission_to(consultation, f"Ring 0491 570 006: {next(STREETS)}."))
        for _ in range(number)
    ]


def of_letter(case):
    campaign = case.revision.screenings.get().campaign_id
    return f"{reverse('queue_bulk')}?campaign={campaign}", f"{reverse('queue_bulk_sample')}?campaign={campaign}"


def of_rule(consultation, rule="phone-number"):
    asked = f"?rule={rule}&consultation={consultation.pk}"
    return reverse("queue_bulk") + asked, reverse("queue_bulk_sample") + asked


def read_sample(desk, page, sample):
    """Draw the sample and open every text of it; return the cases."""
    desk.post(sample)
    drawn = [case.pk for case, _is_open, *_shown in desk.get(page).context["sample"]]
    for pk in drawn:
        desk.post(sample, {"case": pk})
    return drawn


def as_listed(desk, page):
    return re.findall(r'name="cases" value="(\d+:\d+)"', desk.get(page).content.decode())


def result(desk, response):
    assert response.status_code == 302, response.context["form"].errors
    return desk.get(response["Location"])
