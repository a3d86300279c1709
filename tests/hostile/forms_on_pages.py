"""The forms and links of a page, as a browser finds them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class FoundForm:
    """One form: where it leads, how, and the names and values of its fields."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class PageReader(HTMLParser):
    """Collects forms and links."""

    def __init__(self, address: str):
        super().__init__()
        self.address, self.forms, self.links = address, [], []
        self.form, self.text_of, self.select = None, None, None

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form":
            self.form = FoundForm(given.get("action") or self.address, given.get("method", "get").upper())
            self.forms.append(self.form)
        if self.form is not None and given.get("name"):
            self.read_field(tag, given)
        if tag == "option" and self.select and self.form and (given.get("value") and not self.form.fields[-1][1]):
            self.form.fields[-1] = (self.select, given["value"])
        if "formaction" in given and self.form:
            self.forms.append(FoundForm(given["formaction"], "POST", self.form.fields))

    def read_field(self, tag, given):
        """Keep one field with the value that it would send."""
        if tag == "input" and given.get("type") == "file":
            self.form.files.append(given["name"])
        elif tag in ("input", "button") or tag == "select":
            self.form.fields.append(
                (given["name"], given.get("value", "on" if given.get("type") == "checkbox" else ""))
            )
            self.select = given["name"] if tag == "select" else None
        elif tag == "textarea":
            self.form.fields.append((given["name"], ""))
            self.text_of = given["name"]

    def handle_data(self, data):
        if self.text_of and self.form and self.form.fields:
            name, value = self.form.fields[-1]
            self.form.fields[-1] = (name, value + data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        if tag == "textarea":
            self.text_of = None
        if tag == "select":
            self.select = None


def read_page(address: str, content: bytes) -> PageReader:
    """Return what a page holds."""
    reader = PageReader(address)
    reader.feed(content.decode("utf-8", "replace"))
    return reader
