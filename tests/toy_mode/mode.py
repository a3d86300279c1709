"""The row of pledges."""

from django.urls import reverse

from consultations.modes.table import ExportColumns, Mode, SubmissionKind


def pledge_address(submission):
    return reverse("consultations:pledge", args=[submission.consultation.slug, submission.reference])


PLEDGES = Mode(
    key="pledges",
    label="Pledges",
    lets_people="people say how they will travel from now on.",
    counted="public pledges",
    kinds=(
        SubmissionKind(
            key="pledge",
            label="Pledge",
            address=pledge_address,
            received="We have your pledge.",
            own="Your pledge",
            what_it_is="A pledge in a public consultation.",
            in_feed=True,
            in_open_data=True,
            importable=True,
            revision_form="tests.toy_mode.forms.PledgeRevisionForm",
        ),
    ),
    event_kinds={"pledge_kept": "You kept it"},
    figures="tests.toy_mode.figures.figures",
    figure_names=("pledged_days",),
    urls="tests.toy_mode.urls.urlpatterns",
    page_part="tests.toy_mode.page_part.PledgesPart",
    export=ExportColumns(
        columns={"days": "of a pledge, on how many days a week"},
        fields=(),
        reader="tests.toy_mode.export.days_reader",
    ),
)
