"""Rich text by staff, restricted to a list of elements.

Citizens write plain text. Wagtail's editor offers only these elements, but pasted text, imports and the API may contain
others.
"""

import bleach
from wagtail.blocks import RichTextBlock
from wagtail.fields import RichTextField
from wagtail.rich_text import RichText

TAGS = frozenset({"a", "b", "br", "em", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "strong", "ul"})
ATTRIBUTES = {"a": ["href", "linktype", "id"]}  # the last two are Wagtail's links to pages and documents
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})


def sanitise(html: str) -> str:
    """Return the HTML with every other element escaped, so that it shows as text and cannot run."""
    return bleach.clean(html, tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=False)


class StaffTextBlock(RichTextBlock):
    """A rich text block whose value is sanitised when it is saved."""

    def clean(self, value):
        return RichText(sanitise(super().clean(value).source))


class StaffTextField(RichTextField):
    """A rich text field whose value is sanitised when it is saved."""

    def pre_save(self, model_instance, add):
        value = sanitise(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, value)
        return value
