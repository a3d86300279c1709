"""The first version of the interface: its parts, and the document that describes them."""

from typing import Any

from ninja import NinjaAPI

from consultations.api import consultations, submissions
from portal.api.problems import CONTENT_TYPE, answer_with_problems, problem
from search import officers_api
from search.language.query import SearchUnavailable

NO_INDEX = "The index cannot answer now. Submissions are safe; try again in a minute."
DESCRIPTION = (
    "What citizens said in public, as open data, free to use and without a key. Answers are JSON in UTF-8, and hold"
    " exactly what the public pages show at that moment."
)


class Api(NinjaAPI):
    """An API whose document tells the whole truth about its answers."""

    def get_openapi_schema(self, **options) -> Any:
        """Return the OpenAPI document, with what `door` adds to every answer and what a stream holds."""
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Line"] = officers_api.ExportedSubmission.model_json_schema()
        for path, operations in schema["paths"].items():
            for operation in operations.values():
                complete(operation["responses"], streamed=path.endswith("/export"))
        return schema


def complete(responses: dict, *, streamed: bool) -> None:
    """Add the answers that do not come from a view, and say what form problems and streams have."""
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    responses[406] = {"description": "Accept names no form in which this answers"}
    responses[415] = {"description": "The question came with a body, which nothing here reads"}
    responses[429] = {"description": "Asked too often; Retry-After says when to ask again, RateLimit how much is left"}
    for status, response in responses.items():
        if int(status) >= 400:
            response["content"] = {CONTENT_TYPE: problem}
    if streamed:
        responses[200]["content"] = {officers_api.JSONL_CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Line"}}}
    responses[304] = {"description": "Nothing has changed since the ETag that was sent"}


api = Api(
    title="Consultations as open data",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
)
answer_with_problems(api)
api.add_exception_handler(SearchUnavailable, lambda request, error: problem(503, NO_INDEX))
api.add_router("/consultations", consultations.router)
api.add_router("/consultations", submissions.of_consultation)
api.add_router("/submissions", submissions.router)
api.add_router("/desk", officers_api.router)
api.add_exception_handler(officers_api.InvalidQuery, officers_api.on_invalid_query)
