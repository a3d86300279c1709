"""HTML in texts that were collected elsewhere, turned into the plain text that its reader saw."""

import html
import re
from collections.abc import Iterator

from consultations.plain_text import plain

# Not `html.parser`: what it makes of a text changes between releases, so a letter that comes again would have other
# words; it takes the words of `a <b and c> d` for attributes; until Python 3.11.14 its time grows with the square of a
# text of unclosed comments or tags. Nor bleach, which is no longer kept.
# A tag ends at the first `>` that stands in no quoted value; a quotation mark that is not closed encloses nothing.
# Nothing passes a `<`, so each place of a text is looked at once or twice, however it is made.
TAG = re.compile(
    r"<!--|<!\[CDATA\[|<!doctype\b[^<>]*+>|<!\[(?:if|endif)\b[^<>]*+>|<\?(?:xml|php|mso)\b[^<>]*+>"
    r"|<(/?)([a-z][a-z0-9:-]*+)(?=[\s/>])"
    r"""((?:=\s*+(?:"[^"<]*+"|'[^'<]*+')|[^<>])*+(?=>)|[^<>]*+)>""",
    re.IGNORECASE,
)
CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL | re.IGNORECASE)
FIRST_ATTRIBUTE = re.compile(r"""[\s/]*+([^\s"'=/]++)\s*+(=\s*+["']|=|)""")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
LINK_ADDRESS = re.compile(r"""\bhref\s*=\s*["']?(?:mailto:)?((?:https?://)?[^\s"'<>#][^\s"'<>]*)""", re.IGNORECASE)
PICTURE_TEXT = re.compile(r"""\balt\s*=\s*(?:"([^"]+)"|'([^']+)')""", re.IGNORECASE)
UNSEEN = ("script", "style", "head")  # with all that is in them
IN_LINE = set(
    "a abbr acronym applet area audio b base basefont bdi bdo bgsound big blink body button canvas cite code col "
    "colgroup command data datalist del dfn em embed font frame head html i iframe image img input ins kbd keygen "
    "label link map mark marquee meta meter nobr noembed noscript object output param picture portal progress q rb rp "
    "rt rtc ruby s samp script select slot small source span strike strong style sub sup template textarea time track "
    "tt u var video wbr".split()
)
BREAKS = dict.fromkeys(
    "article aside br dd details dialog dir div dl dt footer frameset header hgroup hr legend listing main menu "
    "menuitem nav noframes ol optgroup option plaintext pre search section summary tbody tfoot thead title tr ul "
    "xmp".split(),
    "\n",
) | dict.fromkeys(
    "address blockquote caption center fieldset figcaption figure form h1 h2 h3 h4 h5 h6 p table".split(), "\n\n"
)
STARTS = {"li": "\n– ", "td": " ", "th": " "}
HTML_ELEMENTS = IN_LINE | BREAKS.keys() | STARTS.keys()
# Of drawings and formulas: `<text>` and `<line>` are somebody's words where there is no drawing.
DRAWN_ELEMENTS = set(
    "animate animatemotion animatetransform circle clippath defs desc ellipse feblend fecolormatrix "
    "fecomponenttransfer fecomposite feconvolvematrix fediffuselighting fedisplacementmap fedistantlight fedropshadow "
    "feflood fefunca fefuncb fefuncg fefuncr fegaussianblur feimage femerge femergenode femorphology feoffset "
    "fepointlight fespecularlighting fespotlight fetile feturbulence filter foreignobject g line lineargradient marker "
    "mask metadata mpath path pattern polygon polyline radialgradient rect set stop svg switch symbol text textpath "
    "tspan use view annotation annotation-xml maction math menclose merror mfenced mfrac mi mmultiscripts mn mo mover "
    "mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder "
    "munderover none semantics".split()
)
ALL_ELEMENTS = HTML_ELEMENTS | DRAWN_ELEMENTS
DRAWING = re.compile(r"<(?:svg|math)[\s/>]", re.IGNORECASE)
PREFIXES = {"m", "mml", "o", "st1", "st2", "svg", "u1", "v", "w", "x"}  # of Word's own tags, such as `<o:p>`
# Attributes without quotation marks: words in brackets have other names. `class="…"` may have any name.
VALUE_NAMES = set(
    "abbr accept action align alink allow alt autocomplete axis background bgcolor border bordercolor cellpadding "
    "cellspacing char charset cite class clear code color cols colspan content coords data datetime dir download "
    "draggable enctype face for frame frameborder headers height href hreflang hspace id itemprop itemtype label lang "
    "language link list loading longdesc marginheight marginwidth max maxlength media method min name onblur onchange "
    "onclick onerror onfocus onload onmouseout onmouseover onsubmit optimum pattern placeholder poster prefix preload "
    "property rel rev role rows rowspan rules sandbox scope scrolling shape size sizes span spellcheck src srcdoc "
    "srclang srcset start step style summary tabindex target text title translate type usemap valign value version "
    "vlink vspace width wrap xmlns".split()
)
FLAG_NAMES = set(
    "allowfullscreen async autofocus autoplay checked compact controls default defer disabled hidden inert ismap loop "
    "multiple muted nohref noshade novalidate nowrap open playsinline readonly required reversed selected".split()
)


def plain_from_markup(text: str, *, with_addresses: bool = True) -> str:
    """Return what a reader of HTML sees, as plain text; a text without markup stays as it is.

    The address of a link stands behind its words, unless only the words are asked for.

    Only elements and attributes that there are make a tag: `<3`, `a < b`, `<s and noise = less>` and
    `<ann@example.org>` are somebody's words. Entities are read twice, because systems that export HTML often escape
    what they had escaped before.
    """
    if not (is_markup := has_tags(text)) and "&" not in text:
        return plain(text)
    read = without_entities(without_tags(text, with_addresses) if is_markup else text)
    if not is_markup and has_tags(read):  # All of it was escaped.
        read = without_entities(without_tags(read, with_addresses))
    return plain(ENTITY.sub(_sign, read))


def without_entities(text: str) -> str:
    """Return the text with signs for entities such as `&rsquo;`; an ampersand without a semicolon is a sign itself."""
    return ENTITY.sub(_sign, text)


def _sign(entity: re.Match[str]) -> str:
    return " " if entity[0] == "&nbsp;" else html.unescape(entity[0])


def has_tags(text: str) -> bool:
    """Return whether there is a tag of HTML in a text."""
    return "<" in text and any(_tags(text))


def _tags(text: str) -> Iterator[re.Match[str]]:
    """Yield the tags of HTML in a text, and those of drawings and formulas where there is one."""
    known = ALL_ELEMENTS if DRAWING.search(text) else HTML_ELEMENTS
    return (match for match in TAG.finditer(text) if _is_markup(match, known))


def _is_markup(match: re.Match[str], known: set[str]) -> bool:
    """Return whether it is a tag of a known element, one of Word's own, or a comment."""
    if match[2] is None:
        return True
    name = match[2].lower()
    prefix, colon, _own = name.partition(":")
    return (prefix in PREFIXES if colon else name in known) and (not match[3] or _has_attributes(match[3]))


def _has_attributes(said: str) -> bool:
    """Return whether what stands behind the name of an element are attributes; the first one tells."""
    first = FIRST_ATTRIBUTE.match(said)
    if first is None:
        return not said.strip("/ \t\r\n\f")
    name, value = first[1].lower(), first[2]
    if "-" in name or ":" in name or len(value) > 1:
        return True
    return name in VALUE_NAMES or name in FLAG_NAMES if value else name in FLAG_NAMES


def without_tags(text: str, with_addresses: bool = True) -> str:
    """Return the text with line ends in the place of blocks, and the addresses that stand behind links."""
    # What CDATA encloses are words, or the markup that a feed has wrapped in it.
    read = "".join(_pieces(CDATA.sub(r"\1", text), with_addresses))
    read = re.sub(r"[ \t\xa0]*(?<![ \t\xa0])\n[ \t]*", "\n", read)
    return re.sub(r"\n{3,}", "\n\n", read)


def _pieces(text: str, with_addresses: bool) -> Iterator[str]:
    """Yield the words of a text and what takes the place of its tags; each place of the text is passed once."""
    place, address, words, unclosed = 0, "", "", set[str]()
    lower = text.lower()
    for match in _tags(text):
        if match.start() < place:
            continue
        before = text[place : match.start()]
        words += before
        name, ends = (match[2] or "").lower(), match[1] == "/"
        yield before + (BREAKS.get(name) or ("" if ends else STARTS.get(name, "")))
        if name == "a":
            yield f" ({address})" if with_addresses and ends and address and address not in words else ""
            address, words = "" if ends else _found(LINK_ADDRESS, match), ""
        elif name == "img":
            yield _found(PICTURE_TEXT, match)
        place = _after(match, name, lower, unclosed)
    yield text[place:]


def _found(pattern: re.Pattern[str], tag: re.Match[str]) -> str:
    found = pattern.search(tag[3] or "")
    return html.unescape(next(filter(None, found.groups()))) if found else ""


def _after(match: re.Match[str], name: str, lower: str, unclosed: set[str]) -> int:
    """Return where words go on behind a tag: behind a whole comment or script, if that ends anywhere."""
    closing = "-->" if match[0] == "<!--" else f"</{name}>" if name in UNSEEN and not match[1] else ""
    if closing and closing not in unclosed:
        end = lower.find(closing, match.end())
        if end >= 0:
            return end + len(closing)
        unclosed.add(closing)  # It is not looked for again: a text of many such tags would take for ever.
    return match.end() + (name == "br" and lower.startswith("\n", match.end()))
