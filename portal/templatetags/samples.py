"""Made-up things for the style guide, shaped like the real ones."""

from datetime import timedelta
from types import SimpleNamespace as Sample

from django import forms, template
from django.core.paginator import Paginator
from django.utils import timezone

register = template.Library()


class SampleForm(forms.Form):
    """A form with one mistake in it."""

    author_name = forms.CharField(label="Name to show", required=False, help_text="Leave it empty and we show no name.")
    author_email = forms.EmailField(label="E-mail", help_text="Never shown.")
    text = forms.CharField(label="Your comment", widget=forms.Textarea(attrs={"rows": 4}), max_length=400)


def page():
    """Return a consultation that closes in 27 days."""
    now = timezone.now()
    return Sample(
        title="Night buses",
        summary="Eight bus lines all night, from Thursday to Sunday: what you tell us can still change them.",
        slug="night-buses",
        state=Sample(value="open", label="Open for your views"),
        opens_at=now - timedelta(days=12),
        closes_at=now + timedelta(days=27),
        days_left=27,
        modes=["comments"],
        get_absolute_url="#",
    )


def submission(**changes):
    """Return a public comment with the given differences."""
    values = {
        "reference": "7F3K-9QXM",
        "is_public": True,
        "author_label": "Amira K.",
        "public_title": "",
        "public_text": "I finish at half past one. A stop at the east gate would save the late shift a walk.",
        "language": "en",
        "received_at": timezone.now() - timedelta(hours=2),
        "support_count": 14,
        "get_absolute_url": "#",
    }
    return Sample(**values | changes)


def submissions():
    """Return one of each kind of comment."""
    return [
        submission(),
        submission(reference="2222-2222", author_label="Lena Ortiz", support_count=0, public_text="Thank you."),
        submission(reference="3333-3333", redacted=True, public_text="Ring me on [phone removed]."),
        submission(reference="4444-4444", author_label="ليلى", language="ar", public_text="نحتاج إلى خط يمر بالميناء."),
        submission(reference="5555-5555", is_public=False, status_reason="Removed under clause 4: private details"),
    ]


def timeline():
    """Return a day that is past, the next one and a later one."""
    today = timezone.localdate()
    days = (
        (-12, "Opened", ""),
        (11, "Open evening", "6 pm, step-free."),
        (111, "Our answer", "What we will do, and why."),
    )
    return [{"date": today + timedelta(days=n), "title": title, "text": text} for n, title, text in days]


class StaffSampleForm(SampleForm):
    """The same with a choice, as staff pages show it."""

    answer = forms.ChoiceField(
        label="What would you do?", choices=[("a", "Publish"), ("b", "Refuse")], widget=forms.RadioSelect
    )


@register.simple_tag
def staff_samples():
    """Return what the style guide of staff pages shows."""
    tones = [("Published", "published"), ("Held", "held"), ("Refused", "refused"), ("Draft", ""), ("due soon", "wait")]
    note = Sample(words="2 late", url="#", tone="stop")
    return Sample(
        tags=tones,
        tabs=[Sample(url="#", label="Waiting", count=14, is_here=True), Sample(url="#", label="Appeals", count=1)],
        bars=[("May", 12), ("June", 31)],
        lines=[
            Sample(count=14, label="All that waits", url="#", notes=[note], about=""),
            Sample(count=None, label="Replay 12 is finished", url="#", notes=[], about="3 newly held"),
        ],
    )


@register.simple_tag
def staff_sample_form(theme):
    """Return the form with its mistake, with ids of its own for each theme."""
    return StaffSampleForm({"author_email": "amira"}, auto_id=f"{theme}_%s")


@register.simple_tag
def samples():
    """Return the made-up things by name."""
    return Sample(
        page=page(),
        cards=[page()],
        submissions=submissions(),
        idea=submission(public_title="A night bus that takes bikes", comment_count=3),
        timeline=timeline(),
        fact={
            "figure": "11,400",
            "statement": "people travel after midnight.",
            "source": "Household survey",
            "source_url": "#",
        },
        myth={
            "heard": "“Night buses are empty.”",
            "shown": "The 3 am trips carried 23 people.",
            "source": "Trial counts",
        },
        questions=[{"question": "Will fares rise?", "answer": "<p>No.</p>"}],
        form=SampleForm({"author_email": "amira", "text": "Run it later."}),
        pages=Paginator(range(60), 20).page(2),
        clause=clause(),
        sentences=["A person reads it first."],
        bars=[("May", 12), ("June", 31), ("July", 20)],
        states=["open", "upcoming", "closed", "outcome", "published", "held", "refused", "withdrawn"],
        colours="paper surface sunk ink ink-soft line line-strong action action-tint link good wait stop note".split(),
    )


def clause():
    """Return one clause of a policy."""
    return Sample(
        number=4,
        title="Leave out private details",
        text="Do not say where somebody lives or how to reach them.",
        allowed=["The planner answered me by e-mail."],
        not_allowed=["He lives at number 14."],
    )
