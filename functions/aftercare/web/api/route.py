"""One line of the route table: what may be asked, by whom, and what answers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from aftercare.contracts.api_requests import NoQuery
from aftercare.desk_ports import Desk
from aftercare.domain.staff import Person, Right

BY = "api"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in, read and checked.

    Attributes:
        ids: What the path names, by the names of the route's path.
        query: Of the route's model.
        body: Of the route's model.
        once: Who asks and their key, for a write; the same for the same write.
    """

    person: Person
    desk: Desk
    ids: Mapping[str, str]
    query: Any = None
    body: Any = None
    once: str = ""


Answer = BaseModel | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Route:
    """One route.

    Attributes:
        path: With its ids in braces: ``/v1/patients/{patient_id}``.
        right: What the person must hold; ``None``: everyone of a clinic may.
        does: Answers a call.
        summary: One line for the description of the API.
        answer: The shape of the answer; ``None`` for one that is described elsewhere.
        body: The shape of the body, for a write.
        answers_as: The content type of the answer.
        status: Of the answer.
        examples: Bodies that work as they stand, by a name; the tests send each of them.
    """

    method: str
    path: str
    right: Right | None
    does: Callable[[Call], Answer]
    summary: str
    answer: type[BaseModel] | None
    query: type[BaseModel] = NoQuery
    body: type[BaseModel] | None = None
    status: int = 200
    answers_as: str = "application/json"
    examples: Mapping[str, Mapping[str, Any]] | None = None

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"
