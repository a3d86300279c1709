"""What search engines and previews of links are told of a page."""

from typing import Any
from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language, to_locale
from wagtail.images.shortcuts import get_rendition_or_not_found
from wagtail.rich_text import get_text_for_indexing

from portal.agency.branding import branding
from portal.crawlers.structured_data import data_block, organization

register = template.Library()

DESCRIPTION_LETTERS = 200  # search engines show fewer
PREVIEW_PICTURE = "width-1376"  # the largest that pages show, so that none is made for previews alone
PAGE_NUMBER_DIGITS = 6


@register.simple_block_tag
def one_line(content: SafeString) -> SafeString:
    """Return what is within as one line, to be said more than once."""
    return mark_safe(" ".join(content.split()))  # noqa: S308  (rendered by the template; white space is no markup)


@register.filter
def as_description(html: object) -> str:
    """Return the first words of a text with markup, or of none."""
    closed = str(html or "").replace("<br>", "<br/>")  # the only form that Wagtail takes for a break
    words = " ".join(get_text_for_indexing(closed).split())
    return Truncator(words).chars(DESCRIPTION_LETTERS)


@register.filter
def first_text(body: Any) -> str:
    """Return the first text of a standing page; '' without any."""
    return next((block.value.source for block in body if block.block_type == "text"), "")


@register.filter
def as_organization(agency: Any) -> dict[str, Any]:
    """Return the agency as structured data, with its logo."""
    known = organization(agency["name"], agency["short_name"])
    return known | ({"logo": picture_address(agency["logo"], "max-320x80")} if agency["logo"] else {})


@register.inclusion_tag("includes/metadata.html", takes_context=True)
def page_metadata(
    context: Any,
    kind: str = "website",
    *,
    title: str = "",
    image: Any = None,
    alt: str = "",
    about: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Show the page's own address, the words and the picture of its preview, and structured data about it.

    Previews keep a ``title`` when the page is gone, so one that names a person gives another.
    """
    address = canonical_address(context["request"])
    picture = get_rendition_or_not_found(image, PREVIEW_PICTURE) if image else None
    picture_url = urljoin(settings.SITE_URL, picture.url) if picture else ""
    return {
        "kind": kind,
        "title": title or context["page_title"],
        "description": context["page_description"],
        "address": address,
        "site_name": branding()["name"],
        "locale": to_locale(get_language() or settings.LANGUAGE_CODE),
        "picture": picture,
        "picture_url": picture_url,
        "alt": alt,
        "structured": data_block({**about, "image": picture_url, "url": address}) if about else "",
    }


def canonical_address(request: Any) -> str:
    """Return the one address by which a page is known: of a query only the number of a list's page, and that alone.

    With a filter or another order, page 2 is no page of the plain list.
    """
    number = request.GET["page"] if list(request.GET) == ["page"] else ""
    is_later_page = number.isascii() and number.isdigit() and number.lstrip("0") not in ("", "1")
    query = f"?page={int(number)}" if is_later_page and len(number) <= PAGE_NUMBER_DIGITS else ""
    return f"{settings.SITE_URL}{request.path}{query}"


def picture_address(image: Any, size: str) -> str:
    """Return the whole address of a picture in a size."""
    return urljoin(settings.SITE_URL, get_rendition_or_not_found(image, size).url)
