"""Whether a bad word is meant: people tell that they were called so, quote it, object to it, or say it of themselves.

For lists of words. Whoever tells of abuse that he met is no abuser, and was held as often as one. A sentence counts as
hearsay by what stands near the word, and never by what the rest of the text says.
"""

import re

from moderation.detectors.reported_speech import sentence_around

QUOTES = '"“”„«»‘'
HEARSAY_WINDOW = 120  # characters on either side of a quotation that may say whose words it holds
# No clause may end between what somebody does with a word and the word.
CLAUSE_END = (
    r"\b(?:but|because|however|yet|aber|weil|mais|pero)\b|,\s*(?:i|we|so)\b|\bme\s+to\s+(?:write|say|post|tell)\b"
)
SAME_CLAUSE = rf"(?:(?!{CLAUSE_END})[^;]){{0,70}}$"
NOT_THE_AUTHOR = r"(?!(?:i|we|let'?s|just|to|would|should|please|and|ich|wir)\b)"
NOT_EVERYBODY = r"(?!(?:everyone|everybody|people|they|all|many|some|who|you|was|were|been|being|am|are)\b)"

CALLING = (
    r"(?:call(?:s|ed|ing)?(?!\s+(?:for|on)\b)|nicknam(?:e|es|ed|ing)|shout(?:s|ed|ing)?|yell(?:s|ed|ing)?|scream(?:s|ed|ing)?|"
    r"mutter(?:s|ed|ing)?|chant(?:s|ed|ing)?|hiss(?:es|ed|ing)?|whisper(?:s|ed|ing)?|spray(?:s|ed|ing)?|paint(?:s|ed|ing)?|"
    r"scrawl(?:s|ed)?|scratch(?:ed)?|carv(?:e|es|ed|ing)|daub(?:ed|ing)?|wrote|writ(?:es|ing)|texted|tagged|repeat(?:s|ed|ing)?|"
    r"taunt(?:s|ed|ing)?|nannten?|beschimpft(?:en?)?|rief(?:en)?|schrie(?:n|en)?|"
    r"traitent|traite(?:e?s?)?|crient|crie|llama(?:n|ron)?|llamo|grita(?:n|ron)?|grito)"
)
SAYING = (
    r"(?:sa(?:id|ys|ying)(?!\s+(?:no|yes)\b)|told|tell(?:s|ing)|wrote|writ(?:es|ing|ten)|text(?:ed|ing)|messaged|posted|commented|asked|reads?|"
    r"begins?\s+with|started\s+with|joked|sagten?|schrieb(?:en)?|dit|disent|dijo|dijeron)"
)
SUFFERING = (
    r"(?:was|were|been|being|be|get|gets|got|getting|am|is|are|wurden?|worden)\W+(?:\w+\W+){0,2}?"
    r"(?:called|named|nicknamed|told(?=[^.]*(?:\b(?:i|we|me|us|my|to)\b|[\"“:]))|labelled|labeled|branded|abused|"
    r"insulted|taunted|greeted|addressed|shouted\s+at|yelled\s+at|beschimpft|genannt|bezeichnet)"
)
SPOKEN_ABOUT = (
    r"(?:word|term|slur|insult|nickname|phrase|expression|label|graffiti|sticker|wort|begriff|mot|palabra)s?\W+"
    r"(?:(?:like|such\s+as|of|reads?|said|says|saying|is|was)\W+)?"
)
OBJECTING = (
    r"(?:if|when|whoever|anyone|anybody|nobody|no\s+one|never|not|don'?t|doesn'?t|can'?t|cannot|stop|quit|unacceptable|wrong|"
    r"okay|fine|funny|racist)\b[^.;:]{0,40}\b(?:say(?:s|ing)?|said|call(?:s|ing|ed)?|us(?:es?|ing)|shout(?:s|ing)?|writ(?:es?|ing)|joke)"
)
TOLD_BEFORE = re.compile(
    rf"\b(?:{NOT_THE_AUTHOR}\w+\W+(?:(?:\w+ly|just|then|always|even|also|has|have|had|who|used\s+to|kept?|keeps?)\W+){{0,2}}{CALLING}"
    rf"|{NOT_THE_AUTHOR}{NOT_EVERYBODY}\w+\W+(?:(?:\w+ly|just|then|always|even|also|has|have|had|who|that)\W+){{0,2}}{SAYING}"
    rf"|{SUFFERING}|{OBJECTING}|(?<!\bi )(?<!\bwe )(?:said|says|saying|wrote|reads)\W+that)\b{SAME_CLAUSE}"
    rf"|\b{SPOKEN_ABOUT}[{QUOTES}']?$"
    rf"|^(?!.*\b(?:i|we|ich|wir|let'?s)\b).*\w\W+and\W+(?:{CALLING}|{SAYING})\b{SAME_CLAUSE}"
    rf"|^\W*(?:saying|using|writing|shouting|calling|printing)\b{SAME_CLAUSE}"
)
# What is done to people under a bad name, and where such names stand.
ABUSED_AS = (
    r"(?:greet|refer|address|bull(?:y|i)|mock|teas|harass|describ|label|brand|portray|introduc|dismiss|abus|insult|taunt|"
    r"humiliat|threaten|attack|target|singl|treat|spoke|look|feel|felt)\w*\b[^.;:]{0,40}\b(?:as|with|like|for\s+being)"
)
VICTIM = r"(?:me|us|him|her|them|my\s+\w+|our\s+\w+|people|someone|somebody|anyone)"
ARTICLE = r"(?:an?\s+|the\s+|some\s+|another\s+|just\s+)*(?:(?:dirty|filthy|stupid|bloody|little|lazy)\s+)?$"
ABUSE_BEFORE = re.compile(
    rf"(?<!\bi\s)(?<!\bwe\s)\b{ABUSED_AS}\s+{ARTICLE}"
    rf"|\b(?:label|brand|dub|nam|christen)\w*\s+{VICTIM}\s+{ARTICLE}"
    rf"|\b(?:my|our)\s+\w+\s+(?:is|are|was|were|gets?|got)\s+told\b{SAME_CLAUSE}|\b(?:remark|words?|message)s?\s+that\b{SAME_CLAUSE}"
    rf"|\bwords?\s+(?:\w+\s+){{1,2}}$"
    rf"|\bfor\s+being\s+{ARTICLE}"
    rf"|\b(?:think|thinks|thought|believe[sd]?|assume[sd]?|decided|suspect(?:s|ed)?)\s+(?:that\s+)?"
    rf"(?:i|we|he|she|my\s+\w+|our\s+\w+)\s+(?:am|was|is|are|were)\s+{ARTICLE}"
    rf"|(?<!\bi\s)(?<!\bwe\s)\b(?:laugh|jok|snigger|whisper)\w*\s+(?:about|at)\s+{ARTICLE}"
    rf"|\bgreet\w*\s+{VICTIM}\b[^.;:]{{0,50}}$"
    r"|\b(?:caption|slogan|hashtag|headline)s?\W+$"
    r"|\b(?:caption|title|song|rhym\w+|chant|joke|slogan|hashtag|meme|flyer|leaflet|poster|banner|sign|sticker|card|note|letter|parcel|remark|comment|"
    rf"message|cries|shout)s?\b(?:\W+(?:about|with|on|of|like|saying|says|said|reading|reads|that|which|against|was|were)){{1,2}}\W+"
    rf"{ARTICLE}"
)
ABUSE_AFTER = re.compile(
    r"^['’\"”»]*\W{0,2}(?:carved|painted|sprayed|spray-?painted|scratched|written|scrawled|daubed|engraved|printed|tagged|"
    r"smeared|left|keyed|etched|burnt|burned|chalked|stencilled|stamped)\s+(?:on|over|across|into|in|onto|under|all|at|above|next)\b"
    r"|^['’\"”»,]*\W*(?:is|was|that(?:'s|\s+is|\s+was))\s+(?:what|how)\b"
    r"|^\s+(?:jokes?|chants?|comments?|graffiti|remarks?|insults?|slurs?|abuse|shouts|stickers?|label|stereotypes?|bullying)\b"
    r"|^\s+in\s+(?:\w+\s+){0,2}(?:paint|letters|chalk|ink|capitals|marker)\b"
    r"|^\W*,?\s*meaning\s+(?:me|us|my|our|him|her)\b"
)
# "He muttered it", "it was keyed into the door": one of them without an article is the word, and not the people.
MENTION_BEFORE = re.compile(
    r"(?<!\bi\s)(?<!\bwe\s)\b(?:\w+ed|heard|hears?|hearing|uses?|using|says?|saying|wrote|burnt|spat)\s+$"
)
MENTION_AFTER = re.compile(
    r"^\s*(?:$|[.,;!?]|(?:on|in|into|onto|over|across|from|for|at|to|when|while|as|and|before|after|again|every|because|under|"
    r"behind)\b)"
)
NAMED_DIRECTLY = re.compile(r"\b(?:the|these|those|all|you)\s+$")
TRUTH_CLAIMED = re.compile(
    r"\b(?:what\s+(?:they|you|he|she|it)\s+(?:are|is)|rightly|(?:are|is|was|were)\s+right|what\s+\w+\s+(?:\w+\s+)?thinks?|for\s+a\s+reason|truth|right\s+that)\b"
)
TOLD_AFTER = re.compile(
    r"^['’\"”»]*\W*(?:beschimpft|genannt|bezeichnet|gerufen|tituliert)\b|"
    r"^['’\"”»s]*\W*(?:\w+\W+){0,4}?(?:was|were|is|are|been|being)\W+(?:\w+\W+){0,2}?(?:painted|sprayed|scrawled|scratched|"
    r"written|shouted|screamed|yelled|chanted|daubed)\b"
    r"|^['’\"”»]*\s+(?:is|are|was)\s+(?:not\s+)?(?:an?\s+)?(?:\w+\s+){0,2}(?:slur|insult|word|term|name\s+for|hate\s+speech)\b"
)
OF_A_NAME = re.compile(  # a place is called so
    r"^\W{0,2}\s*(?:hill|creek|lane|road|street|island|point|rock|mountain|river|lake|bay)\b[^.!?]{0,80}\b(?:renam\w+|name|insult\w*|"
    r"sign|offensive|racist)\b"
)
RENAMING = re.compile(r"\b(?:rename|renaming|called|named)\W+$")
DENIED_BEFORE = re.compile(
    r"\b(?:am|are|is|was|were|be|been|i'm|you're|he's|she's|we're|they're|it's)(?:n't|n’t|\s+not|\s+never|\s+no)\s+"
    r"(?:an?\s+|the\s+|just\s+|your\s+)?(?:\w+\s+)?$|\b(?:kein|keine)\s+$"
)
OWN_BEFORE = re.compile(
    r"(?:^|[,;:(–—]\s*|\b(?:and|but|because|that|so)\s+)\W*(?:"
    r"(?:as|being|speaking\s+as)\s+an?\s+(?:\w+\s+)?"
    r"|(?:i\s+am|i'm|im)\s+(?:an?\s+)(?:\w+\s+)?"
    r"|(?:we\s+are|we're)\s+(?:all\s+|proud\s+|both\s+|the\s+)*"
    r"|(?:all\s+of\s+)?(?:we|us)\s+|(?:my\s+|our\s+)?fellow\s+"
    r"|(?:i|we)\s+(?:\w+\s+)?call\s+(?:myself|ourselves)\s+(?:an?\s+)?(?:\w+\s+)?)$"
)
AMONG_US_BEFORE = re.compile(r"\b(?:my|real|being\s+an?|calling\s+(?:myself|ourselves)\s+an?)\s+$")
AMONG_US_AFTER = re.compile(r"^\W*(?:$|[.,!?;:]|(?:and|who|for|gotta|have|know|stick|rule)\b)")
# A danger is told, and nobody urged: "on these stairs you are going to kill yourself".
WARNED_BEFORE = re.compile(
    r"\b(?:you(?:'ll|'d|\s+will|\s+could|\s+might|\s+may|\s+can|(?:'re|\s+are)\s+(?:going\s+to|gonna))|nearly|almost|without|"
    r"people)\W+$"
)
SELF_HARM_PHRASE = re.compile(r"kill(?:ing)?\s+yoursel")
NOT_OWN_AFTER = re.compile(r"^\W*(?:hater|killer|basher|hunter|should|must|are\b|is\b)")
QUOTED_BY = re.compile(
    r"\b(?:words?|terms?|slurs?|insults?|names?|said|says?|saying|told|tells?|call(?:s|ed|ing)?|shout\w*|yell\w*|scream\w*|"
    r"chant\w*|wrote|writ\w+|spray\w*|paint\w*|hear\w*|comments?|posts?|sentences?|phrases?|remarks?|graffiti|signs?|stickers?|racist|offensive|unacceptable|"
    r"hurts?|crime|no\s+place|not\s+(?:ok|okay|funny|right)|inbox|letterbox|mail|messages?|wall|door|t-?shirt|caption|greeted|nicht\s+in\s+ordnung|rief\w*|schr\w+|gesagt|dit|crie\w*|dijo|grit\w+)\b"
)


def is_hearsay(form: str, start: int, end: int) -> bool:
    """Say whether the word at form[start:end], of folded text, is told of, quoted, objected to, denied or one's own."""
    begins, _ = sentence_around(form, start)
    _, ends = sentence_around(form, end)
    before, after = form[begins:start], form[end:ends]
    if _is_quoted(form, start, end):
        return True
    if TRUTH_CLAIMED.search(before):
        return False
    return bool(
        TOLD_BEFORE.search(before)
        or TOLD_AFTER.search(after)
        or ABUSE_BEFORE.search(before)
        or (form[end - 1] != "s" and MENTION_BEFORE.search(before) and MENTION_AFTER.match(after))
        or (ABUSE_AFTER.search(after) and not NAMED_DIRECTLY.search(before))
        or DENIED_BEFORE.search(before)
        or (AMONG_US_BEFORE.search(before) and AMONG_US_AFTER.match(after))
        or (SELF_HARM_PHRASE.match(form, start) and WARNED_BEFORE.search(before))
        or (RENAMING.search(before) and OF_A_NAME.search(after))
        or (OWN_BEFORE.search(before) and not NOT_OWN_AFTER.search(after))
    )


def _is_quoted(form: str, start: int, end: int) -> bool:
    """Say whether a place is between quotation marks, and words around them say whose words those are."""
    before, after = form[max(start - HEARSAY_WINDOW, 0) : start], form[end : end + HEARSAY_WINDOW]
    opened = max(before.rfind(sign) for sign in QUOTES)
    closed = min((at for sign in QUOTES if (at := after.find(sign)) >= 0), default=-1)
    if opened < 0 or closed < 0 or (before.count('"') % 2 == 0 and before[opened] == '"'):
        return False
    return bool(QUOTED_BY.search(before[:opened]) or QUOTED_BY.search(after[closed:]))
