"""The passages that suggestions are about, in the words of one version of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from consultations.markup import plain_from_markup
from consultations.models import ConsultationPage
from consultations.suggested_words import folded
from consultations.text_difference import PASSAGE
from consultations.text_versions import text_read


@dataclass(frozen=True, slots=True)
class PassageRead:
    """One passage: the id of its block, its heading, and its words without markup."""

    key: str
    heading: str
    words: str

    @property
    def folded(self) -> str:
        """Return the words with single spaces between them."""
        return folded(self.words)


def passage_of(page: ConsultationPage, number: int | None, key: str) -> PassageRead | None:
    """Return a passage as it stands in one version of a text; None when it has none, or is withheld."""
    if not key or (number and number < page.text_version and is_withheld(page, number)):
        return None
    return next((each for each in passages_in(text_read(page, number)) if each.key == key), None)


def is_withheld(page: ConsultationPage, number: int) -> bool:
    """Return whether nobody reads a version any more: no form may show its words."""
    return page.text_versions.filter(number=number, withheld_at__isnull=False).exists()


def words_of(value: dict) -> str:
    """Return the words of a passage as its page shows them, where no address stands behind a link."""
    return plain_from_markup(value.get("text", ""), with_addresses=False).strip()


def passages_in(body: list) -> Iterator[PassageRead]:
    """Yield the passages of a text from its raw blocks."""
    for block in body:
        if block["type"] == PASSAGE:
            value = block["value"]
            yield PassageRead(block.get("id", ""), value["heading"], words_of(value))
