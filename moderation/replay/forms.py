"""Which texts of the past to try a draft on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import ConsultationPage
from moderation.models import Replay
from moderation.replay import sampling

LAST, DAYS = (10_000, 1_000, 100_000), (30, 90, 365)
MOST_LISTED = 20


class SampleForm(forms.Form):
    """Choose a sample; what was tried before can be chosen again, so that two drafts are compared on the same texts."""

    which = forms.ChoiceField(label=_("Try it on"), error_messages={"required": _("Choose some texts.")})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.earlier = {replay.pk: replay for replay in Replay.objects.finished().for_lists()[:MOST_LISTED]}
        self.fields["which"].choices = [
            (_("The newest texts"), [*last_choices(), *days_choices()]),
            *optional(_("One consultation"), consultation_choices()),
            *optional(_("The same texts as before"), self.earlier_choices()),
        ]

    def earlier_choices(self):
        """Return the samples of earlier replays."""
        return [
            (f"replay:{pk}", _("Replay %(number)d: %(sample)s") % {"number": pk, "sample": words(replay)})
            for pk, replay in self.earlier.items()
        ]

    @property
    def sample(self):
        """Return the sample that was chosen, fixed as of now."""
        kind, _colon, number = self.cleaned_data["which"].partition(":")
        make = {
            "last": sampling.last_texts,
            "days": sampling.last_days,
            "consultation": sampling.one_consultation,
            "replay": lambda pk: self.earlier[pk].sample,
        }
        return make[kind](int(number))


def words(replay):
    """Return the sample of a replay in words."""
    return sampling.in_words(replay.sample)


def last_choices():
    """Return the samples by number."""
    return [(f"last:{count}", sampling.in_words({"last": count})) for count in LAST]


def days_choices():
    """Return the samples by time."""
    return [(f"days:{days}", sampling.in_words({"days": days})) for days in DAYS]


def consultation_choices():
    """Return the samples by consultation, the latest first."""
    pages = ConsultationPage.objects.order_by("-opens_at").values_list("pk", "title")[:MOST_LISTED]
    return [(f"consultation:{pk}", title) for pk, title in pages]


def optional(title, choices):
    """Return a group of choices; nothing when it is empty."""
    return [(title, choices)] if choices else []
