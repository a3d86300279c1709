"""What the configuration of nginx in ops/nginx offers to browsers that come encrypted."""

import re
import ssl
from pathlib import Path

CONFIGURATION = (Path(__file__).resolve().parents[3] / "ops/nginx/parley.conf").read_text(encoding="utf-8")


def directives(name):
    return re.findall(rf"^\s*{name} (.+);$", CONFIGURATION, re.MULTILINE)


def test_only_protocols_without_known_holes_are_offered():
    assert directives("ssl_protocols") == ["TLSv1.2 TLSv1.3"]
    assert directives("listen") == ["80", "443 ssl"]
    assert "301 https://$host$request_uri" in directives("return")


def test_only_ciphers_with_forward_secrecy_are_offered():
    [offered] = directives("ssl_ciphers")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(offered)

    known = [cipher for cipher in context.get_ciphers() if cipher["protocol"] == "TLSv1.2"]
    assert sorted(cipher["name"] for cipher in known) == sorted(offered.split(":"))
    assert {cipher["kea"] for cipher in known} == {"kx-ecdhe"}
    assert {(cipher["aead"], cipher["strength_bits"] >= 128) for cipher in known} == {(True, True)}
