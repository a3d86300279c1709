"""How something is said: denied, told of others, quoted, or only imagined. For detectors of what is meant now."""

import re

SENTENCE_ENDS = ".!?\n"
SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
# Up to three words may stand between the "not" and what it denies.
DENIAL = re.compile(
    r"(?:\b(?:no|not|never|nobody|nor|without|cannot)\b|n'?t\b|\bdont\b)[^\w,;:]*(?:\w+[^\w,;:]+){0,3}$"
)
REPORTING_VERB = re.compile(
    r"\b(?!(?:i|we)\b)\w+\W+(?:(?:who|just|then|once|even|always|has|have|had|was|were|is|are)\W+){0,2}"
    r"(?:said|says|saying|told|tells|telling|shouted|shouts|shouting|yelled|yelling|screamed|screaming|wrote|writes|"
    r"texted|threatened|threatens|threatening|claimed|replied|posted|commented|messaged|warned|e-?mailed|quoted?|"
    r"called|rang|sang|sings)\b"
    r"|\b(?:words|threats?|messages?|comments?|notes?|letters?|calls?|films?|movies?|songs?|lyrics|novels?|plays?|"
    r"stories|story|books?|jokes?)\b(?:\W+\w+){0,3}\W*(?:like|such as|that|saying|where|in which|called|:|[\"“'])"
)
QUOTATION = re.compile(r'"[^"]*"|“[^”]*”')
OPEN_SINGLE = re.compile(r"[\s:,(]'[^']*$")
REPORTED_SPEECH_CHARACTERS = 160  # characters: what was said longer ago says little of this


def is_denied(before: str) -> bool:
    """Say whether the words just before deny what follows."""
    return bool(DENIAL.search(before))


def is_told(before: str) -> bool:
    """Say whether the sentence so far makes what follows the words of somebody else."""
    return bool(REPORTING_VERB.search(QUOTATION.split(before)[-1]))


def is_quoted(form: str, start: int) -> bool:
    """Say whether a place is inside quotation marks that have words in front of them."""
    before = form[:start]
    opened = before.rfind("“") if before.count("“") > before.count("”") else -1
    if before.count('"') % 2:
        opened = before.rfind('"')
    elif single := OPEN_SINGLE.search(before):
        opened = single.start()
    return opened > 0 and any(map(str.isalpha, before[:opened]))


def sentence_around(form: str, start: int) -> tuple[int, int]:
    """Return where the sentence around a place begins and ends; of a very long one, the part near by."""
    first, last = max(start - REPORTED_SPEECH_CHARACTERS, 0), min(start + REPORTED_SPEECH_CHARACTERS, len(form))
    begins = [form.rfind(sign, first, start) + 1 for sign in SENTENCE_ENDS]
    ends = [at for sign in SENTENCE_ENDS if (at := form.find(sign, start, last)) >= 0]
    return max(*begins, first), min(ends, default=last)
