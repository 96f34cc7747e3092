"""The two lists AWS keeps of people who must not be written to: opted-out phones, suppressed addresses.

Source: AWS End User Messaging SMS API v2 reference (DescribeOptedOutNumbers, PutOptedOutNumber,
DeleteOptedOutNumber); Amazon SES API v2 reference (the four operations on suppressed destinations).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableSet
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote

from infra.local.carrier_rules import Refusal, is_phone
from infra.local.template_reader import ACCOUNT, REGION

Json = dict[str, Any]
Asked = Mapping[str, Any]
Now = Callable[[], datetime]

# The most that one page of either list holds; the SES reference gives 1000, the other 100.
_NUMBERS_PAGE, _ADDRESSES_PAGE = 100, 1000
_BY_THEMSELVES = "end-user-opted-out"
_ADDRESSES = "/v2/email/suppression/addresses"
REASONS = ("BOUNCE", "COMPLAINT")


class OptOutList(MutableSet[str]):
    """Phones that texts are refused to. There is one list; whatever name is asked for, it answers.

    ``add`` is a person who texted STOP to the number itself; ``PutOptedOutNumber`` is us.
    """

    def __init__(self, now: Now) -> None:
        self._now = now
        self._entries: dict[str, tuple[datetime, bool]] = {}

    def __contains__(self, number: object) -> bool:
        return number in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, value: str) -> None:
        """Note that the owner of a phone opted out by themselves."""
        self._entries.setdefault(value, (self._now(), True))

    def discard(self, value: str) -> None:
        """Take a phone off the list."""
        self._entries.pop(value, None)

    def answer(self, operation: str, asked: Asked) -> Json | Refusal | None:
        """Answer one operation, or None when it is not one of the list's three."""
        match operation:
            case "DescribeOptedOutNumbers":
                return self._describe(asked)
            case "PutOptedOutNumber":
                return self._put(asked)
            case "DeleteOptedOutNumber":
                return self._delete(asked)
        return None

    def _describe(self, asked: Asked) -> Json | Refusal:
        wanted = asked.get("OptedOutNumbers")
        if wanted and (unknown := [number for number in wanted if number not in self]):
            return _no_such("opted-out-number", unknown[0])
        by_themselves = {
            value == "true"
            for one in asked.get("Filters", [])
            if one["Name"] == _BY_THEMSELVES
            for value in one["Values"]
        }
        numbers = [
            number
            for number, (_, themselves) in sorted(self._entries.items())
            if (not wanted or number in wanted) and (not by_themselves or themselves in by_themselves)
        ]
        page, token = _page(numbers, asked.get("NextToken"), asked.get("MaxResults") or _NUMBERS_PAGE)
        return {**_name(asked), "OptedOutNumbers": [self._entry(number) for number in page], **token}

    def _put(self, asked: Asked) -> Json | Refusal:
        number = asked["OptedOutNumber"]
        if not is_phone(number):
            more = {"Reason": "FIELD_VALIDATION_FAILED", "Fields": [{"Name": "OptedOutNumber"}]}
            return Refusal(400, "ValidationException", "OptedOutNumber is not valid", more)
        self._entries.setdefault(number, (self._now(), False))
        return {**_name(asked), **self._entry(number)}

    def _delete(self, asked: Asked) -> Json | Refusal:
        number = asked["OptedOutNumber"]
        if number not in self:
            return _no_such("opted-out-number", number)
        gone = self._entry(number)
        self.discard(number)
        return {**_name(asked), **gone}

    def _entry(self, number: str) -> Json:
        at, themselves = self._entries[number]
        return {
            "OptedOutNumber": number,
            "OptedOutTimestamp": at.timestamp(),
            "EndUserOptedOut": themselves,
        }


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why and since when mail to an address is taken and not delivered."""

    reason: str
    at: datetime


class SuppressionList:
    """Addresses that SES accepts mail for, does not deliver to, and reports as bounced."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._entries: dict[str, Suppressed] = {}

    def __contains__(self, address: object) -> bool:
        return isinstance(address, str) and address.lower() in self._entries

    def add(self, address: str, reason: str) -> None:
        """Put an address on the list. ``reason`` is ``BOUNCE`` or ``COMPLAINT``."""
        self._entries[address.lower()] = Suppressed(reason, self._now())

    def answer(self, method: str, url: SplitResult, asked: Asked) -> Json | Refusal | None:
        """Answer one request, or None when it is not about this list."""
        if url.path == _ADDRESSES and method == "PUT":
            return self._put(asked)
        if url.path == _ADDRESSES and method == "GET":
            return self._list(parse_qs(url.query))
        if not url.path.startswith(f"{_ADDRESSES}/"):
            return None
        address = unquote(url.path.removeprefix(f"{_ADDRESSES}/")).lower()
        if address not in self._entries:
            return Refusal(404, "NotFoundException", "Email address is not on the suppression list")
        if method == "DELETE":
            del self._entries[address]
            return {}
        return {"SuppressedDestination": self._entry(address)} if method == "GET" else None

    def _put(self, asked: Asked) -> Json | Refusal:
        if asked.get("Reason") not in REASONS or "@" not in asked.get("EmailAddress", ""):
            return Refusal(400, "BadRequestException", "EmailAddress or Reason is not valid")
        self.add(asked["EmailAddress"], asked["Reason"])
        return {}

    def _list(self, query: Mapping[str, list[str]]) -> Json:
        reasons = query.get("Reason") or list(REASONS)
        since, until = _instant(query.get("StartDate")), _instant(query.get("EndDate"))
        found = [
            address
            for address, entry in sorted(self._entries.items())
            if entry.reason in reasons
            and (since is None or entry.at >= since)
            and (until is None or entry.at <= until)
        ]
        size = int(query.get("PageSize", [str(_ADDRESSES_PAGE)])[0])
        page, token = _page(found, query.get("NextToken", [None])[0], size)
        return {"SuppressedDestinationSummaries": [self._entry(address) for address in page], **token}

    def _entry(self, address: str) -> Json:
        entry = self._entries[address]
        return {"EmailAddress": address, "Reason": entry.reason, "LastUpdateTime": entry.at.timestamp()}


def _page(names: Iterable[str], after: str | None, size: int) -> tuple[list[str], Json]:
    """Return one page of sorted names and the token of the next: the last name already shown."""
    left = [name for name in names if after is None or name > after]
    page = left[:size]
    return page, {"NextToken": page[-1]} if len(left) > size else {}


def _name(asked: Asked) -> Json:
    name = str(asked["OptOutListName"]).rpartition("/")[2]
    arn = f"arn:aws:sms-voice:{REGION}:{ACCOUNT}:opt-out-list/{name}"
    return {"OptOutListArn": arn, "OptOutListName": name}


def _no_such(kind: str, name: str) -> Refusal:
    more = {"ResourceType": kind, "ResourceId": name}
    return Refusal(400, "ResourceNotFoundException", f"no such {kind}", more)


def _instant(found: list[str] | None) -> datetime | None:
    """Return an instant as botocore writes one into a query."""
    if not found:
        return None
    at = datetime.fromisoformat(found[0])
    return at if at.tzinfo else at.replace(tzinfo=UTC)
