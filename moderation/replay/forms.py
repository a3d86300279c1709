"""The form that selects the past texts of a replay."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import ConsultationPage
from moderation.models import Replay
from moderation.replay import sampling

SAMPLE_SIZES, SAMPLE_DAYS = (10_000, 1_000, 100_000), (30, 90, 365)
MAX_LISTED_CHOICES = 20


class ReplaySampleForm(forms.Form):
    """Selects a sample; earlier samples are offered so that two drafts can be compared on the same texts."""

    which = forms.ChoiceField(label=_("Try it on"), error_messages={"required": _("Choose some texts.")})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.earlier = {replay.pk: replay for replay in Replay.objects.finished().for_lists()[:MAX_LISTED_CHOICES]}
        self.fields["which"].choices = [
            (_("The newest texts"), [*size_choices(), *days_choices()]),
            *choice_group(_("One consultation"), consultation_choices()),
            *choice_group(_("The same texts as before"), self.earlier_choices()),
        ]

    def earlier_choices(self):
        """Return the samples of earlier replays."""
        return [
            (f"replay:{pk}", _("Replay %(number)d: %(sample)s") % {"number": pk, "sample": words(replay)})
            for pk, replay in self.earlier.items()
        ]

    @property
    def sample(self):
        """Return the chosen sample; a new one ends at the newest submission, so that it stays the same."""
        kind, _colon, number = self.cleaned_data["which"].partition(":")
        make = {
            "last": sampling.sample_last_texts,
            "days": sampling.sample_last_days,
            "consultation": sampling.sample_consultation,
            "replay": lambda pk: self.earlier[pk].sample,
        }
        return make[kind](int(number))


def words(replay):
    """Return the sample of a replay in words."""
    return sampling.describe_sample(replay.sample)


def size_choices():
    """Return the samples by number."""
    return [(f"last:{count}", sampling.describe_sample({"last": count})) for count in SAMPLE_SIZES]


def days_choices():
    """Return the samples by time."""
    return [(f"days:{days}", sampling.describe_sample({"days": days})) for days in SAMPLE_DAYS]


def consultation_choices():
    """Return the samples by consultation, the latest first."""
    pages = ConsultationPage.objects.order_by("-opens_at").values_list("pk", "title")[:MAX_LISTED_CHOICES]
    return [(f"consultation:{pk}", title) for pk, title in pages]


def choice_group(title, choices):
    """Return a group of choices; nothing when it is empty."""
    return [(title, choices)] if choices else []
