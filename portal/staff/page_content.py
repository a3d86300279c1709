"""What a page says, without what an editor's browser changes by itself: to know whether somebody really wrote."""

import json
import re
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')  # the editor of rich text numbers its paragraphs anew
NOT_WRITTEN = {  # in a revision: what Wagtail notes about the page, and remarks among colleagues
    *("live", "has_unpublished_changes", "live_revision", "latest_revision", "latest_revision_created_at"),
    *("first_published_at", "last_published_at", "draft_title", "locked", "locked_at", "locked_by", "expired"),
    *("wagtail_admin_comments", "numchild", "path", "depth", "url_path", "owner", "alias_of"),
}
NUMBERING_KEYS = ("id", "pk")  # of blocks and of rows, which are given anew
REVISIONS_COMPARED = 20


def plain(value):
    """Return a value without the ids of blocks and rows, numbers of paragraphs, and seconds."""
    if hasattr(value, "get_prep_value"):
        value = value.get_prep_value()
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if name not in NUMBERING_KEYS}
    if isinstance(value, list | tuple):
        items = [plain(each) for each in value]
        return sorted(items, key=str) if has_no_order(value) else items
    if isinstance(value, datetime):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, date | time | Decimal | UUID):
        return DjangoJSONEncoder().default(value)  # as blocks are stored; a form has read them already
    if isinstance(value, str):
        return plain_text_of_field(value)
    return value


def has_no_order(items):
    """Return whether a list is made of rows that nobody put in an order, such as tags: a database gives them in any."""
    return all(isinstance(each, dict) and "pk" in each and "sort_order" not in each for each in items)


def plain_text_of_field(value):
    """Return a text without numbers of paragraphs; blocks, which revisions keep as JSON, without their ids too."""
    if value.startswith("[{"):
        try:
            return plain(json.loads(value))
        except ValueError:
            pass
    return BLOCK_KEY.sub("", value)


def written_in(revision):
    """Return what somebody wrote in a revision."""
    return plain({name: value for name, value in revision.content.items() if name not in NOT_WRITTEN})


def writer_of(page):
    """Return who wrote what the latest revision says; who saved the same words later wrote nothing."""
    revisions = list(page.revisions.select_related("user").order_by("-created_at", "-pk")[:REVISIONS_COMPARED])
    writer = revisions[0].user if revisions else None
    for earlier in revisions[1:]:
        if written_in(earlier) != written_in(revisions[0]):
            break
        writer = earlier.user
    return writer
