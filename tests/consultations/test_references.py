"""References: random codes in which nobody reads a word."""

import re
import tomllib
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from consultations.models import Submission
from consultations.models.references import REFERENCE_ALPHABET, UNWANTED, new_reference
from tests.factories import submission_to

# What people read a digit or a V as.
READ_AS = {"2": "2Z", "3": "3E", "4": "4A", "5": "5S", "6": "6G", "7": "7T", "8": "8B", "9": "9GP", "V": "VU"}
ABBREVIATIONS = "FCK FKK FUK CNT KKK WTF BTCH SHT DCK TWT XXX BBW PTHC KZ HH 88 666 SMRT PRD KRV ZMRD ASS".split()


def listed_words():
    """Return the words of our own lists that could stand in a reference, and abbreviations in several languages."""
    found = set(ABBREVIATIONS)
    for path in Path(settings.BASE_DIR, "moderation", "words").glob("*.toml"):
        text = path.read_text()
        tomllib.loads(text)
        found |= {word.upper() for word in re.findall(r"[a-z]{3,8}", text)}
    return sorted(found)


def spellings(word, alphabet):
    """Yield each way in which characters of an alphabet spell a word."""
    ways = [[sign for sign in alphabet if letter in READ_AS.get(sign, sign)] for letter in word]
    return map("".join, product(*ways))


def test_no_listed_word_can_be_spelt():
    spelt = {code for word in listed_words() for code in spellings(word, REFERENCE_ALPHABET)}

    assert {code for code in spelt if not UNWANTED.search(code)} == set()
    assert len({code for word in listed_words() for code in spellings(word, "23456789ABCDEFGHJKLMNPQRSTUVWXYZ")}) > 500


def test_references_have_eight_characters_of_the_alphabet_and_none_of_the_unwanted():
    codes = [new_reference() for _each in range(2000)]

    assert all(re.fullmatch(f"[{REFERENCE_ALPHABET}]{{4}}-[{REFERENCE_ALPHABET}]{{4}}", code) for code in codes)
    assert not [code for code in codes if UNWANTED.search(code.replace("-", ""))]
    assert len(set(codes)) == 2000


@pytest.mark.django_db
def test_older_reference_goes_on_leading_to_its_text(client, consultation):
    text = submission_to(consultation, "The bus is late.")
    Submission.objects.filter(pk=text.pk).update(reference="A5S3-UL0I")
    text.refresh_from_db()

    assert client.get(reverse("consultations:thread", args=[consultation.slug, "a5s3-ul0i"])).status_code == 200
    assert client.get(text.get_receipt_url()).status_code == 200
