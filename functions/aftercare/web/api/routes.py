"""The route table: what the resolver serves, what the tests walk, and what the OpenAPI document says."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from aftercare.web.api import alerts, files, patients, rates, sessions, touches, worklist
from aftercare.web.api.document import document
from aftercare.web.api.route import Call, Route


@lru_cache(maxsize=1)
def openapi() -> Mapping[str, Any]:
    """Return the description of all routes, this one included."""
    return document(ROUTES)


def _describe(_: Call) -> Mapping[str, Any]:
    return openapi()


ROUTES: tuple[Route, ...] = (
    *patients.ROUTES,
    *files.ROUTES,
    *sessions.ROUTES,
    *touches.ROUTES,
    *alerts.ROUTES,
    *worklist.ROUTES,
    *rates.ROUTES,
    Route("GET", "/v1/openapi.json", None, _describe, "Describe this API", None),
)
_PLACE = re.compile(r"\{\w+\}")
_PATHS = {route.path: re.compile(_PLACE.sub("[^/]+", route.path)) for route in ROUTES}


def methods_of(path: str) -> list[str]:
    """Return the methods by which a path can be asked; none for a path that is no route."""
    return sorted(route.method for route in ROUTES if _PATHS[route.path].fullmatch(path))
