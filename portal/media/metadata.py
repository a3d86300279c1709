"""Pictures without metadata: where, when and by whom they were taken, and with what. Their pixels stay as they are.

Each format is read part by part, and only the parts that draw the picture are kept. Of an unknown format, and of a
picture that a viewer would turn, the pixels are written anew.
"""

import io
from collections.abc import Iterator

from PIL import Image, ImageFile, ImageOps, ImageSequence

ORIENTATION = 0x0112  # the Exif tag that says how a viewer turns the picture
JPEG_START, JPEG_SCAN, JPEG_END = b"\xff\xd8", 0xDA, 0xD9
# JFIF's header, ICC profiles and Adobe's colour transform; all other application parts and comments are left out. So is
# what follows the picture: a second one, or a film, with metadata of its own.
JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
JPEG_APPLICATION_PARTS, JPEG_COMMENT = range(0xE0, 0xF0), 0xFE
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
WEBP_METADATA_FLAGS = 0x08 | 0x04  # Exif and XMP, in the first byte of VP8X
GIF_STARTS = (b"GIF87a", b"GIF89a")
GIF_EXTENSION, GIF_IMAGE, GIF_END = 0x21, 0x2C, 0x3B
GIF_COMMENT, GIF_APPLICATION = 0xFE, 0xFF
GIF_KEPT_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often an animation is repeated
REWRITTEN_QUALITY = 95


class BrokenPicture(ValueError):
    """The file is no picture that can be read."""


def without_metadata(data: bytes) -> bytes:
    """Return a picture without metadata, turned as its viewers see it, with its colour profile; raise BrokenPicture."""
    try:
        return rewritten(data) if is_turned(data) else drawing_parts(data) or rewritten(data)
    except (OSError, SyntaxError, ValueError) as error:
        raise BrokenPicture(str(error)) from error


class TooManyPixels(ValueError):
    """The picture, or all pictures of an animation together, are larger than we can hold; `pixels` counts them."""

    def __init__(self, pixels: int):
        super().__init__(str(pixels))
        self.pixels = pixels


def refuse_broken(data: bytes, most_pixels: int) -> None:
    """Raise BrokenPicture unless every pixel can be read: headers of a file that is cut off are often whole.

    Raise TooManyPixels at the frame with which there are more than `most_pixels`, before it is read.
    """
    forgiving = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, which makes our PDFs, sets it for the whole process
    try:
        with Image.open(io.BytesIO(data)) as picture:
            for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
                if (pixels := number * frame.width * frame.height) > most_pixels:
                    raise TooManyPixels(pixels)
                frame.load()
    except TooManyPixels:
        raise
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise BrokenPicture(str(error)) from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = forgiving


def drawing_parts(data: bytes) -> bytes | None:
    """Return a picture of the parts that draw it; None for a format that we do not know or that is damaged."""
    try:
        if data.startswith(JPEG_START):
            return b"".join(jpeg_parts(data))
        if data.startswith(PNG_START):
            return b"".join(png_parts(data))
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return webp(data)
        if data.startswith(GIF_STARTS):
            return b"".join(gif_parts(data))
    except (IndexError, ValueError):  # viewers forgive more than we do
        return None
    return None


def is_turned(data: bytes) -> bool:
    """Return whether the metadata tell viewers to turn or mirror the picture."""
    with Image.open(io.BytesIO(data)) as picture:
        return bool(picture.getexif().get(ORIENTATION, 1) in range(2, 9))


def rewritten(data: bytes) -> bytes:
    """Return a picture whose pixels are written anew, turned as its viewers see it."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        turned = ImageOps.exif_transpose(picture)
        turned.info = {name: value for name, value in turned.info.items() if name in ("icc_profile", "transparency")}
        extra = {"icc_profile": picture.info["icc_profile"]} if picture.info.get("icc_profile") else {}
        turned.save(out, format=picture.format, quality=REWRITTEN_QUALITY, exif=b"", **extra)
    return out.getvalue()


def jpeg_parts(data: bytes) -> Iterator[bytes]:
    """Yield the parts of a JPEG file that draw the picture, up to the end of the first picture."""
    yield JPEG_START
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no part of a JPEG file begins here")
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == JPEG_END:
            yield data[at : at + 2]
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker == JPEG_SCAN:
            end = end_of_scan(data, end)
        if is_kept_in_jpeg(marker, data[at + 4 : end]):
            yield data[at:end]
        at = end


def is_kept_in_jpeg(marker: int, content: bytes) -> bool:
    """Return whether a part of a JPEG file draws the picture."""
    if marker in JPEG_APPLICATION_PARTS:
        return marker in JPEG_KEPT and content.startswith(JPEG_KEPT[marker])
    return marker != JPEG_COMMENT


def end_of_scan(data: bytes, at: int) -> int:
    """Return where the compressed pixels end: at a marker that is neither a stuffed byte nor a restart."""
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] != 0x00 and data[at + 1] not in range(0xD0, 0xD8):
            return at
        at += 2


def png_parts(data: bytes) -> Iterator[bytes]:
    """Yield the parts of a PNG file that draw the picture."""
    yield PNG_START
    at, name = len(PNG_START), b""
    while name != b"IEND":
        name = data[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if len(name) < 4 or end > len(data):
            raise ValueError("the PNG file is cut off")
        if name in PNG_KEPT:
            yield data[at:end]
        at = end


def webp(data: bytes) -> bytes:
    """Return a WebP file of the parts that draw the picture."""
    parts, at = [b"WEBP"], 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        part = data[at:end]
        if name == b"VP8X":
            part = part[:8] + bytes([part[8] & ~WEBP_METADATA_FLAGS & 0xFF]) + part[9:]
        if name in WEBP_KEPT:
            parts.append(part)
        at = end
    content = b"".join(parts)
    return b"RIFF" + len(content).to_bytes(4, "little") + content


def gif_parts(data: bytes) -> Iterator[bytes]:
    """Yield the parts of a GIF file that draw the picture or animate it."""
    at = 13 + colour_table_size(data[10])
    yield data[:at]
    while data[at] != GIF_END:
        start, kind = at, data[at]
        if kind == GIF_EXTENSION:
            at = end_of_blocks(data, at + 2)
            name = data[start + 3 : start + 14]
            is_kept = data[start + 1] != GIF_COMMENT
            if data[start + 1] == GIF_APPLICATION:
                is_kept = name in GIF_KEPT_APPLICATIONS
        elif kind == GIF_IMAGE:
            at = end_of_blocks(data, at + 11 + colour_table_size(data[at + 9]))
            is_kept = True
        else:
            raise ValueError("no part of a GIF file begins here")
        if is_kept:
            yield data[start:at]
    yield data[at : at + 1]


def colour_table_size(flags: int) -> int:
    """Return the bytes of the colour table that a GIF file's flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def end_of_blocks(data: bytes, at: int) -> int:
    """Return where a chain of a GIF file's blocks ends."""
    while data[at]:
        at += data[at] + 1
    return at + 1
