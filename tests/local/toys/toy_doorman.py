"""A function behind a door: it notes who came and says what it was told to say."""

from typing import Any

SEEN: list[dict[str, Any]] = []
ANSWER: Any = None
CLOUD: Any = None


def opens(event: dict[str, Any], context: object) -> Any:
    SEEN.append(event)
    if event["rawPath"] == "/fail":
        raise RuntimeError("a secret")
    return ANSWER
