"""What a page weighs on its way: the page and all that it needs to be shown and used, compressed, without pictures."""

import re
from urllib.parse import urljoin, urlsplit

NEEDED = re.compile(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"|<script[^>]* src="([^"]+)"|<use href="([^"#]+)')
GZIP = {"Accept-Encoding": "gzip"}


def weigh(get, address: str) -> dict[str, int]:
    """Return the bytes of each body by its path; ``get`` takes a path and headers, and returns body and text."""
    body, text = get(address, GZIP)
    paths = {urlsplit(urljoin(address, next(filter(None, found)))).path for found in NEEDED.findall(text)}
    return {address: len(body), **{path: len(get(path, GZIP)[0]) for path in sorted(paths)}}
