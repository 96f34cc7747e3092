"""What a table looks like: its keys, its sparse indexes and where an item keeps its expiry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

EXPIRES_AT = "expires_at"


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """A key attribute: its name and its type, S, N or B."""

    name: str
    tag: str = "S"


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index: an item is in it only while it has both key attributes.

    Attributes:
        projected: Names of the non-key attributes it carries; None means all of them.
    """

    name: str
    hash: KeyAttribute
    range: KeyAttribute
    projected: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True)
class TableShape:
    """The keys and indexes of a table; by default those of Aftercare's."""

    hash: KeyAttribute = KeyAttribute("pk")
    range: KeyAttribute = KeyAttribute("sk")
    indexes: tuple[Index, ...] = (
        Index("due", KeyAttribute("due_shard"), KeyAttribute("due_at", "N")),
        Index("board", KeyAttribute("board"), KeyAttribute("board_key"), projected=None),
    )
    ttl_attribute: str = EXPIRES_AT

    @property
    def key_names(self) -> frozenset[str]:
        """The names of the two key attributes."""
        return frozenset((self.hash.name, self.range.name))

    def index_names(self, index: Index) -> frozenset[str] | None:
        """List every attribute that stands in an index; None means all of them."""
        if index.projected is None:
            return None
        return index.projected | self.key_names | {index.hash.name, index.range.name}

    @classmethod
    def defined(cls, definition: Mapping[str, Any]) -> Self:
        """Read the shape out of a CreateTable request or a template's table properties.

        Args:
            definition: ``KeySchema``, ``AttributeDefinitions``, ``GlobalSecondaryIndexes`` and
                ``TimeToLiveSpecification`` in DynamoDB's own shape.
        """
        tags = {
            entry["AttributeName"]: entry["AttributeType"] for entry in definition["AttributeDefinitions"]
        }
        hash_key, range_key = _keys(definition["KeySchema"], tags)
        indexes = tuple(
            Index(entry["IndexName"], *_keys(entry["KeySchema"], tags), _projected(entry["Projection"]))
            for entry in definition.get("GlobalSecondaryIndexes", ())
        )
        expiry = definition.get("TimeToLiveSpecification", {}).get("AttributeName", EXPIRES_AT)
        return cls(hash_key, range_key, indexes, expiry)


def _keys(schema: Sequence[Mapping[str, str]], tags: Mapping[str, str]) -> tuple[KeyAttribute, KeyAttribute]:
    names = {entry["KeyType"]: entry["AttributeName"] for entry in schema}
    hash_name, range_name = names["HASH"], names["RANGE"]
    return KeyAttribute(hash_name, tags[hash_name]), KeyAttribute(range_name, tags[range_name])


def _projected(projection: Mapping[str, Any]) -> frozenset[str] | None:
    if projection["ProjectionType"] == "ALL":
        return None
    return frozenset(projection.get("NonKeyAttributes", ()))
