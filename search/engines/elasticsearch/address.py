"""The address of an Elasticsearch cluster in the setting SEARCH_URL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

INDEX_PREFIX_PATTERN = re.compile(r"[a-z0-9][a-z0-9_.-]{0,60}")


@dataclass(frozen=True, slots=True)
class ElasticsearchAddress:
    """Hosts of one cluster, credentials, and the prefix of our index names."""

    hosts: tuple[str, ...]
    prefix: str
    user: str = ""
    password: str = ""
    certificates: str = ""

    @classmethod
    def of(cls, url: str) -> ElasticsearchAddress:
        """Parse ``https://user:password@one:9200,two:9200/prefix?ca=FILE``; raise ImproperlyConfigured.

        With the user ``api_key``, the password is an encoded API key.
        """
        parts = urlsplit(url)
        who, _at, hosts = parts.netloc.rpartition("@")
        user, _colon, password = who.partition(":")
        prefix = parts.path.strip("/")
        if not hosts or not INDEX_PREFIX_PATTERN.fullmatch(prefix):
            raise ImproperlyConfigured(
                "SEARCH_URL must name a server and the beginning of our indices' names: https://host:9200/parley."
            )
        return cls(
            tuple(f"{parts.scheme}://{_with_port(host, parts.scheme)}" for host in hosts.split(",")),
            prefix,
            unquote(user),
            unquote(password),
            parse_qs(parts.query).get("ca", [""])[0],
        )

    @property
    def credentials(self) -> dict[str, Any]:
        """Return the client's keyword arguments for authentication and TLS."""
        found: dict[str, Any] = {"ca_certs": self.certificates} if self.certificates else {}
        if self.user == "api_key":
            return found | {"api_key": self.password}
        return found | {"basic_auth": (self.user, self.password)} if self.user else found


def _with_port(host: str, scheme: str) -> str:
    if ":" in host.rpartition("]")[2]:
        return host
    return f"{host}:{443 if scheme == 'https' else 9200}"
