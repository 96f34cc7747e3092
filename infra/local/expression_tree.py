"""The small tree an expression becomes: paths, operands, conditions and changes."""

from dataclasses import dataclass
from typing import TypeAlias

from infra.local.table_faults import invalid


@dataclass(frozen=True, slots=True)
class Path:
    """Where an attribute stands: names and list positions, #names already replaced."""

    parts: tuple[str | int, ...]

    def __str__(self) -> str:
        return "[" + ", ".join(f"[{part}]" if isinstance(part, int) else part for part in self.parts) + "]"


@dataclass(frozen=True, slots=True)
class Ref:
    """A :value the caller sends beside the expression."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function: its name and what it is given."""

    function: str
    arguments: tuple["Operand", ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """``left + right`` or ``left - right`` in an update."""

    sign: str
    left: "Operand"
    right: "Operand"


Operand: TypeAlias = Path | Ref | Call | Sum


@dataclass(frozen=True, slots=True)
class Compare:
    """``left <operator> right``; BETWEEN and IN have more on the right."""

    operator: str
    left: Operand
    right: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Combine:
    """AND, OR (two terms) and NOT (one)."""

    operator: str
    terms: tuple["Condition", ...]


Condition: TypeAlias = Compare | Combine | Call


@dataclass(frozen=True, slots=True)
class Change:
    """One action of an update: SET, REMOVE, ADD or DELETE at a path, with its operand."""

    action: str
    path: Path
    operand: Operand | None


def refuse_overlap(kind: str, paths: tuple[Path, ...]) -> None:
    """Refuse two paths of which one holds the other, as DynamoDB does.

    Raises:
        Rejected: They overlap.
    """
    for position, one in enumerate(paths):
        for two in paths[position + 1 :]:
            shared = min(len(one.parts), len(two.parts))
            if one.parts[:shared] == two.parts[:shared]:
                raise invalid(
                    f"Invalid {kind}: Two document paths overlap with each other; must remove or rewrite one "
                    f"of these paths; path one: {one}, path two: {two}"
                )
