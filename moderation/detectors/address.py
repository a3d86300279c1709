"""Street addresses: a number, a name and a word for a street."""

import re
from collections.abc import Iterator
from itertools import chain

from moderation.detectors.registry import ANY_DIGIT, Context, Match, detector
from moderation.text.normalised import Text

STREET_TYPES = (
    r"Street|St|Str|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Drv|Dr|Court|Crt|Ct|Place|Pl|Crescent|Cres|Cr|Terrace|Tce|Ter|"
    r"Parade|Pde|Close|Cl|Highway|Hwy|Boulevard|Blvd|Bvd|Grove|Gr|Circuit|Cct|Circle|Cir|Square|Sq|Gardens|Gdns|Mews|"
    r"Esplanade|Esp|Quay|Rise|Row|Way|Walk|Parkway|Pkwy|Turnpike|Trail|Trl|Broadway"
)
# In small letters only the words that mean nothing else.
LOWERCASE_STREET_TYPES = r"street|st|road|rd|avenue|ave|lane|drive|court|crescent|terrace|parade|boulevard|grove"
DWELLING_UNIT = (
    r"(?:(?:Unit|Flat|Apartment|Apt\.?|Suite|Villa|Townhouse|Shop|Level|U)\s?\#?\d{1,4}[A-Za-z]?(?:\s?,\s?|\s?/\s?|\s+)"
    r"|\d{1,4}[A-Za-z]?\s?/\s?)"
)
HOUSE_NUMBER = r"\d{1,5}[A-Za-z]?(?:\s?[-–]\s?\d{1,5}[A-Za-z]?)?"
STREET_NAME_PREFIX = r"(?:(?:St|Mt|Upper|Lower|Old|New|Great|Little|North|South|East|West|N|S|E|W|NE|NW|SE|SW)\.?\s)?"
STREET_NAME_WORD = r"(?:[A-Z][\w'’-]*|\d{1,3}(?:st|nd|rd|th))"
ENGLISH_ADDRESS = re.compile(
    rf"(?<![\w.,/$£€#-])(?i:{DWELLING_UNIT})?({HOUSE_NUMBER}),?\s{STREET_NAME_PREFIX}((?:{STREET_NAME_WORD}\s){{1,3}}?)(?:{STREET_TYPES})\b(?:\s(?:N|S|E|W|North|South|East|West)\b)?"
)
LOWERCASE_ADDRESS = re.compile(
    rf"(?<![\w.,/$£€#-])(?:{DWELLING_UNIT})?({HOUSE_NUMBER}),?\s((?:[a-z][\w'’-]*\s){{1,3}}?)(?:{LOWERCASE_STREET_TYPES})\b",
    re.IGNORECASE,
)
GERMAN_ADDRESS = re.compile(
    r"(?<![\w-])(?:[A-ZÄÖÜ][\wäöüß.-]*(?:straße|strasse|str\.|gasse|allee)"
    r"|(?:[A-ZÄÖÜ][\wäöüß.-]*\s){1,2}(?:Straße|Strasse|Str\.|Gasse|Allee)"
    r"|(?:Straße|Strasse|Allee)\s(?:der|des|am|an\sder|zum|zur)\s[A-ZÄÖÜ]\w+)"
    r"\s(\d{1,3}\s?[a-z]?(?:\s?[-–/]\s?\d{1,3}\s?[a-z]?)?)(?![\w%€])"
)
GERMAN_SQUARES = re.compile(
    r"(?<![\w-])(?:(?:Am|An\sder|Im|In\sder|Zum|Zur)\s[A-ZÄÖÜ]\w+(?:\s[A-ZÄÖÜ]\w+)?|[A-ZÄÖÜ][\wäöüß-]*(?:weg|platz|ring|damm|ufer|steig|markt))"
    r"\s(\d{1,3}\s?[a-z]?),?\s(?:(?:D|A|CH)-)?\d{4,5}\s[A-ZÄÖÜ]\w+"
)
FRENCH_ADDRESS = re.compile(
    r"(?<![\w.,/$£€#-])(\d{1,4}(?:\s?(?:bis|ter|quater))?),?\s(?i:rue|boulevard|bd|chemin|impasse|ruelle)\s"
    r"(?:(?:de|du|des|la|le|les|l['’]|d['’])\s?){0,3}[A-ZÀ-Ý][\w'’-]*"
)

# What stands before a number that is no house's: a route, a count, a date, a part of a plan.
NOT_BEFORE = re.compile(
    r"\b(?:\d+\s(?:and|to)|the|bus(?:es)?|routes?|lines?|trams?|trains?|stops?|platforms?|exits?|highways?|sections?|"
    r"clauses?|wards?|zones?|stages?|phases?|lots?|items?|pages?|figures?|options?|plans?|bill|than|about|around|over|nearly|almost|only|top|"
    r"of|for|between|all|every|these|those|our|are|were|have|has|with|build|add|plant|close|need)\s(?:no\.?\s)?$",
    re.IGNORECASE,
)
YEAR_NUMBER = re.compile(r"(?:19|20)\d\d")
# What a name of a street does not begin with, after a number.
NOT_NAMES = frozenset(
    "way lane lanes hour hours minute minutes min year years month months week weeks day days km kms kilometre metre "
    "metres meter meters mile miles mph kph m new more old bus buses car cars per percent cent dollar dollars story "
    "storey level major minor different other additional people person residents trees houses homes house block "
    "blocks side sides of on in at the to from for and or by is are big busy local state federal january "
    "february march april may june july august september october november december jan feb mar apr jun jul aug sept "
    "sep oct nov dec am pm million billion thousand hundred star point bedroom acre acres foot feet ft "
    "wheel times place".split()
)
COUNTED_THING = re.compile(
    r"\s(?:bus(?:es)?|trams?|trains?|routes?|lines?|services?|stops?|shops?|stores?|trees?|residents?|projects?|homes|"
    r"houses|businesses|spaces|lights?|crossings?|closures?|upgrades?|intersections?|festivals?|part(?:y|ies)|meetings?)\b",
    re.IGNORECASE,
)
GERMAN_COUNTED_THING = re.compile(
    r"\s?(?:km|m|cm|Meter|Prozent|Uhr|Euro|Jahre|[A-ZÄÖÜ][a-zäöüß]+(?:e|en|er|n|s))\b|\.\s?[A-ZÄÖÜ]\w+"
)
ROUTE_NUMBER = re.compile(
    r"(?:Bundes|Land|Landes|Staats|Kreis|Schnell|Haupt(?:verkehrs))(?:straße|strasse|str\.)$", re.IGNORECASE
)

# What makes an address somebody's home, right before it and right after it. Most addresses in a consultation are those
# of what is to be built, and of halls, schools and shops.
LIVING = r"(?:liv(?:e[sd]?|ing)|resid(?:e[sd]?|ing)|stay(?:s|ing)?|moved|wohn\w*|habit\w*|demeur\w*|zuhause)"
NEAR_BY = r"(?:near|opposite|behind|beside|close|across|around|next|away|from|without)"
HOME = r"(?:house|home|flat|unit|apartment|place|address|property|door|mailbox|adresse|wohnung|haus|maison|domicile)"
KIN = (
    r"(?:neighbou?rs?|mother|father|mum|mom|dad|parents|sister|brother|son|daughter|wife|husband|family|tenants?|landlord|"
    r"friend|ex|boss|manager|nachbar\w*|familie|famille|voisine?)"
)
OWNER = r"(?:my|our|his|her|their|your|meine?[rnms]?|unsere?[rnms]?|mon|ma|notre)"
HOME_BEFORE = re.compile(
    rf"\b(?:{LIVING}(?!\s+(?:music|shows?|events?|streams?)\b)(?:[^\w.!?;:]+(?!{NEAR_BY}\b)\w+){{0,6}}"
    rf"|{OWNER}\s+(?:\w+\s+)?{HOME}(?:\W+(?!{NEAR_BY}\b)\w+){{0,2}}"
    rf"|{OWNER}\s+(?:\w+\s+)?{KIN}(?:\W+(?:lives?|at|in|of|from|number|no|is|are|the|von|aus|im|du|au)){{0,3}}"
    r"|(?:home|residential|private|postal)\s+address(?:\W+is)?"
    r"|(?:find|visit|see|write\s+to)\s+(?:me|him|her|them|us)(?:\W+(?:at|in|home)){0,2}"
    r"|(?:family|woman|man|owners?|neighbou?rs?|tenants?)\s+(?:at|in|of|from)(?:\s+(?:number|no))?)\W*$",
    re.IGNORECASE,
)
HOME_AFTER = re.compile(
    r"\W{0,3}(?:is|was)\s+(?:where\s+\w+\s+(?:\w+\s+)?liv\w+|(?:my|our|his|her|their)\s+(?:home|house|address|place|flat)\b)"
    r"|[\w\s,]{0,30}\bwhere\s+(?:i|we|he|she|they|(?:my|his|her|their)\s+\w+)\s+liv\w+",
    re.IGNORECASE,
)
HOME_CUE_CHARACTERS = 60  # characters before the address

AddressSpan = tuple[int, int]


def _is_street(found: re.Match[str], raw: str) -> bool:
    """Say whether a number and an English name are a place, and not a count, a year or a route."""
    before, name = raw[max(found.start() - 20, 0) : found.start()], found[2].split()
    in_unit = found.start(1) > found.start()
    if name[0].casefold() in NOT_NAMES or COUNTED_THING.match(raw, found.end()):
        return False
    return in_unit or not (NOT_BEFORE.search(before) or YEAR_NUMBER.fullmatch(found[1]))


def _english(raw: str) -> Iterator[AddressSpan]:
    yield from (found.span() for found in ENGLISH_ADDRESS.finditer(raw) if _is_street(found, raw))
    for found in LOWERCASE_ADDRESS.finditer(raw):
        plain = NOT_NAMES.isdisjoint(found[2].casefold().split())
        if plain and _is_street(found, raw) and _is_of_a_home(raw, *found.span()):
            yield found.span()


def _german(raw: str) -> Iterator[AddressSpan]:
    for found in GERMAN_ADDRESS.finditer(raw):
        street = raw[found.start() : found.start(1)].strip()
        if not ROUTE_NUMBER.search(street) and not GERMAN_COUNTED_THING.match(raw, found.end()):
            yield found.span()
    yield from (found.span() for found in GERMAN_SQUARES.finditer(raw))


def _is_of_a_home(raw: str, start: int, end: int) -> bool:
    return bool(HOME_BEFORE.search(raw[max(start - HOME_CUE_CHARACTERS, 0) : start]) or HOME_AFTER.match(raw, end))


def _is_own(written: str, own_contacts: tuple[str, ...]) -> bool:
    ours = (" ".join(Text(own).words) for own in own_contacts)
    return any(" ".join(Text(written).words) in own for own in ours if own)


@detector(hint=ANY_DIGIT)
def street_address(text: Text, context: Context, *, homes: bool = False) -> Iterator[Match]:
    """Find street addresses with a number; `homes` leaves out those without a word that makes them somebody's home."""
    raw, end = text.raw, 0
    french = (found.span() for found in FRENCH_ADDRESS.finditer(raw))
    for start, stop in sorted(chain(_english(raw), _german(raw), french)):
        if start < end or _is_own(raw[start:stop], context.own_contacts):
            continue
        if not homes or _is_of_a_home(raw, start, stop):
            end = stop
            yield Match(start, stop, "Looks like a street address.")
