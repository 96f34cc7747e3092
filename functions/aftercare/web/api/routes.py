"""The route table: what the resolver serves, what the tests walk, and what the OpenAPI document says."""

import re

from aftercare.web.api import alerts, files, patients, sessions, touches, worklist
from aftercare.web.api.route import Route

ROUTES: tuple[Route, ...] = (
    *patients.ROUTES,
    *files.ROUTES,
    *sessions.ROUTES,
    *touches.ROUTES,
    *alerts.ROUTES,
    *worklist.ROUTES,
)
_PLACE = re.compile(r"\{\w+\}")
_PATHS = {route.path: re.compile(_PLACE.sub("[^/]+", route.path)) for route in ROUTES}


def methods_of(path: str) -> list[str]:
    """Return the methods by which a path can be asked; none for a path that is no route."""
    return sorted(route.method for route in ROUTES if _PATHS[route.path].fullmatch(path))
