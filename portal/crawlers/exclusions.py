"""The paths that crawlers are asked to leave alone, as `robots.txt` writes them (RFC 9309): ``*`` is anything."""

EXCLUDED = {  # of the site itself; packages add theirs
    "/account/",
    "/admin/",
    "/captcha/",
    "/healthz/",
    "/metrics",
    "/style/",
}


def exclude(*paths: str) -> None:
    """Ask crawlers to leave alone whatever begins with one of these paths."""
    EXCLUDED.update(paths)
