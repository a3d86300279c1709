"""Threats: somebody says that harm will be, or should be, done to a person or to what belongs to people."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from moderation.detectors.registry import Context, Match, detector
from moderation.detectors.reported_speech import is_denied, is_quoted, is_told, sentence_around
from moderation.text.normalised import Text

ROLES = (
    "mayor councillor councilor councilman councilwoman cllr alderman minister premier governor president senator mp "
    "politician commissioner secretary director manager executive ceo chairman chairwoman chair boss planner officer "
    "official bureaucrat clerk inspector engineer surveyor architect consultant contractor developer ranger warden "
    "moderator administrator receptionist driver guard worker employee teacher principal doctor nurse judge magistrate "
    "policeman policewoman cop journalist reporter activist protester neighbour neighbor landlord tenant"
).split()
# One of these is in every threat that we know: a cheap first look. The others need one of YOU beside them.
THREAT_HINTS = frozenset(
    "end kill murder shoot shot stab stabbed strangle behead beheaded butcher execute executed lynch lynched hang "
    "hanged hung rape raped torture cripple maim bash bashed assassinate slaughter beat beaten punch knife string "
    "strung break smash slit snap kick knock rip bullet burn burned burnt burns torch bomb firebomb blow bleed lesson "
    "hospital grave coffin wheelchair crucified flogged killed murdered hunt hope hoping vandalise sabotage trash eye "
    "waiting gun rifle kills shoots stabs rapes beats poison cancer over cut put".split()
)
YOU_HINTS = frozenset("alive know watch eye dead find come coming shame gets get fire".split())
YOU = frozenset("you your u where".split())

SOON = r"(?:going|gonna|about|coming|ready)(?:\s+to)?"
WILL = (
    rf"(?:(?:i|we)\s+(?:(?:swear|promise)\s+(?:that\s+)?(?:i|we)\s+)?(?:will|shall|want\s+to|wanna|intend\s+to|plan\s+to|"
    rf"would\s+(?:love|like)\s+to|(?:am|are)\s+{SOON}|gonna)|i'?ll|we'll|i'd\s+(?:love|like)\s+to|(?:i'?m|we're)\s+{SOON}|imm?a)"
)
OBLIGATION = r"(?:should|ought\s+to|must|has\s+to|have\s+to|needs?\s+to)"
SOMEBODY = (
    rf"(?:(?:some(?:body|one)|one\s+of\s+us|every(?:body|one)|people|we)\s+{OBLIGATION}|some(?:body|one)\s+please)"
)
CALL_TO_ACT = r"(?:let'?s|let\s+us|(?:it(?:'s|\s+is)\s+)?time\s+to|please\s+go\s+and|go\s+and)"
THEN = r"(?:\s+(?!not\b|never\b)(?:\w+ly|just|all|soon|please|go|come|(?:\w+\s+){1,8}?and)){0,2}\s+"
START = rf"(?:(?:{WILL}|{SOMEBODY}|{CALL_TO_ACT}){THEN})"
KILL = (
    r"(?:kill|murder|shoot|stab|strangle|behead|butcher|execute|lynch|hang|rape|torture|cripple|maim|bash|assassinate|"
    r"slaughter|beat\s+up|punch|knife|string\s+up|run\s+over|poison)"
)
VIOLENCE_DONE = (
    r"(?:shot|stabbed|beheaded|hanged|hung(?!\s+(?:up|out))|lynched|executed|killed|murdered|raped|bashed|flogged|"
    r"crucified|strung\s+up|beaten\s+(?:up|to\s+death)|(?:burn(?:ed|t))\s+(?:alive|at\s+the\s+stake)|"
    r"put\s+down\s+like)\b(?!\s+by\b)"
)
BODY = r"(?:legs?|neck|face|head|skull|teeth|throat|arms?|jaw|nose|bones?|fingers?|lights|kneecaps?|brains?|eyes?)"
YOURS = r"(?:family|wife|husband|kids?|child|children|son|daughter|mother|mum|mom|father|dad|parents|dog)"
FIND = r"(?:(?:i|we)\s+know(?:\s+exactly)?|(?:i|we)(?:'ll|\s+will|'m\s+going\s+to|\s+am\s+going\s+to)\s+find\s+out)"
PLACES = (
    r"(?:cameras?|offices?|town\s+hall|city\s+hall|council|buildings?|house|home|cars?|vans?|bus(?:es)?|trains?|mosques?|"
    r"church(?:es)?|synagogues?|temples?|stations?|court(?:house)?|ministry|parliament|librar(?:y|ies)|schools?|shops?|"
    r"camps?|masts?|bollards?|hostels?|hotels?|shelters?|cent(?:er|re)s?|depots?)"
)
WRECK = r"(?:smash(?:\s+up)?|burn(?:\s+down)?|torch|bomb|firebomb|blow\s+up|set\s+fire\s+to|vandalise|sabotage|trash)"
# Him and her must end the thought: "beat her record" is no threat.
THREAT_END = (
    r"(?=\W*$|\s*[.,!?;:)\"”]|\s+(?:and|if|when|with|in|at|for|tonight|tomorrow|now|soon|too|because|or|unless|dead)\b)"
)
NO_HARM = (
    r"(?!'(?:s\b|\s+\w)|\s+(?:an?\s+(?:\w+\s+)?(?:e-?mail|message|line|note|text|letter|copy|look|question)|down\b|out\b|at\s+the\s+"
    r"(?:polls?|ballot|election|box)|with\s+(?:kindness|questions|laughter|love)|in\s+(?:court|the\s+polls?|effigy)|"
    r"(?:plan|idea|proposal|project|bill|motion|policy|budget|scheme|job|career|position|licen[cs]e|fees?|tax|union)s?\b))"
)


THREAT_PATTERNS = (
    r"(?:i|we)\s+know\s+(?:your\s+(?:home\s+)?address(?!\s+(?:is|was))|what\s+(?:car\s+)?you\s+drive|(?:what|which)\s+school\s+your)\b",
    r"watch\s+your\s+back\b|sleep\s+with\s+one\s+eye\s+open",
    r"you(?:'re|\s+are)\s+(?:all\s+)?(?:a\s+)?dead\s+(?:man|men|woman|meat)\b|you(?:'ll|\s+will)\s+be\s+dead\s+(?:by|before|soon)\b",
    r"i(?:'ll|\s+will)\s+be\s+(?:waiting|there)\s+(?:for\s+you\s+)?outside\s+your\s+(?:house|home|office|door)\b",
    r"i\s+have\s+(?:got\s+)?a\s+(?:gun|knife|rifle|bomb)\s+and\s+(?:i|you|will|not)\b",
    r"(?:i|we)(?:'?ll|\s+will)\s+(?:find|hunt\s+down|come\s+for)\s+you\b"
    r"(?=\W*$|\s*[.,!;]|\s+(?:and|one\s+day|wherever|tonight))",
    r"(?:i'?m|we're|i\s+am|we\s+are)\s+coming\s+(?:for|after)\s+you\b(?!\s+to\b)",
    r"(?:i'?m|we're|i\s+am|we\s+are)\s+(?:gonna|going\s+to)\s+get\s+you\b(?=\W*$|\s*[.,!;])",
    r"(?:i'?m|we're|i\s+am|we\s+are)\s+coming\s+to\s+your\s+(?:house|home)\b",
    r"you\s+(?:won't|will\s+not)\s+(?:\w+\s+){1,4}alive\b",
    r"hope\s+your\s+(?:house|home|car|office)\s+burns\b",
    rf"shame\s+if\s+(?:something|anything)\s+happened\s+to\s+(?:you|your\s+{YOURS})\b",
    rf"{START}{WRECK}\s+(?:the|their|your|this|these|those|that|every|all\s+the)\s+(?:\w+\s+){{0,2}}?{PLACES}\b",
)


class Aim(NamedTuple):
    """Patterns of whom a threat is against: an occupation, anybody at all, and the word before what is theirs.

    `he` and `you` are further ways to name them, to stand behind the occupation.
    """

    role: str
    anybody: str
    owner: str
    he: str = ""
    you: str = ""


def _aim(targets: tuple[str, ...]) -> Aim:
    article = (
        r"(?:the|that|this|these|those|our|your|every|each|any|all\s+(?:the|these|those)|all|you)\s+(?:\w+\s+){0,2}?"
    )
    names = "|".join(re.escape(Text(word).base.form) + "(?:e?s)?" for word in targets or ROLES)
    role = rf"(?:{article})?(?:{names})\b"
    if targets:
        return Aim(role, rf"{role}{NO_HARM}", rf"(?:your|{role}'s?)")
    you = rf"you|u|ya|the\s+lot\s+of\s+you|your\s+{YOURS}"
    whoever = r"the\s+(?:idiot|person|man|woman|moron|fool|clown|people|one)\s+(?:who|that)"
    every = r"(?:every\s+(?:last\s+|single\s+)?one\s+of\s+)?"
    anybody = rf"(?:{every}(?:{you})(?:\s+all)?|{role}|{whoever})\b{NO_HARM}|(?:him|her)\b{THREAT_END}"
    return Aim(role, f"(?:{anybody})", rf"(?:your|his|her|{role}'s?)", "|he|she", f"|{you}")


def _harm(aim: Aim) -> str:
    """Return the pattern of harm to somebody, as what follows "I will"."""
    return "|".join(
        (
            rf"{KILL}\s+{aim.anybody}",
            rf"(?:beat|hunt|burn|cut|blow|string|run)\s+{aim.anybody}\s+"
            r"(?:up|to\s+death|senseless|to\s+a\s+pulp|alive|into\s+pieces|over)\b",
            rf"(?:break|smash|cut|slit|snap|bash|kick|blow|punch|knock|rip)\s+(?:in\s+|off\s+|out\s+)?(?:both\s+|all\s+)?{aim.owner}\s+(?:\w+\s+)?{BODY}\b",
            rf"{WRECK}\s+{aim.owner}\s+(?:house|home|car|office)\b",
            rf"put\s+{aim.anybody}\s+(?:in\s+(?:a\s+|the\s+)?(?:hospital|grave|coffin|wheelchair|ground)|six\s+feet\s+under)\b",
            rf"put\s+a\s+(?:bullet|knife)\s+(?:in|into|through)\s+(?:{aim.owner}|{aim.anybody})",
            rf"end\s+{aim.anybody}(?=\W*$|\s*[.,!;])",
            rf"make\s+{aim.anybody}\s+bleed\b",
            rf"teach\s+{aim.anybody}\s+a\s+lesson\b(?!\s+(?:at|in)\s+the\s+(?:polls?|ballot|election|box))",
        )
    )


def _wishes(aim: Aim) -> str:
    """Return the pattern of harm that is wished on somebody, as what follows "I hope"."""
    fate = r"(?:shot|stabbed|killed|raped|murdered|beaten|cancer|run\s+over|hit\s+by)"
    return (
        rf"some(?:body|one)\s+(?:kills|shoots|stabs|rapes|beats\s+up)\s+{aim.anybody}"
        rf"|(?:{aim.anybody}|{aim.role}{aim.he})\s+(?:all\s+)?"
        rf"(?:dies?\b(?!\s+(?:of\s+old|peacefully))|rots?\s+in|burns?\s+in\s+hell|gets?\s+{fate})"
    )


@lru_cache(maxsize=32)
def _threats(targets: tuple[str, ...]) -> re.Pattern[str]:
    """Build the pattern; with targets, of threats against those and against nobody else."""
    aim = _aim(targets)
    kinds = (
        rf"{START}(?:{_harm(aim)})",
        rf"(?:(?:{aim.role}{aim.he}{aim.you})\b(?:\s+(?:who|that)(?:\s+\w+){{1,6}}?)?|whoever(?:\s+\w+){{1,6}}?)\s+(?:all\s+|really\s+|both\s+)?"
        rf"(?:should|ought\s+to|must|needs?\s+to|deserves?\s+to|wants?\s+to)\s+(?:all\s+)?be\s+(?:taken\s+out\s+and\s+)?{VIOLENCE_DONE}",
        rf"(?<![^.!?;:\n]\s)(?<![^.!?;:\n\s]){KILL}\s+{aim.role}{NO_HARM}",
        rf"hope\s+(?:that\s+)?(?:{_wishes(aim)})",
        rf"{FIND}\s+where\s+(?:{aim.role}{aim.he}{aim.you})\s+(?:lives?|sleeps?|go(?:es)?\s+to\s+school)\b",
        *(() if targets else THREAT_PATTERNS),
    )
    return re.compile(rf"\b(?:{'|'.join(kinds)})")


def _is_meant(form: str, start: int) -> bool:
    begins, _ = sentence_around(form, start)
    before = form[begins:start]
    return not (is_denied(before) or is_told(before) or is_quoted(form, start))


@detector()
def threats(text: Text, context: Context, *, targets: tuple[str, ...] = ()) -> Iterator[Match]:
    """Find threats that the author makes; `targets` narrows them to those against people of these occupations."""
    words = text.vocabulary
    if THREAT_HINTS.isdisjoint(words) and (YOU_HINTS.isdisjoint(words) or YOU.isdisjoint(words)):
        return
    for found in _threats(targets).finditer(text.folded):
        if _is_meant(text.folded, found.start()):
            yield Match(*text.span(*found.span()), "Reads like a threat of violence.")
