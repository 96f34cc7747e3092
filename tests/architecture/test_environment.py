"""Settings and locks: what the template gives is what the code reads, and no address is pinned."""

from pathlib import Path
from typing import Any

import pytest

from aftercare import config


def variables_of(owner: dict[str, Any]) -> set[str]:
    """Return the names of the environment variables a function, or Globals, sets."""
    return set(owner.get("Environment", {}).get("Variables", {}))


def test_the_template_sets_the_variables_the_code_reads(
    written: dict[str, Any], functions: dict[str, dict[str, Any]]
) -> None:
    given = variables_of(written["Globals"]["Function"]).union(*map(variables_of, functions.values()))
    assert {name for name in given if not name.startswith("POWERTOOLS_")} == set(config.VARIABLES)


def test_every_function_knows_where_the_pages_are(written: dict[str, Any]) -> None:
    """What can be said depends on it: else a form's touch would wait for one day and go on another."""
    assert "PUBLIC_BASE_URL" in variables_of(written["Globals"]["Function"])


def test_only_the_sweep_keeps_the_pace(functions: dict[str, dict[str, Any]]) -> None:
    paced = {n for n, found in functions.items() if "SMS_PARTS_PER_SECOND" in variables_of(found)}
    assert paced == {"MinutePassed"}


@pytest.mark.parametrize("lock", ["functions/requirements.txt", "requirements-dev.lock"])
def test_a_lock_pins_every_package_by_hash_and_names_no_address(lock: str, root: Path) -> None:
    text = (root / lock).read_text(encoding="utf-8")
    for address in ("http", "://", "index-url", "find-links", " @ ", "file:"):
        assert address not in text, address
    packages = [block for block in text.replace("\\\n", " ").splitlines() if block.strip()]
    assert packages
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []
