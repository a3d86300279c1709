"""Pictures lose what the camera wrote into them, and nothing that is seen."""

import io

import pytest
from PIL import Image, ImageChops, ImageOps

from portal.media.metadata import BrokenPicture, without_metadata
from tests.portal.media.pictures import GPS, MAKER, ORIENTATION, photograph

SHARPEST_DIFFERENCE = 12  # of 255, after the pixels of a turned photograph were written anew


def opened(data):
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "MPO", "GIF"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_nothing_but_the_picture_is_left(kind, orientation):
    data = photograph(kind, orientation)

    clean = without_metadata(data)

    assert b"Secret" in data
    assert b"Secret" not in clean
    before, after = ImageOps.exif_transpose(opened(data)), opened(clean)
    assert not {ORIENTATION, MAKER, GPS} & set(after.getexif())
    assert after.size == before.size
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    worst = max(high for _low, high in ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getextrema())
    assert worst <= (0 if orientation == 1 or kind in ("PNG", "TIFF", "GIF") else SHARPEST_DIFFERENCE)
    assert without_metadata(clean) == clean


def test_animation_goes_on_moving():
    after = opened(without_metadata(photograph("GIF")))

    assert (after.n_frames, after.info["loop"]) == (2, 3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_file_that_is_cut_off_is_never_kept_with_its_metadata(kind):
    data = photograph(kind)
    for length in range(20, len(data), 97):
        try:
            assert b"Secret" not in without_metadata(data[:length])
        except BrokenPicture:
            continue


def test_what_is_no_picture_is_refused():
    with pytest.raises(BrokenPicture):
        without_metadata(b"<svg>SecretCamera</svg>")
