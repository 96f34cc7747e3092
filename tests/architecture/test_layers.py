"""The rules run on the standard library alone: they can be read, tested and trusted without a cloud."""

import subprocess
import sys
from pathlib import Path

import pytest

# -S leaves site-packages off the path, so an import from outside the standard library fails by name.
IMPORT_ALL = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module(name)
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""


def modules_in(source: Path, package: str) -> list[str]:
    """Return the dotted names of every module of `aftercare.<package>`."""
    files = sorted((source / "aftercare" / package).rglob("*.py"))
    names = [".".join(file.relative_to(source).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in names]


def import_alone(source: Path, names: list[str]) -> subprocess.CompletedProcess[str]:
    """Import the modules in an interpreter that has nothing but its standard library."""
    command = [sys.executable, "-I", "-S", "-B", "-c", IMPORT_ALL, str(source), *names]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


# These read what outsiders send, and pydantic reads it for them.
READ_OUTSIDERS = {
    f"aftercare.usecases.{name}"
    for name in ("take_event", "take_fact", "tell_fact", "keep_patient", "keep_session")
}


@pytest.mark.parametrize("package", ["domain", "usecases", "content"])
def test_the_rules_need_nothing_but_python(package: str, root: Path) -> None:
    names = [name for name in modules_in(root / "functions", package) if name not in READ_OUTSIDERS]
    assert len(names) > 1, f"aftercare.{package} is empty"
    run = import_alone(root / "functions", names)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == names


def test_a_rule_that_leans_on_a_library_would_be_caught(tmp_path: Path) -> None:
    rule = tmp_path / "aftercare/domain/rule.py"
    rule.parent.mkdir(parents=True)
    rule.write_text("import pydantic\n", encoding="utf-8")
    run = import_alone(tmp_path, modules_in(tmp_path, "domain"))
    assert run.returncode != 0
    assert "No module named 'pydantic'" in run.stderr


def test_what_ships_never_imports_the_laptop_or_the_tests(root: Path) -> None:
    offenders = [
        f"{path.relative_to(root)}:{number}"
        for path in (root / "functions").rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.lstrip().startswith(("import infra", "from infra", "import tests", "from tests"))
    ]
    assert offenders == []
