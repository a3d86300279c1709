"""Parts of the pages at the door."""

import qrcode
from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

register = template.Library()

BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@register.filter
def browser_in_words(user_agent):
    """Return “Firefox on Windows” for what a browser says of itself; “a device” for what nobody knows."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("a device")


@register.simple_tag
def qr_code(text):
    """Return a QR code as an SVG without styles, which the security policy would drop."""
    code = qrcode.QRCode()
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    words, size = _("The picture for your app"), len(rows)
    drawing = (
        '<svg role="img" aria-label="{}" viewBox="0 0 {} {}" xmlns="http://www.w3.org/2000/svg"><path d="{}"/></svg>'
    )
    return format_html(drawing, words, size, size, path)
