"""Detects criticism of the agency: never a reason to refuse, but a refusal then needs a second opinion."""

from collections.abc import Iterator

from moderation.detectors.registry import Context, Match, detector
from moderation.detectors.reported_speech import SENTENCE
from moderation.text.normalised import WORD_PATTERN, Text

AGENCY_WORDS = frozenset(
    "plan plans proposal proposals scheme decision decisions consultation you your yourselves council councillor "
    "councillors councilors agency department ministry minister ministers government mayor authority authorities "
    "officials official officers officer bureaucrats bureaucrat bureaucracy planner planners staff management "
    "politician politicians administration commission commissioner ihr eure eurer stadt gemeinde behorde verwaltung "
    "amt ministerium regierung burgermeister".split()
)
HARSH_WORDS = frozenset(
    "bribe bribed bribes cheat cheated cheating robbed greed greedy insane idiotic clueless contempt absurd bad badly "
    "poor poorly waste wasted wasteful wasting fail failed failing fails failure incompetent incompetence useless "
    "ignore ignored ignores ignoring lie lied lies lying liar liars corrupt corruption disgrace disgraceful shame "
    "shameful ashamed wrong terrible terribly awful mess disappointed disappointing ridiculous stupid joke nonsense "
    "rubbish hopeless pathetic careless negligent negligence unfair unacceptable dishonest misleading mislead misled "
    "scandal secretive secrecy arrogant arrogance lazy blame blunder broke broken betrayed betrayal cover neglect "
    "neglected outrageous sick angry fed sham farce tokenistic undemocratic biased mismanaged mismanagement worst "
    "worse resign sack sacked versagt versagen unfahig luge lugen verschwendung verschwendet skandal schlecht "
    "peinlich ignoriert".split()
)


@detector(fields=("title", "text"), most="suggest")
def criticism(text: Text, context: Context, *, names: tuple[str, ...] = ()) -> Iterator[Match]:
    """Find sentences that criticise the agency harshly; `names` are its names."""
    addressed = AGENCY_WORDS | {word for name in names for word in Text(name).words}
    if HARSH_WORDS.isdisjoint(text.vocabulary) or addressed.isdisjoint(text.vocabulary):
        return
    for sentence in SENTENCE.finditer(text.folded):
        words = frozenset(WORD_PATTERN.findall(sentence[0]))
        if not (HARSH_WORDS.isdisjoint(words) or addressed.isdisjoint(words)):
            lead = len(sentence[0]) - len(sentence[0].lstrip())
            span = text.span(sentence.start() + lead, sentence.start() + len(sentence[0].rstrip()))
            yield Match(*span, "Seems to criticise us.")
