"""The parts a lead moderator builds a policy from; `moderation.policy.drafting` turns them into a policy and back."""

from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from moderation.detectors import DETECTORS

RULE_MODE_CHOICES = [
    ("off", _("Off: it does nothing")),
    ("shadow", _("Shadow: it only counts, and changes nothing")),
    ("suggest", _("Suggest: the text appears, with a note to the moderators")),
    ("hold", _("Hold: a person reads the text before it appears")),
]
MACHINE_ACTION_CHOICES = [
    ("publish", _("Nothing: the text appears")),
    ("note", _("The text appears, with a note to the moderators")),
    ("hold", _("A person reads the text before it appears")),
]
SEVERITY_CHOICES = [
    ("0", _("0: a matter of form")),
    ("1", _("1: slight")),
    ("2", _("2: serious")),
    ("3", _("3: grave, such as private details")),
    ("4", _("4: somebody may be in danger")),
]
REMEDY_CHOICES = [
    ("edit", _("The author changes the text and sends it again")),
    ("redact", _("We take the passage out and publish the rest")),
    ("none", _("Nothing puts it right")),
]
TOMBSTONE_LABELS = [
    ("public", _("Readers are told which clause it was")),
    ("hidden", _("Readers are told only that a text is missing")),
]
GROUND_CHOICES = [
    ("INCOMPATIBLE_CONTENT", _("It breaks the house rules")),
    ("ILLEGAL_CONTENT", _("The law forbids it")),
]
# The categories of the EU's Transparency Database since July 2025, and the one name of before that old versions have.
CATEGORY_CHOICES = [
    (f"STATEMENT_CATEGORY_{name}", words)
    for name, words in (
        ("OTHER_VIOLATION_TC", _("Another breach of the house rules")),
        ("ANIMAL_WELFARE", _("Animal welfare")),
        ("CONSUMER_INFORMATION", _("Consumer information")),
        ("CYBER_VIOLENCE", _("Violence online")),
        ("CYBER_VIOLENCE_AGAINST_WOMEN", _("Violence online against women")),
        ("DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", _("Private details")),
        ("ILLEGAL_OR_HARMFUL_SPEECH", _("Unlawful or harmful speech")),
        ("INTELLECTUAL_PROPERTY_INFRINGEMENTS", _("Copyright and the like")),
        ("NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", _("Harm to public debate or elections")),
        ("NOT_SPECIFIED_NOTICE", _("Not specified")),
        ("PROTECTION_OF_MINORS", _("Protection of children")),
        ("RISK_FOR_PUBLIC_SECURITY", _("Public security")),
        ("SCAMS_AND_FRAUD", _("Scams and fraud")),
        ("SELF_HARM", _("Self-harm")),
        ("UNSAFE_AND_PROHIBITED_PRODUCTS", _("Unsafe or prohibited products")),
        ("VIOLENCE", _("Violence")),
        ("SCOPE_OF_PLATFORM_SERVICE", _("Another breach of the house rules (the name before July 2025)")),
    )
]
MAX_KEY_CHARACTERS = 80
TOML_HELP = _("Written as in the policy file: TOML, one entry a line.")
EXAMPLE_CONTEXT_HELP = _('What is known of the text when its examples are tried, such as: language = "de"')
SCOPE = _("Empty: everywhere and always. Otherwise consultations, channels, languages, since, until, crisis_level.")


class ExactTextBlock(blocks.TextBlock):
    """A text kept as it was typed, space and all, with one kind of line end."""

    @cached_property
    def field(self):
        """Return the form field, which strips nothing."""
        field = super().field
        field.strip = False
        return field

    def value_from_form(self, value):
        """Return what a browser sent, as the file has it."""
        return (value or "").replace("\r\n", "\n")


class ConditionBlock(ExactTextBlock):
    """The condition of a rule; its help names the detectors there are, which is no matter for a migration."""

    @cached_property
    def field(self):
        """Return the form field with its help."""
        field = super().field
        names = ", ".join(sorted(DETECTORS))
        field.help_text = format_lazy(
            "{} {} {}.", TOML_HELP, _("all, any, not, author, context, or a detector:"), names
        )
        return field


def examples(**kwargs):
    """Return a list of examples."""
    return blocks.ListBlock(ExactTextBlock(rows=1, label=_("Example")), default=[], required=False, **kwargs)


class SectionBlock(blocks.StructBlock):
    """A part of the policy page that is no clause."""

    key = blocks.CharBlock(
        max_length=MAX_KEY_CHARACTERS, label=_("Key"), help_text=_("Its name in the page's address.")
    )
    title = blocks.CharBlock(label=_("Title"))
    text = ExactTextBlock(rows=4, label=_("Text"), help_text=_("An empty line starts a new paragraph."))

    class Meta:
        icon = "title"
        label = _("Section")
        label_format = "{title}"


class ReasonBlock(blocks.StructBlock):
    """The reason of a clause in another language."""

    language = blocks.CharBlock(max_length=12, label=_("Language"), help_text=_("A code, such as de."))
    text = ExactTextBlock(rows=2, label=_("Reason"))


class ClauseBlock(blocks.StructBlock):
    """One numbered thing that we ask of people."""

    number = blocks.IntegerBlock(min_value=1, label=_("Number"))
    key = blocks.CharBlock(
        max_length=MAX_KEY_CHARACTERS,
        label=_("Key"),
        help_text=_("Decisions cite it. It stays when the title changes."),
    )
    title = blocks.CharBlock(label=_("Title"))
    text = ExactTextBlock(rows=4, label=_("What everybody reads"))
    allowed = examples(label=_("This is fine"))
    not_allowed = examples(label=_("This is not"))
    severity = blocks.ChoiceBlock(choices=SEVERITY_CHOICES, default="1", label=_("Severity"))
    remedy = blocks.ChoiceBlock(choices=REMEDY_CHOICES, default="edit", label=_("What puts it right"))
    reason = ExactTextBlock(rows=2, label=_("Reason"), help_text=_("Proposed to the moderator, read by the author."))
    reasons = blocks.ListBlock(ReasonBlock(), default=[], required=False, label=_("The reason in other languages"))
    tombstone = blocks.ChoiceBlock(choices=TOMBSTONE_LABELS, default="public", label=_("What readers are told"))
    auto_max = blocks.ChoiceBlock(
        choices=MACHINE_ACTION_CHOICES, default="hold", label=_("The most that a machine may do alone")
    )
    second_opinion = blocks.BooleanBlock(
        required=False, label=_("Two people have to agree"), help_text=_("Before a text is refused under this clause.")
    )
    viewpoint = blocks.BooleanBlock(
        required=False,
        label=_("About a topic or a viewpoint"),
        help_text=_("No rule of such a clause may hold a text: what people think is no reason."),
    )
    legal_basis = ExactTextBlock(required=False, rows=1, label=_("Legal basis"))
    ground = blocks.ChoiceBlock(
        choices=GROUND_CHOICES, default=GROUND_CHOICES[0][0], label=_("Ground in statements of reasons")
    )
    category = blocks.ChoiceBlock(
        choices=CATEGORY_CHOICES, default=CATEGORY_CHOICES[0][0], label=_("Category in statements of reasons")
    )

    class Meta:
        icon = "list-ol"
        label = _("Clause")
        label_format = "{number}. {title}"


class RuleBlock(blocks.StructBlock):
    """What the computer looks for, and how far it may go."""

    title = blocks.CharBlock(label=_("Title"), help_text=_("Everybody reads it."))
    key = blocks.CharBlock(max_length=MAX_KEY_CHARACTERS, label=_("Key"), help_text=_("Findings name it."))
    clause = blocks.CharBlock(max_length=MAX_KEY_CHARACTERS, label=_("Clause"), help_text=_("The key of its clause."))
    mode = blocks.ChoiceBlock(choices=RULE_MODE_CHOICES, default="shadow", label=_("How far it may go"))
    when = ConditionBlock(rows=2, label=_("When"))
    scope = ExactTextBlock(required=False, rows=1, label=_("Where and since when"), help_text=SCOPE)
    matches = examples(label=_("It must see these"))
    ignores = examples(label=_("It must pass these by"))
    given = ExactTextBlock(required=False, rows=1, label=_("Given"), help_text=EXAMPLE_CONTEXT_HELP)
    explain = ExactTextBlock(
        required=False,
        rows=1,
        label=_("What staff read"),
        help_text=_("In the place of the detector's own sentence. The author never reads it."),
    )
    tell_author = ExactTextBlock(
        required=False,
        rows=1,
        label=_("What the author reads"),
        help_text=_("In the place of the detector's own sentence."),
    )
    owner = blocks.CharBlock(required=False, label=_("Owner"), help_text=_("Who answers for it."))
    review_by = blocks.DateBlock(
        required=False, label=_("Look at it again by"), help_text=_("After this day it only counts.")
    )

    class Meta:
        icon = "cogs"
        label = _("Rule")
        label_format = "{title}"
