"""Pages: the home page, the list of consultations, and consultations."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Count, Exists, ExpressionWrapper, F, OuterRef, Q, When
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager, PageQuerySet, PageViewRestriction
from wagtail.search import index

from consultations.blocks import RICH_TEXT, BodyBlock, OutcomeBlock
from consultations.editing import ConsultationForm, keep_what_was_asked, recognise_questions
from consultations.models.panels import consultation_panels
from consultations.models.pause import PausablePage
from consultations.models.previews import ConsultationPreview
from consultations.models.sign_off import checks_of_consultation
from consultations.models.text_version import VersionedText, passage_headings
from consultations.modes.table import default_modes
from consultations.usual_period import usual_period, usual_sentence
from portal.agency.rich_text import StaffTextField
from portal.http.lifetime import changes_at
from portal.http.page_cache import public_page
from portal.staff.page_forms import StaffPageForm


class State(models.TextChoices):
    """The state of a consultation, computed from its times and its outcome."""

    UPCOMING = "upcoming", _("Opens soon")
    OPEN = "open", _("Open for your views")
    CLOSED = "closed", _("Closed, answer to come")
    OUTCOME = "outcome", _("Outcome published")


class ConsultationQuerySet(PageQuerySet):
    """Named selections of consultations."""

    def upcoming(self):
        """Select the consultations that have not opened yet, soonest first."""
        return self.filter(opens_at__gt=timezone.now()).order_by("opens_at")

    def open(self):
        """Select the consultations that take submissions now, the first to close first."""
        now = timezone.now()
        return self.filter(opens_at__lte=now, closes_at__gt=now).order_by("closes_at")

    def over(self):
        """Select the closed consultations, with or without an outcome, latest first."""
        return self.filter(closes_at__lte=timezone.now()).order_by("-closes_at")

    def by_what_comes_next(self):
        """Order by what comes next: open ones that close soonest, those that open soonest, then the latest closed."""
        now = timezone.now()
        is_open, is_upcoming = Q(opens_at__lte=now, closes_at__gt=now), Q(opens_at__gt=now)
        next_moment = Case(When(is_upcoming, then="opens_at"), When(is_open, then="closes_at"))  # NULL for closed ones
        group = Case(When(is_open, then=0), When(is_upcoming, then=1), default=2)
        return self.order_by(group, next_moment, "-closes_at", "pk")

    def with_restrictions(self):
        """Annotate ``is_restricted``: a view restriction in Wagtail applies to the page or to one above it."""
        path = ExpressionWrapper(OuterRef("path"), output_field=models.CharField())
        above = PageViewRestriction.objects.annotate(below=path).filter(below__startswith=F("page__path"))
        return self.annotate(is_restricted=Exists(above))

    def without_content(self):
        """Defer the long columns."""
        return self.defer("body", "outcome", "search_description")

    def for_cards(self):
        """Load what a card shows; defer the long columns."""
        return self.defer("body").select_related("illustration")

    def about(self, topic):
        """Select the consultations that have a topic of this name."""
        return self.filter(topics__name=topic)

    def in_state(self, state):
        """Select the consultations in this state."""
        over = self.over()
        return {
            State.UPCOMING: self.upcoming,
            State.OPEN: self.open,
            State.CLOSED: lambda: over.filter(outcome=[]),
            State.OUTCOME: lambda: over.exclude(outcome=[]),
        }[State(state)]()


def at_own_address(page, parts):
    """Return a page's site and address, as Wagtail gives them, with the address that our own views answer at."""
    return parts and (*parts[:2], page.get_absolute_url())


class HomePage(Page):
    """The home page: open, upcoming and recently decided consultations."""

    introduction = StaffTextField(_("introduction"), blank=True, features=["h2", "h3", *RICH_TEXT])

    base_form_class = StaffPageForm
    template = "consultations/home_page.html"
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["consultations.ConsultationIndexPage", "portal.ContentPage"]

    class Meta:
        verbose_name = _("home page")

    @method_decorator(public_page())
    def serve(self, request, *args, **kwargs):
        return super().serve(request, *args, **kwargs)

    def get_context(self, request, *args, **kwargs):
        """Add the open, upcoming and recently closed consultations."""
        live = ConsultationPage.objects.live().public().for_cards()
        lists = {"open": live.open()[:12], "upcoming": live.upcoming()[:6], "recent": live.over()[:6]}
        return super().get_context(request, *args, **kwargs) | lists


class ConsultationIndexPage(Page):
    """The parent page of all consultations; the list itself is the view at /consultations/."""

    introduction = StaffTextField(_("introduction"), blank=True, features=RICH_TEXT)

    base_form_class = StaffPageForm
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["consultations.HomePage"]
    subpage_types = ["consultations.ConsultationPage"]
    max_count = 1

    class Meta:
        verbose_name = _("list of consultations")

    def get_absolute_url(self):
        return reverse("consultations:list")

    def get_url_parts(self, request=None):
        """Return the address of the list, which stays whatever slug the page has."""
        return at_own_address(self, super().get_url_parts(request))

    def serve(self, request, *args, **kwargs):
        """Lead to the list."""
        return redirect(self.get_absolute_url())


class TopicQuerySet(models.QuerySet):
    """Named selections of topics."""

    def most_used(self, consultations):
        """Select the names of the topics of these consultations, those of the most first."""
        used = self.filter(content_object__in=consultations.values("pk")).values_list("tag__name", flat=True)
        return used.annotate(number=Count("pk")).order_by("-number", "tag__name")


class ConsultationTopic(TaggedItemBase):
    """A topic of a consultation."""

    content_object = ParentalKey("consultations.ConsultationPage", related_name="topic_links", on_delete=models.CASCADE)

    objects = TopicQuerySet.as_manager()


class Moderation(models.TextChoices):
    """When a moderator reads a text that no rule holds."""

    AFTER = "after", _("After publication: what no rule holds appears at once")
    BEFORE = "before", _("Before publication: a person reads everything first")


class Captcha(models.TextChoices):
    """When a guest has to solve a captcha."""

    SUSPICION = "suspicion", _("Only on suspicion")
    ALWAYS = "always", _("Always")


def opening_proposed():
    """Return tomorrow at nine, the default for new drafts."""
    return (timezone.localtime() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)


def closing_proposed():
    """Return five in the afternoon, six weeks after the default opening."""
    return opening_proposed().replace(hour=17) + timedelta(weeks=6)


class ConsultationPage(ConsultationPreview, PausablePage, VersionedText, Page):
    """A consultation: a question to the public, open between two moments."""

    summary = models.TextField(
        _("summary"),
        max_length=600,
        help_text=_("One plain paragraph: what is proposed, who decides, what can change."),
    )
    answering = models.CharField(
        _("who answers"), max_length=120, blank=True, help_text=_("The unit that reads and decides.")
    )
    illustration = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("picture"),
    )
    illustration_alt = models.CharField(_("the picture in words"), max_length=200, blank=True)
    illustration_decorative = models.BooleanField(
        _("the picture is decoration"), default=False, help_text=_("It tells nothing that the text does not tell.")
    )
    topics = ClusterTaggableManager(through=ConsultationTopic, blank=True, verbose_name=_("topics"))
    body = StreamField(BodyBlock(), verbose_name=_("text"))
    opens_at = models.DateTimeField(
        _("opens"), default=opening_proposed, help_text=_("Times here are in the agency's time zone.")
    )
    closes_at = models.DateTimeField(_("closes"), default=closing_proposed)
    first_closes_at = models.DateTimeField(null=True, editable=False)  # as it was announced by the first publication
    answer_due = models.DateField(_("answer due"), null=True, blank=True)
    modes = models.JSONField(_("what people can do"), default=default_modes, blank=True)  # keys of the table of modes
    moderation = models.CharField(_("moderation"), max_length=10, choices=Moderation.choices, default=Moderation.AFTER)
    captcha = models.CharField(_("captcha"), max_length=10, choices=Captcha.choices, default=Captcha.SUSPICION)
    outcome = StreamField(OutcomeBlock(required=False), blank=True, default=list, verbose_name=_("outcome"))

    objects = PageManager.from_queryset(ConsultationQuerySet)()
    shown_at = None  # the moment of a preview; None is now
    unpublishing_reason = ""  # while it is taken off the site
    content_before = None  # the content that was public at the last save; None for none

    # A copy is another consultation: it has its own time and its own versions, and nobody has answered it.
    exclude_fields_in_copy = (
        "opens_at closes_at first_closes_at answer_due outcome go_live_at expire_at text_version change_note".split()
    )
    parent_page_types = ["consultations.ConsultationIndexPage"]
    subpage_types = []
    template = "consultations/consultation_page.html"
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]

    edit_handler = consultation_panels()
    base_form_class = ConsultationForm

    class Meta:
        verbose_name = _("consultation")
        permissions = [("change_timing", "Can close early, keep open longer and take off the site")]

    @property
    def state(self):
        """Return the current state."""
        if not self.is_open and self.now < self.opens_at:
            return State.UPCOMING
        if self.is_open:
            return State.OPEN
        return State.OUTCOME if self.outcome else State.CLOSED

    @property
    def is_open(self):
        """Return whether it is the time to take part; a pause may stand in the way (`is_taking_part`)."""
        changes_at(self.opens_at, self.closes_at)
        return self.opens_at <= self.now < self.closes_at

    @property
    def now(self):
        """Return the moment at which the page is shown: the present one, or that of a preview."""
        return self.shown_at or timezone.now()

    @property
    def closing_is_announced(self):
        """Return whether people take part already, so that the closing time changes for a public reason only."""
        return bool(self.pk and self.live and self.opens_at and self.opens_at <= timezone.now())

    @property
    def closing_moved(self):
        """Return whether it closes "later" or "earlier" than first announced; "" if as announced, or unknown."""
        if self.first_closes_at in (None, self.closes_at):
            return ""
        return "later" if self.closes_at > self.first_closes_at else "earlier"

    @property
    def days_left(self):
        """Return the whole days until the closing moment; 0 on the last day and afterwards."""
        return max((self.closes_at - self.now) // timedelta(days=1), 0)

    @property
    def hours_left(self):
        """Return the whole hours until the closing moment; 0 in the last hour and afterwards."""
        return max((self.closes_at - timezone.now()) // timedelta(hours=1), 0)

    @property
    def share_of_time(self):
        """Return how much of the open period has passed, in per cent."""
        gone, whole = self.now - self.opens_at, self.closes_at - self.opens_at
        return min(max(round(100 * (gone / whole)), 0), 100)

    @property
    def days_to_answer(self):
        """Return the days until the answer is due, negative when late; None without a date or once answered."""
        if self.answer_due is None or self.outcome:
            return None
        return (self.answer_due - timezone.localdate(self.now)).days

    @property
    def answer_is_late(self):
        """Return whether the day on which an answer was promised has passed without one."""
        days = self.days_to_answer
        return days is not None and days < 0

    @cached_property
    def passage_titles(self):
        """Return the heading of each passage that can be commented on, by block id."""
        return passage_headings(self.body.raw_data)  # the raw JSON, because building the blocks costs a query

    def with_content_json(self, content):
        """Return a draft with its questions matched to the published ones of the same wording.

        Otherwise publishing an old draft would create a second question with the same words. Once people take part,
        an old draft does not bring back an earlier closing time either, and never what was first announced, the number
        of the newest version, or a change note that was published.
        """
        draft = recognise_questions(super().with_content_json(content))
        kept = ("live", "opens_at", "closes_at", "first_closes_at", "text_version")
        stored = ConsultationPage.objects.filter(pk=self.pk).only(*kept).first()
        draft.first_closes_at = stored and stored.first_closes_at
        draft.text_version = stored.text_version if stored else 0
        draft.change_note = draft.note_of_change
        if stored and stored.closing_is_announced:
            draft.closes_at = stored.closes_at
        return draft

    @transaction.atomic
    def publish(self, *args, **kwargs):
        """Publish a revision together with its events and the version of its text, one publication at a time."""
        ConsultationPage.objects.select_for_update(of=("self",)).only("pk").get(pk=self.pk)
        return super().publish(*args, **kwargs)

    def save(self, *args, **kwargs):
        """Save the page; an old draft cannot change or delete questions that people answered."""
        if self.pk and "update_fields" not in kwargs:
            published = ConsultationPage.objects.live().filter(pk=self.pk).first()
            self.content_before = published and published.content()
            if published:  # a publication of this moment may have made a version
                self.text_version = published.text_version
            keep_what_was_asked(self)
        return super().save(*args, **kwargs)

    def content(self):
        """Return the public fields that may change during the consultation, by name."""
        plain = ("title", "summary", "opens_at", "closes_at", "answer_due")
        asked = [one.content() for one in self.questions.all()]
        return {
            **{name: getattr(self, name) for name in plain},
            "body": self.body.get_prep_value(),
            "outcome": self.outcome.get_prep_value(),
            "questions": asked,
            "stated_terms": sorted(each.stated for each in self.stated_terms.all()),
        }

    def sign_off_checks(self):
        """Return what stands in the way of this draft's sign-off."""
        return checks_of_consultation(self)

    @property
    def texts_given(self):
        """Return how many texts have come in."""
        return self.submissions.count() if self.pk else 0

    @property
    def usual_address_period(self):
        """Return how long addresses are kept where the editor states nothing, as a sentence."""
        usual = usual_period(self.pk)
        return usual_sentence(usual) if usual else ""

    def get_absolute_url(self):
        return reverse("consultations:detail", args=[self.slug])

    def get_url_parts(self, request=None):
        """Return the address below that of the list, wherever editors put the page and whatever they call the list."""
        return at_own_address(self, super().get_url_parts(request))

    def serve(self, request, *args, **kwargs):
        """Lead from the place in Wagtail's tree to the consultation's address."""
        return redirect(self.get_absolute_url())

    def clean(self):
        """Raise ValidationError for a closing moment before the opening."""
        super().clean()
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("It has to close after it opens.")})
