"""Draw the demo's pictures and print its documents: SVG to PNG, HTML to PDF. Needs Chromium and the browser extra."""

import io
import os
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parent
DOCUMENTS = PICTURES.parent / "documents"
PICTURE_SIZES = {"logo": (256, 256)}
COLOURS = 96  # flat drawings lose nothing visible, and every picture stays under 60 kB


def draw(page, source):
    """Write the PNG beside an SVG."""
    width, height = PICTURE_SIZES.get(source.stem, (1600, 700))
    page.set_viewport_size({"width": width, "height": height})
    page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{source.read_text(encoding='utf-8')}")
    shot = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(source.with_suffix(".png"), optimize=True)


def print_document(page, source):
    """Write the tagged PDF beside an HTML page."""
    page.set_content(source.read_text(encoding="utf-8"))
    page.pdf(path=source.with_suffix(".pdf"), format="A4", tagged=True, outline=True, prefer_css_page_size=True)


def main():
    """Render everything anew."""
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page()
        for source in sorted(PICTURES.glob("*.svg")):
            draw(page, source)
        for source in sorted(DOCUMENTS.glob("*.html")):
            print_document(page, source)
        browser.close()


if __name__ == "__main__":
    main()
