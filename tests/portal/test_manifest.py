"""The manifest, by which a phone puts the site on its first screen, and the icon there."""

from io import BytesIO

import pytest
from django.utils import translation
from PIL import Image

from portal.models import Agency

pytestmark = pytest.mark.django_db

ADDRESS = "/manifest.webmanifest"


def icon_of(client, address):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    return Image.open(BytesIO(response.content))


def test_manifest_has_the_agencys_name_and_colours(client):
    Agency.objects.create(name='Harbour "Transport" Agency', short_name="HTA", accent="#7a1f3d")

    response = client.get(ADDRESS)

    assert response["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    icons = manifest.pop("icons")
    assert manifest == {
        "name": 'Harbour "Transport" Agency',
        "short_name": "HTA",
        "lang": "en-gb",
        "dir": "ltr",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "theme_color": "#7a1f3d",
        "background_color": "#fbfaf7",
    }
    assert [(icon["sizes"], icon["purpose"]) for icon in icons] == [
        ("192x192", "any"),
        ("192x192", "maskable"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    for icon in icons:
        assert "{}x{}".format(*icon_of(client, icon["src"]).size) == icon["sizes"]


def test_manifest_of_a_site_in_arabic_is_read_from_the_right(client, settings):
    settings.LANGUAGE_CODE = "ar"
    with translation.override("ar"):
        manifest = client.get(ADDRESS).json()

    assert (manifest["lang"], manifest["dir"]) == ("ar", "rtl")


def test_icon_is_drawn_in_the_agencys_colour(client):
    Agency.objects.create(name="Harbour Transport Agency", accent="#7a1f3d")

    icon = icon_of(client, "/icon-192.png")

    ground, bubble, tick = (icon.getpixel((x * 6, y * 6)) for x, y in ((1, 1), (8, 10), (15, 17)))
    assert (ground, bubble, tick) == ((0x7A, 0x1F, 0x3D), (0xFB, 0xFA, 0xF7), (0x7A, 0x1F, 0x3D))


def test_icon_of_another_size_is_not_there(client):
    assert {client.get(f"/icon-{size}.png").status_code for size in (0, 64, 100_000)} == {404}


def test_pages_lead_to_both(client):
    Agency.objects.create(name="Harbour Transport Agency", accent="#7a1f3d")

    page = client.get("/").content.decode()

    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    assert '<link rel="apple-touch-icon" href="/icon-180.png">' in page
    assert '<meta name="theme-color" content="#7a1f3d">' in page
    assert icon_of(client, "/icon-180.png").size == (180, 180)
