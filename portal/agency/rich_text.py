"""Rich text that staff type: what may be in it, wherever it comes from.

Citizens write plain text, so this is for editors only. Wagtail's editor offers nothing else, but text also comes
by paste, import and API.
"""

import bleach
from wagtail.blocks import RichTextBlock
from wagtail.fields import RichTextField
from wagtail.rich_text import RichText

TAGS = frozenset({"a", "b", "br", "em", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "strong", "ul"})
ATTRIBUTES = {"a": ["href", "linktype", "id"]}  # the last two are Wagtail's own links to pages and documents
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})


def sanitise(html: str) -> str:
    """Return the HTML with whatever is not allowed shown as text, so that nothing runs and nothing is lost."""
    return bleach.clean(html, tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=False)


class StaffTextBlock(RichTextBlock):
    """A rich text block whose value is sanitised when it is saved."""

    def clean(self, value):
        """Return the value, sanitised."""
        return RichText(sanitise(super().clean(value).source))


class StaffTextField(RichTextField):
    """A rich text field whose value is sanitised when it is saved."""

    def pre_save(self, model_instance, add):
        """Return the value, sanitised."""
        value = sanitise(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, value)
        return value
