"""What hypothesis makes up: requests to one address, from what pages offer and from hostile values."""

from hypothesis import strategies as st

from tests.hostile import values
from tests.hostile.addresses import Route
from tests.hostile.asking import Asked
from tests.hostile.crawl import Offered

listed = st.sampled_from(
    [*values.NUMBERS, *values.DAYS, *values.TEXTS, *values.ADDRESSES, *values.DOCUMENTS, *values.NAMES]
)
anything = st.one_of(st.text(st.characters(exclude_categories=[]), max_size=40), st.integers().map(str))
hostile = st.one_of(listed, listed, listed, anything)
headers = st.sampled_from(sorted(values.HEADERS)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(values.HEADERS[name]))
)


def one_in(number: int) -> st.SearchStrategy[bool]:
    """Return a strategy that is true once in so many times."""
    return st.integers(1, number).map(lambda drawn: drawn == 1)


def paths_of(route: Route, offered: Offered) -> st.SearchStrategy[str]:
    """Return paths of a route: as pages link to it, with rows that exist, and with hostile parts."""
    if not route.parameters:
        return st.just(route.text)
    known = {name: offered.values.get(name) or offered.values["pk"] for name in route.parameters}
    made = st.fixed_dictionaries({name: st.one_of(st.sampled_from(some), hostile) for name, some in known.items()})
    ways = [made.map(route.filled)]
    if linked := offered.given.get(route.name):
        ways += [st.sampled_from(linked).map(route.filled)] * 2
    return st.one_of(ways)


def pairs_of(route: Route, offered: Offered, least: int = 0) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Return names that the address asks for, with hostile values."""
    names = sorted({*route.asked_for, *offered.names[route.name]})
    made = st.lists(st.tuples(st.sampled_from(names), hostile), min_size=least, max_size=3)
    if linked := offered.keys.get(route.name):
        return st.one_of(made, st.tuples(st.sampled_from(linked), made).map(lambda both: [both[0], *both[1]]))
    return made


@st.composite
def plain_requests(draw, route, offered, role):
    """Return a request that no page offered: any method, a query, perhaps a form or a document."""
    method = draw(st.sampled_from([*["GET"] * 8, *["POST"] * 6, *values.METHODS]))
    sends = method not in ("GET", "HEAD")
    return Asked(
        role=role,
        method=method,
        path=draw(paths_of(route, offered)),
        query=tuple(draw(pairs_of(route, offered, least=0 if sends else 1))),
        fields=tuple(draw(pairs_of(route, offered))) if sends else (),
        document=draw(st.sampled_from(values.DOCUMENTS)) if sends and draw(one_in(5)) else None,
        headers=(draw(headers),) if draw(one_in(6)) else (),
    )


@st.composite
def filled_forms(draw, route, offered, role):
    """Return a form of a page as it stands there, with hostile values in one to three fields, or without some."""
    form = draw(st.sampled_from(offered.forms[route.name]))
    fields = dict(form.fields)
    for name in draw(st.lists(st.sampled_from(sorted(fields) or ["a"]), min_size=1, max_size=3)):
        fields[name] = draw(hostile)
    if fields and draw(one_in(8)):
        del fields[draw(st.sampled_from(sorted(fields)))]
    kinds = st.tuples(st.sampled_from(values.FILE_NAMES), st.sampled_from(values.FILE_BODIES))
    files = [(name, *draw(kinds)) for name in form.files if draw(st.booleans())]
    path, _mark, _query = form.action.partition("?")
    return Asked(role=role, method="POST", path=path, fields=tuple(fields.items()), files=tuple(files))


def requests_to(route: Route, offered: Offered, roles: list[str]) -> st.SearchStrategy[Asked]:
    """Return requests to one route, from each of the cast."""
    makers = [plain_requests, filled_forms, filled_forms] if offered.forms.get(route.name) else [plain_requests]
    return st.tuples(st.sampled_from(makers), st.sampled_from(roles)).flatmap(
        lambda drawn: drawn[0](route, offered, drawn[1])
    )
