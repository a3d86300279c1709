"""Detects immediate danger to the author or to others."""

import re
from collections.abc import Iterator

from moderation.detectors.registry import Context, Match, detector
from moderation.detectors.reported_speech import is_denied, is_quoted, is_told, sentence_around
from moderation.detectors.words import compiled
from moderation.text.normalised import Text

DANGER_HINTS = frozenset(
    "ambulance police fire paramedic paramedics help breathing unconscious bleeding drowning choking attack stroke "
    "seizure attacked stabbed beaten raped strangled shot trapped gas gunman shooter gun knife intruder bomb "
    "explosion breaking shooting stabbing beating strangling smoke attacking stab rape threatening chasing burning "
    "emergency kill collapsed overdose overdosed".split()
)
URGENTLY = r"(?:now(?!\s+more)|please|quick(?:ly)?|urgently|immediately|asap|right\s+away|straight\s+away|hurry)"
KIN = (
    r"(?:child|son|daughter|baby|husband|wife|partner|mother|mum|mom|father|dad|friend|brother|sister|neighbou?r|"
    r"grandmother|grandfather|nan|boss|colleague|girlfriend|boyfriend)"
)
PERSON = (
    rf"(?:some(?:body|one)|an?\s+(?:\w+\s+)?(?:man|woman|person|child|boy|girl|baby|kid|driver|cyclist|pedestrian)|the\s+"
    rf"(?:man|woman|boy|girl|child|baby|driver|cyclist)|my\s+(?:\w+\s+)?{KIN}|he|she|i)"
)
STATE_VERB = r"(?:\s+(?:is|am|are)|'(?:s|m))(?:\s+(?:now|still|lying|just))?"
DANGEROUS_STATES = (
    r"(?:not\s+breathing(?!\s+\w*\s*(?:clean|fresh|air|in|the))|unconscious(?!\s+(?:bias|of))|bleeding\s+(?:out|badly|heavily|to\s+death)|drowning(?!\s+in\s+(?!the\b|a\b))|"
    r"choking(?!\s+on\s+(?:the\s+)?(?:fumes|smog|dust|exhaust|traffic|smoke))|having\s+a\s+(?:heart\s+attack|stroke|seizure)|"
    r"being\s+(?:attacked|stabbed|beaten(?:\s+up)?|raped|strangled|robbed)|"
    r"trapped\s+(?:in|under|inside)\s+(?:a|the|my|our|this)\s+\w+\b(?!\s+(?:because|without|by|with|since|due|all|every))|"
    r"(?:attacking|shooting\s+at|stabbing|beating|chasing|strangling)\s+(?:me|us|people|my|him|her|a|some(?:body|one))\b"
    r"(?!\s+(?:for|with|\w+\s+rights|plan|idea))|"
    r"trying\s+to\s+(?:kill|stab|rape|break\s+in)|breaking\s+in(?:to\s+my)?|threatening\s+(?:me|us|people|her|him)\s+with|"
    r"running\s+around\s+with\s+a\s+(?:gun|knife))"
)
PERIL = (
    r"(?:fire(?:\s+burning)?|gas\s+leak|bomb|gunman|shooter|intruder|explosion|"
    r"(?:man|woman|person)\s+with\s+a\s+(?:gun|knife))"
)
CLOSE_BY = rf"(?:{URGENTLY}|in\s+(?:my|our|the|this)\s+\w+|at\s+(?:my|our|the)|next\s+door|right\s+here|outside)"
BUILDING = r"(?:house|home|flat|apartment|building|kitchen|car|shed|roof|shop|school|bus|train|office)"
CALL_FOR = r"(?:call|ring|send|phone|get)\s+(?:me\s+|us\s+|for\s+)?(?:an?\s+|the\s+)?"
RESCUE = r"(?:ambulance|fire\s+brigade|police|paramedics|000|111|112|911|999)"
EMERGENCIES = (
    rf"{CALL_FOR}{RESCUE}(?:\s*,?\s*{URGENTLY}|\b[^.!?]{{1,40}}\b(?:quick(?:ly)?|urgently|immediately|right\s+away|hurry)\b)",
    rf"(?:please|quick|quickly|some(?:body|one)|hurry)[,!]?\s+(?:\w+\s+)?{CALL_FOR}{RESCUE}\b(?!\s+(?:about|for|when|on|over|more|as)\b)",
    rf"(?:i|we)\s+need\s+(?:an?\s+|the\s+)?{RESCUE}\s+(?:{URGENTLY}|here|at\s+\d)",
    rf"{PERSON}{STATE_VERB}\s+{DANGEROUS_STATES}",
    rf"{PERSON}\s+(?:has|have)\s+(?:just\s+)?(?:stopped\s+breathing|collapsed|overdosed|taken\s+an\s+overdose|been\s+(?:stabbed|shot))",
    rf"{PERSON}\s+(?:isn'?t|is\s+no\s+longer)\s+breathing",
    r"(?:a\s+(?:man|woman|person|boy)|he|she|some(?:body|one))(?:\s+has(?:\s+got)?|'s\s+got)\s+a\s+(?:gun|knife)\b",
    rf"there(?:'s|\s+is)\s+an?\s+{PERIL}\s+(?:right\s+)?{CLOSE_BY}",
    r"(?:gas\s+leak|fire|explosion|shooting|stabbing)\s+(?:on|in|at)\b[^.!?]{1,40}\b(?:send\s+(?:help|some|the)|please\s+(?:send|help))",
    rf"(?:my|the|our|their|neighbou?r'?s)\s+{BUILDING}(?:\s+next\s+door)?(?:\s+is|'s)\s+"
    r"(?:on\s+fire|burning(?!\s+\w*\s*(?:money|cash|through|coal|oil))|filling\s+with\s+smoke)",
    r"this\s+is\s+an\s+emergency\s*[,.!:]+\s*(?:send|call|please|help|(?:we|i)\s+need)",
)
DANGER = re.compile(rf"\b(?:{'|'.join(EMERGENCIES)})")
# Past, habitual or hypothetical danger is no emergency.
NOT_NOW = re.compile(
    r"\b(?:if|when|whenever|imagine|suppose|unless|in\s+case|would|could|might|had|was|were|did|ago|yesterday|last|once|"
    r"every|each|often|always|sometimes|until|before|should|used\s+to|how|feels?|like|as\s+though|so\s+that|until|before|"
    r"during|risk|metaphor)\b"
)
# "Our house is on fire" is a common phrase about the climate.
CLIMATE_WORDS = frozenset("climate planet earth warming emissions carbon fossil world democracy economy nation".split())


@detector(fields=("title", "text"))
def emergency(text: Text, context: Context) -> Iterator[Match]:
    """Find passages that call for an ambulance, the police or the fire brigade now."""
    if DANGER_HINTS.isdisjoint(text.vocabulary) or not CLIMATE_WORDS.isdisjoint(text.vocabulary):
        return
    form = text.folded
    for found in DANGER.finditer(form):
        begins, ends = sentence_around(form, found.start())
        before = form[begins : found.start()]
        if not (
            NOT_NOW.search(form, begins, ends) or is_denied(before) or is_told(before) or is_quoted(form, found.start())
        ):
            yield Match(*text.span(*found.span()), "Somebody may be in danger now.")


# Words of debates about dying, in which a wish to die is an opinion.
DYING_DEBATE = frozenset(
    "assisted euthanasia terminal terminally dignity dying palliative hospice illness incurable".split()
)
DYING_HOW = re.compile(
    r"\s+(?:at\s+home|in\s+(?:my|peace|a|the|this|dignity)|peacefully|with\s+dignity|of\s+(?:old|shame|embarrassment|boredom|"
    r"laughter|cold|heat)|here|on\s+my|when\s+(?:i|my)|where|how|before|knowing|every\s+time|laughing)\b"
)
LAUGHING = re.compile(r"\s+(?:laughing|with\s+laughter)\b")
MAX_CERTAINTY = 4
HELP_HINTS = frozenset(
    "die dead life live living alive end myself suicidal jump wake disappear goodbye miss without leben sterben "
    "umbringen mich".split()
)


@detector(fields=("title", "text"))
def crisis_help(text: Text, context: Context) -> Iterator[Match]:
    """Find passages by people who may hurt themselves, so that the text is reviewed soon."""
    if HELP_HINTS.isdisjoint(text.vocabulary) and len(text.readings) == 1:
        return
    form = text.folded
    for start, end, word in compiled(("help",), (), (), (), 1).find(text):
        at = text.unmasked.place(start)
        begins, _ = sentence_around(form, at)
        if is_told(form[begins:at]) or is_quoted(form, at) or is_denied(form[begins:at]):
            continue
        after = form[text.unmasked.place(end) :]
        if LAUGHING.match(after):
            continue
        if word.severity >= MAX_CERTAINTY or (DYING_DEBATE.isdisjoint(text.vocabulary) and not DYING_HOW.match(after)):
            yield Match(start, end, word.explanation, word.advice)
