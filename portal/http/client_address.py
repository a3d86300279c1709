"""The network address of a request, and the network that it belongs to."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings

IPV6_NETWORK_BITS = 64  # what a provider gives to one household or device: all its addresses are one sender


def network_address(request) -> str:
    """Return the client's address; behind a proxy, the address that the proxy reports."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and settings.BEHIND_PROXY:
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")


def network_of(request) -> str:
    """Return the network that a request came from: an IPv4 address, or the first half of an IPv6 address.

    What is no address, such as the name of a socket, is one network for everybody.
    """
    try:
        address = ip_address(network_address(request))
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), IPV6_NETWORK_BITS), strict=False))
