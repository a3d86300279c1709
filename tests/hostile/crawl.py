"""What the pages themselves offer: forms with their fields, and addresses with their parameters."""

from collections import Counter, defaultdict
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.apps import apps
from django.urls import Resolver404, resolve

from tests.hostile.addresses import Route
from tests.hostile.asking import Asked, Asker
from tests.hostile.forms_on_pages import FoundForm, read_page

ROWS_OF_A_MODEL, FORMS_OF_A_ROUTE = 3, 3
NAMING_COLUMNS = {"reference": "reference", "slug": "slug", "key": "key", "number": "number", "id": "pk"}
NEVER_WALKED = ("/static/", "/media/", "/admin/logout")


class Offered:
    """All that pages offer: values for the parameters of addresses, names for queries, and forms."""

    def __init__(self, routes: list[Route]):
        self.routes = {route.name: route for route in routes}
        self.given: dict[str, list[dict[str, str]]] = defaultdict(list)  # by route: what a link filled in
        self.values: dict[str, list[str]] = defaultdict(list)  # by parameter
        self.names: dict[str, set[str]] = defaultdict(set)  # by route: names of queries and fields
        self.forms: dict[str, list[FoundForm]] = defaultdict(list)  # by the route that they are sent to
        self.keys: dict[str, list[tuple[str, str]]] = defaultdict(list)  # by route: what stood behind a “?”
        for model in apps.get_models():
            for row in model._default_manager.order_by("-pk").values()[:ROWS_OF_A_MODEL]:
                self.note_row(row)

    def note_row(self, row) -> None:
        """Keep what names a row."""
        for column, name in NAMING_COLUMNS.items():
            if row.get(column) is not None and str(row[column]) not in self.values[name]:
                self.values[name].append(str(row[column]))

    def note_address(self, address: str) -> str | None:
        """Keep what an address of a page fills in; return the name of its route."""
        parts = urlsplit(address)
        try:
            match = resolve(parts.path)
        except Resolver404:
            return None
        route = self.routes.get(match.view_name)
        if route is None:
            return None
        given = {each: str(match.kwargs[each]) for each in route.parameters if each in match.kwargs}
        if given and given not in self.given[route.name]:
            self.given[route.name].append(given)
        query = parse_qsl(parts.query)
        self.names[route.name] |= {key for key, _value in query}
        self.keys[route.name] += [pair for pair in query if pair not in self.keys[route.name]]
        return route.name

    def note_form(self, address: str, form: FoundForm) -> None:
        """Keep a form under the route that it is sent to."""
        form.action = own_address(address, form.action) or address
        name = self.note_address(form.action)
        if name:
            self.names[name] |= {field for field, _value in form.fields}
            if form.method == "POST" and len(self.forms[name]) < FORMS_OF_A_ROUTE:
                self.forms[name].append(form)

    def walk(self, asker: Asker, role: str, starts: list[str]) -> None:
        """Open one page of each route as one person, and keep what it offers."""
        waiting, seen, opened = list(starts), set(), Counter()
        while waiting:
            address = waiting.pop(0)
            name = self.note_address(address)
            if address in seen or name is None or opened[name] or address.startswith(NEVER_WALKED):
                continue
            seen.add(address)
            parts = urlsplit(address)
            query = tuple(parse_qsl(parts.query, keep_blank_values=True))
            response = asker.ask(Asked(role=role, method="GET", path=parts.path, query=query))
            if response is None or response.status_code != 200 or not is_page(response):
                continue
            opened[name] += 1
            page = read_page(address, response.content)
            for form in page.forms:
                self.note_form(address, form)
            waiting += [there for link in page.links if (there := own_address(address, link))]


def is_page(response) -> bool:
    """Return whether an answer is a page of HTML."""
    return not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")


def own_address(address: str, link: str) -> str | None:
    """Return where a link of a page leads on this site; None if it leads elsewhere."""
    there = urlsplit(urljoin(f"http://testserver{address}", link))
    if there.netloc != "testserver":
        return None
    return there._replace(scheme="", netloc="", fragment="").geturl()
