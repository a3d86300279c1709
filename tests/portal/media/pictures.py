"""Photographs as cameras write them."""

import io

from PIL import Image, ImageCms, PngImagePlugin

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = b"<x:xmpmeta>SecretXmp</x:xmpmeta>"
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def exif(orientation):
    found = Image.Exif()
    found[ORIENTATION], found[MAKER] = orientation, "SecretCamera"
    found.get_ifd(GPS).update({1: "S", 2: (33.0, 51.0, 3.0), 3: "E", 4: (151.0, 12.0, 3.0)})
    return found.tobytes()


def extras(kind, orientation):
    """Return the options with which Pillow writes all metadata that a format can hold."""
    if kind == "GIF":
        other = Image.linear_gradient("L").resize((80, 60))
        return {"comment": b"SecretComment", "save_all": True, "append_images": [other], "loop": 3}
    found = {"exif": exif(orientation), "icc_profile": PROFILE}
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", "SecretComment")
        words.add_itxt("XML:com.adobe.xmp", XMP.decode())
        return found | {"pnginfo": words}
    if kind == "JPEG":
        found["comment"] = b"SecretComment"
    if kind == "MPO":  # what telephones write: a second picture behind the first
        return found | {"save_all": True, "append_images": [Image.new("RGB", (80, 60), "SteelBlue")]}
    return found | {"xmp": XMP} if kind != "TIFF" else found


def photograph(kind, orientation=1):
    """Return a photograph with a place, a maker and comments."""
    picture = Image.radial_gradient("L").resize((80, 60)).convert("RGB")
    picture.paste("SteelBlue", (0, 0, 20, 10))
    out = io.BytesIO()
    picture.save(out, kind, **extras(kind, orientation))
    return out.getvalue()
