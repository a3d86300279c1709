"""The parts an editor builds a consultation from."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from portal.agency.rich_text import StaffTextBlock

RICH_TEXT = ["bold", "italic", "ol", "ul", "link", "document-link"]


class SectionBlock(blocks.StructBlock):
    """A numbered passage that people can comment on by itself."""

    heading = blocks.CharBlock(max_length=200, label=_("Heading"))
    text = StaffTextBlock(features=RICH_TEXT, label=_("Text"))

    class Meta:
        icon = "title"
        label = _("Section")
        label_format = "{heading}"


class FactBlock(blocks.StructBlock):
    """One figure, what it says and where it comes from."""

    figure = blocks.CharBlock(max_length=30, label=_("Figure"), help_text=_("Such as 11,400 or $3.1 m"))
    statement = blocks.TextBlock(max_length=400, label=_("What it says"))
    source = blocks.CharBlock(max_length=200, label=_("Source"))
    source_url = blocks.URLBlock(required=False, label=_("Address of the source"))
    date = blocks.DateBlock(required=False, label=_("Date of the figure"))

    class Meta:
        icon = "clipboard-list"
        label = _("Fact with its source")
        label_format = "{figure} {statement}"


class MythBlock(blocks.StructBlock):
    """What is often heard, beside what the evidence shows."""

    heard = blocks.TextBlock(max_length=300, label=_("We often hear"))
    shown = blocks.TextBlock(max_length=500, label=_("What the evidence shows"))
    source = blocks.CharBlock(max_length=200, label=_("Source"))
    source_url = blocks.URLBlock(required=False, label=_("Address of the source"))

    class Meta:
        icon = "help"
        label = _("Often heard, and what is so")
        label_format = "{heard}"


class DocumentEntryBlock(blocks.StructBlock):
    """One document and what it is for."""

    title = blocks.CharBlock(max_length=200, label=_("Title"))
    document = DocumentChooserBlock(label=_("Document"))
    note = blocks.CharBlock(max_length=300, required=False, label=_("What it is for"))

    class Meta:
        label = _("Document")
        label_format = "{title}"


class DocumentsBlock(blocks.StructBlock):
    """Documents to read before answering."""

    title = blocks.CharBlock(max_length=200, default=_("Documents"), label=_("Heading"))
    entries = blocks.ListBlock(DocumentEntryBlock(), label=_("Documents"))

    class Meta:
        icon = "doc-full"
        label = _("Documents")
        label_format = "{title}"


class MomentBlock(blocks.StructBlock):
    """One day on the timeline."""

    date = blocks.DateBlock(label=_("Day"))
    title = blocks.CharBlock(max_length=200, label=_("What happens"))
    text = blocks.TextBlock(max_length=500, required=False, label=_("More about it"))

    class Meta:
        label = _("Day on the timeline")
        label_format = "{date} {title}"


class QuestionAnsweredBlock(blocks.StructBlock):
    """A question people ask, with its answer."""

    question = blocks.CharBlock(max_length=300, label=_("Question"))
    answer = StaffTextBlock(features=RICH_TEXT, label=_("Answer"))

    class Meta:
        label = _("Question with its answer")
        label_format = "{question}"


class PictureBlock(blocks.StructBlock):
    """A picture with its caption."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(max_length=300, required=False, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Picture")
        label_format = "{caption}"


class BodyBlock(blocks.StreamBlock):
    """The text of a consultation."""

    section = SectionBlock()
    fact = FactBlock()
    myth = MythBlock()
    documents = DocumentsBlock()
    timeline = blocks.ListBlock(MomentBlock(), icon="date", label=_("Timeline"))
    faq = blocks.ListBlock(QuestionAnsweredBlock(), icon="help", label=_("Questions people ask"))
    picture = PictureBlock()


class PointBlock(blocks.StructBlock):
    """One point of the outcome, from the question to the reason."""

    asked = blocks.TextBlock(label=_("We asked"))
    said = blocks.TextBlock(label=_("You said"))
    decided = blocks.TextBlock(label=_("We decided"))
    why = blocks.TextBlock(label=_("Why"))
    behind = blocks.ListBlock(
        blocks.CharBlock(max_length=9, label=_("Reference")),
        default=[],
        required=False,
        label=_("Submissions behind “You said”"),
        help_text=_("Their references, such as 7F3K-9QXM; readers can open those that are public."),
    )

    class Meta:
        icon = "tick-inverse"
        label = _("Asked, said, decided, why")
        label_format = "{asked}"


class OutcomeBlock(blocks.StreamBlock):
    """What was decided, and why."""

    text = StaffTextBlock(features=["h3", *RICH_TEXT], label=_("Text"))
    point = PointBlock()
