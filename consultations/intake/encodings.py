"""Finding out how the letters of a file are encoded, and telling how sure that is."""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from consultations.intake.problems import UnreadableFile

MARKS = (  # byte order marks; that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ONE_BYTE = (
    "cp1252",
    "mac_roman",
    "cp850",
    "cp1250",
    "iso8859_2",
    "cp1254",
    "cp1251",
    "koi8_r",
    "cp1253",
)  # the first is usual
KANA, HANGUL = "[\u3041-\u30fe]", "[\uac00-\ud7a3]"
CHINESE = "[的一是不了在人有我他这這中大来來上国國個个到说說们們车車]"
MANY_BYTES = {  # signs of which every text in an encoding has such a share of its letters
    "shift_jis": (KANA, 0.2),
    "euc_jp": (KANA, 0.2),
    "euc_kr": (HANGUL, 0.9),
    "big5": (CHINESE, 0.05),
    "gb18030": (CHINESE, 0.05),
}
LABELS = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "utf-8-sig": "UTF-8", "utf-8": "UTF-8"}
CHUNK_BYTES = 1 << 20
SAMPLE_BYTES = 100_000  # of lines that have more than ASCII
USUAL_SIGNS = set("‘’“”„–—…€£§°«»¿¡·•©®½¼¾²³ªº´№™")
USUAL_LETTERS = set("оеаинтсрлвОЕАИНТСРЛВαοιετνσηρπΑΟΙΕΤΝΣΗΡΠ")  # of Cyrillic and Greek, to part the two
RARE_LETTERS = set("þýðƒªºŠŽŸšžœŒ")  # what other encodings' letters look like in Windows-1252
LIKELY = 0.4  # how much of a guess has to look like words
INVENTED_SIGNS = re.compile("[\ufffd\ue000-\uf8ff]")  # what a wrong encoding of Chinese makes of bytes
STRAY = "windows-1252-in-between"


@dataclass(frozen=True, slots=True)
class Encoding:
    """The name of a codec, its handling of errors, and a sentence if it had to be guessed."""

    name: str
    errors: str = "strict"
    note: str = ""

    @property
    def label(self) -> str:
        """Return its name as people know it."""
        return LABELS.get(self.name, self.name.upper().replace("_", "-"))


def _windows_sign(error):
    """Read bytes that are no UTF-8 as Windows-1252."""
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(STRAY, _windows_sign)


def find_encoding(path: Path) -> Encoding:
    """Return how a file is encoded: by its mark, by being UTF-8, else by which encoding reads as words."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in MARKS:
        if head.startswith(mark):
            return checked(path, Encoding(name))
    if head.count(0) > len(head) // 5:  # Latin letters in two bytes each
        return checked(path, Encoding("utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"))
    if decodes(path, "utf-8"):
        return Encoding("utf-8")
    return guessed(sample_of(path))


def named_encoding(path: Path, name: str) -> Encoding:
    """Return the encoding that somebody named; raise UnreadableFile when there is none of this name."""
    try:
        return checked(path, Encoding(codecs.lookup(name).name))
    except LookupError as error:
        raise UnreadableFile(f"There is no encoding {name}. Usual ones: utf-8, utf-16, cp1252, mac_roman.") from error


def checked(path: Path, encoding: Encoding) -> Encoding:
    """Return the encoding if the whole file can be read by it; raise UnreadableFile otherwise."""
    if decodes(path, encoding.name):
        return encoding
    raise UnreadableFile(f"{path.name} begins as {encoding.label} and does not go on so. It may have been cut off.")


def decodes(path: Path, name: str) -> bool:
    """Return whether every byte of a file can be read by an encoding."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def sample_of(path: Path) -> bytes:
    """Return the lines of a file that have more than ASCII, up to a hundred kilobytes."""
    lines, size = [], 0
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                lines.append(line[:10_000])
                size += len(lines[-1])
            if size > SAMPLE_BYTES:
                break
    return b"".join(lines)


# Not charset-normalizer: of the 13 texts of `test_encodings_are_guessed_and_the_guess_is_told`, as short as what people
# write, version 3.5.2 reads 8. It takes Mac Roman for the Baltic cp775, Greek and KOI8-R for cp1251, Turkish for Mac's
# Icelandic and Big5 for Shift JIS.
def guessed(sample: bytes) -> Encoding:
    """Return the encoding by which bytes that are no UTF-8 read best."""
    mixed = sample.decode("utf-8", STRAY)
    in_utf8 = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", sample))
    in_all = sum(not letter.isascii() for letter in mixed)
    if in_utf8 > in_all / 2:  # two files in one: most of it is UTF-8
        note = "It is UTF-8 with single signs of Windows-1252 in between, which were read as such."
        return Encoding("utf-8", STRAY, note)
    best = max(ONE_BYTE, key=lambda name: likeness(sample.decode(name, "replace")))
    if likeness(sample.decode(best, "replace")) < LIKELY:
        best = next(filter(lambda name: reads_east_asian(sample, name), MANY_BYTES), ONE_BYTE[0])
    note = f"It is not UTF-8. It was read as {Encoding(best).label}, which is a guess: look at letters with accents."
    return Encoding(best, "replace", note)


def likeness(text: str) -> float:
    """Return how much the letters beyond ASCII look like people's words, -3 to 1."""
    points = count = 0
    for before, sign, after in zip("\n" + text, text, text[1:] + "\n", strict=False):
        if not sign.isascii():
            count += 1
            points += points_of(before, sign, after)
    return points / count if count else 0


def points_of(before: str, sign: str, after: str) -> float:
    """Return what one sign between two others says: letters of one script in one case are words."""
    inside = before.isalpha() and after.isalpha()
    if not sign.isalpha():
        if sign in USUAL_SIGNS:
            return 1 if not inside or sign in "’–—" else -2
        return -3 if sign == "\ufffd" else -2
    if any(near.isalpha() and script(near) != script(sign) for near in (before, after)):
        return -2
    if before.isalpha() and sign.isupper() and not (before.isupper() and script(sign) == "LATIN"):
        return -2
    if (
        script(sign) == "LATIN"
        and not before.isascii()
        and before.isalpha()
        and not after.isascii()
        and after.isalpha()
    ):
        return -1  # a whole word of accents
    return 0.5 if sign in RARE_LETTERS or (script(sign) != "LATIN" and sign not in USUAL_LETTERS) else 1


def script(letter: str) -> str:
    """Return the script of a letter, such as LATIN, CYRILLIC or GREEK."""
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "NONE ").split()[0]


def reads_east_asian(sample: bytes, name: str) -> bool:
    """Return whether bytes are Chinese, Japanese or Korean in an encoding."""
    text = sample.decode(name, "replace")
    signs, share = MANY_BYTES[name]
    letters = sum(letter.isalpha() and not letter.isascii() for letter in text)
    return not INVENTED_SIGNS.search(text) and len(re.findall(signs, text)) > letters * share
