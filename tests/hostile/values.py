"""Values that no person means to send, by the type that they are hostile to."""

from urllib.parse import quote

NUMBERS = [
    "9" * 5000, "-" + "9" * 5000, str(2**31), str(2**63 - 1), str(2**63), str(-(2**63) - 1), "-1", "0", "00001",
    "1e309", "1_000", "٣", "²", "NaN", "infinity", "-inf", "0x1f", "1.5", "1,2", " 1 ",
]  # fmt: skip
DAYS = [
    "0001-01-01", "9999-12-31", "10000-01-01", "0000-00-00", "2026-02-30", "infinity", "-infinity", "now", "24:00",
    "0001-01-01T00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31 23:59", "0001-01-01 00:00", "2026-11-30T25:61",
    "1969-12-31T23:59:59.9999999Z", "2026-W53-7", "9999-12", "0001-01", "99999999",
]  # fmt: skip
TEXTS = [
    "", " ", "\x00", "a\x00b", "\x01\x08\x1b[2J", "a\r\nSet-Cookie: b=c", "\ud800", "a\udfffb", "\ufffe\uffff",
    "\u202eabc", "\u2066a", "\u3164", "\u200b", "\u2800", "\u0301" * 500, "ﬁ①Ａ㏒", "🧑‍🚀" * 50, "a" * 300,
    "b " * 30_000, "\n" * 5000, "<script>alert(1)</script>", "%00", "%s%n", "{{ 7|add:7 }}", "' OR 1=1 --",
    "../../../../etc/passwd", "\\", '"', "(", ")" * 200, "(" * 500, 'a* -b "c d" NEAR/0', "-" * 300, "*" * 300,
    "kind:", "http://[", "//example.org", "javascript:alert(1)", "@" * 300, "=1+1",
]  # fmt: skip
ADDRESSES = [
    "a" * 243 + "@example.org", "a" * 244 + "@example.org", "a" * 64 + "@" + "b." * 120 + "org", "a@b",
    "a@[127.0.0.1]", "a\r\nBcc: c@d.org", "ü@ü.org",
]  # fmt: skip
DOCUMENTS = [
    "null", "[]", "{}", "0", '""', "true", "[" * 5000, "[" * 150_000, '{"a":' * 5000 + "1" + "}" * 5000,
    '{"a":"\\u0000"}', '"\\ud800"', '["\\u0000"]', "9" * 5000, "[1e999]", "NaN", "{", '[{"type": "section"}]',
    '[{"type": "text", "value": "\\u0000", "id": "\\u0000"}]', '{"blocks": 1, "entityMap": 2}',
    '{"blocks": [{"key": "a", "text": "\\u0000", "type": "unstyled"}], "entityMap": {}}',
    '{"blocks": [{"text": "\\ud800", "type": "x", "inlineStyleRanges": [{"offset": -1}]}], "entityMap": {}}',
]  # fmt: skip
NAMES = [
    "00000000-0000-0000-0000-000000000000", "on", "all", "__all__", "id", "-id", "pk__in", "portal.user",
    "wagtailcore.page",
]  # fmt: skip
LISTED = [*NUMBERS, *DAYS, *TEXTS, *ADDRESSES, *DOCUMENTS, *NAMES]
FILE_NAMES = [
    "", "a\x00b.csv", "../../a.csv", "a" * 300 + ".csv", "\u202egnp.csv", "\ud800.csv", ".csv", "a.png", "con",
    "a\r\nb.csv", "a.svg", "a.toml",
]  # fmt: skip
FILE_BODIES = [
    b"", b"\x00" * 100, b"\xff\xfe", b"a,b\n1," + b"9" * 5000 + b"\n", b"[" * 50_000, b"a = " + b"[" * 5000,
    b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"{" * 3000, b'title = "a\\u0000"\n', b"%PDF-1.4", b"GIF89a\xff\xff\xff\xff",
    b"x = " + b"9" * 5000, b'title = "\xe2\x80\xae"\n', b"[[clauses]]\n" * 3000, b"a = 9999-12-31T23:59:59-14:00\n",
]  # fmt: skip
HEADERS = {
    "HTTP_COOKIE": [
        'sessionid="\\000aaaaaaaaaaa"', "messages=x", 'visitor="\\000"', "a" * 9000, "=;=;", "csrftoken=\xff",
        "sessionid=" + "a" * 500,
    ],
    "HTTP_REFERER": ["http://[", "\x00", "http://testserver/%00", "//", "a" * 9000, "http://testserver:99999999/"],
    "HTTP_ORIGIN": ["http://[", "null", "\xff", "http://testserver:99999999"],
    "HTTP_ACCEPT": ["", "application/xml", "text/html;q=x", "/" * 2000, "application/json", "*"],
    "HTTP_ACCEPT_LANGUAGE": ["a" * 9000, "de;q=x", "en-\x00", "*", "xx-YY,zz"],
    "HTTP_ACCEPT_ENCODING": ["gzip;q=x", "identity;q=0", "," * 5000],
    "HTTP_IF_NONE_MATCH": ["*", '"', "W/" * 5000, "\xff"],
    "HTTP_IF_MODIFIED_SINCE": [
        "Thu, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 99 Foo 9999", "9" * 5000,
    ],
    "HTTP_RANGE": ["bytes=0-0", "bytes=-1", "bytes=" + "9" * 5000 + "-", "x"],
    "HTTP_HOST": ["[", "testserver:99999999", "a" * 300, "évil", "testserver\x00"],
    "HTTP_AUTHORIZATION": [
        "Bearer", "Bearer \xff", "Bearer " + "a" * 9000, "Basic \xff", "Basic " + "=" * 50, "Digest x",
        "Basic c2VydmljZTpvbmx5LWZvci10ZXN0cw==",  # that of the mail service
    ],
    "HTTP_X_REQUESTED_WITH": ["XMLHttpRequest", "\xff"],
    "HTTP_X_FORWARDED_FOR": ["\xff", "::::", "a" * 9000],
    "HTTP_SEC_FETCH_SITE": ["cross-site", "none", "\xff"],
    "CONTENT_TYPE": [
        "", "application/json", "multipart/form-data", "multipart/form-data; boundary=" + "a" * 500, "\xff",
        "text/plain; charset=nonsense", "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=utf-7",
    ],
    "CONTENT_LENGTH": ["", "-1", "9" * 5000, "x"],
}  # fmt: skip
METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"]


def as_bytes(text: str) -> bytes:
    """Return a value as it goes over the wire; half of a pair of surrogates as if it were a letter."""
    return text.encode("utf-8", "surrogatepass")


def encoded(pairs) -> str:
    """Return names and values as a query string, or as the body of a form."""
    return "&".join(f"{quote(as_bytes(name))}={quote(as_bytes(value))}" for name, value in pairs)
