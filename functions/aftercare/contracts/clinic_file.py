"""The clinic file: one TOML file per clinic, written by hand, so a typo in it must never pass in silence.

Unknown keys are errors here. Whether a protocol or a step of that name exists is checked where the
shipped protocols are known.
"""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from aftercare.contracts import clinic_fields as c
from aftercare.contracts.fields import Country, Day, Email, IdText, PersonName, Phone, Zone, refusal
from aftercare.contracts.reading import Wire, read
from aftercare.domain.clinic import Clinic, OnCall, SignOff, SmsCaps, StepOverride
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ClinicId, ProtocolId
from aftercare.domain.on_call import gap_in

ON_CALL_ALLOWED = (
    "at least one person on call, or else not_monitored_statement {signed_by, signed_on}: patients in "
    "danger may answer our texts, so either someone is reached, or a clinician signs that nobody is"
)
ROTA_ALLOWED = (
    "somebody at every hour of the day (from and until may run over midnight), or else "
    "not_monitored_statement {signed_by, signed_on}"
)
CONTACT_ALLOWED = "with a phone or an email or both: a page must reach this person"
TURN_ALLOWED = "with both from and until, and different ones, or with neither: on call all day"
SHIFT_ALLOWED = "after or before, not both"


class _Table(Wire):
    model_config = ConfigDict(extra="forbid")


class SignOffIn(_Table):
    """A signature {signed_by, signed_on}: who, and on which day."""

    signed_by: PersonName
    signed_on: Day

    def to_domain(self) -> SignOff:
        return SignOff(self.signed_by, self.signed_on)


class SmsCapsIn(_Table):
    """A table {per_day, per_week}: how many program texts a patient may get."""

    per_day: Annotated[int, Field(ge=1, le=20, description="a whole number from 1 to 20")] = 2
    per_week: Annotated[int, Field(ge=1, le=99, description="a whole number from 1 to 99")] = 6


class OnCallIn(_Table):
    """One line of the rota {role, name, phone?, email?, from?, until?}."""

    role: c.OnCallText
    name: c.OnCallText
    phone: Phone | None = None
    email: Email | None = None
    from_: c.WallTime | None = Field(default=None, alias="from")
    until: c.WallTime | None = None

    @model_validator(mode="after")
    def _reachable(self) -> "OnCallIn":
        if self.phone is None and self.email is None:
            raise refusal(CONTACT_ALLOWED)
        if (self.from_ is None) != (self.until is None):
            raise refusal(TURN_ALLOWED)
        if self.from_ is not None and self.from_ == self.until:
            raise refusal(TURN_ALLOWED)
        return self

    def to_domain(self) -> OnCall:
        return OnCall(self.role, self.name, self.phone, self.email, self.from_, self.until)


class StepIn(_Table):
    """A table of what the clinic changes about one step: off, at, days, after or before."""

    off: Annotated[bool, Field(description="true to leave this step out, else false")] = False
    at: c.WallTime | None = None
    days: Annotated[int, Field(ge=-366, le=366, description="a whole number from -366 to 366")] | None = None
    after: c.Duration | None = None
    before: c.Duration | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "StepIn":
        if self.after is not None and self.before is not None:
            raise refusal(SHIFT_ALLOWED)
        return self

    def to_domain(self) -> StepOverride:
        return StepOverride(self.off, self.at, self.days, self.after, self.before)


class ProtocolIn(_Table):
    """A table [protocols.<id>.steps.<step>]: what the clinic changes, step by step."""

    steps: Annotated[dict[str, StepIn], Field(description="a table of steps")]


class ClinicIn(_Table):
    """The clinic file, a table of keys."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["on_call"]}, {"required": ["not_monitored_statement"]}]}
    )

    id: IdText
    name: c.ClinicName
    sms_name: c.SmsName
    time_zone: Zone
    country: Country
    phone: c.ClinicPhone
    sms_number: c.SmsNumber
    email_from: Email
    postal_address: c.PostalAddress
    languages: c.Languages
    opens: c.WallTime
    closes: c.Closes
    send_from: c.SendFrom = c.WINDOW_FROM
    send_until: c.SendUntil = Field(default=c.WINDOW_UNTIL, validate_default=True)
    sms_caps: SmsCapsIn = SmsCapsIn()
    on_call: Annotated[list[OnCallIn], Field(description="a list of people on call")] = Field(
        default_factory=list
    )
    not_monitored_statement: SignOffIn | None = None
    content_review: SignOffIn | None = None
    sandbox_numbers: Annotated[list[Phone], Field(description="a list of E.164 phone numbers")] = Field(
        default_factory=list
    )
    protocols: Annotated[
        dict[str, ProtocolIn], Field(description="tables [protocols.<id>.steps.<step>] of changes")
    ] = Field(default_factory=dict)

    @field_validator("closes")
    @classmethod
    def _after_opening(cls, closes: time, others: ValidationInfo) -> time:
        if closes <= others.data.get("opens", time.min):
            raise ValueError("not after opens")
        return closes

    @field_validator("send_until")
    @classmethod
    def _after_send_from(cls, until: time, others: ValidationInfo) -> time:
        if until <= others.data.get("send_from", time.min):
            raise ValueError("not after send_from")
        return until


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the clinic file, for editors."""
    return ClinicIn.model_json_schema()


def parse_clinic(raw: Mapping[str, object], where: str) -> Clinic:
    """Read a clinic file.

    Args:
        raw: What the TOML reader made of it.
        where: The name of the file, for the error.

    Raises:
        BadInput: For the first fault, naming the file, the key, and what is allowed there.
    """
    found = read(ClinicIn, raw, "", where)
    if not found.on_call and found.not_monitored_statement is None:
        raise BadInput("on_call", None, ON_CALL_ALLOWED, where)
    rota = tuple(person.to_domain() for person in found.on_call)
    gap = gap_in(rota) if rota and found.not_monitored_statement is None else None
    if gap is not None:
        raise BadInput("on_call", f"nobody at {gap:%H:%M}", ROTA_ALLOWED, where)
    statement, review = found.not_monitored_statement, found.content_review
    return Clinic(
        id=ClinicId(found.id),
        name=found.name,
        sms_name=found.sms_name,
        time_zone=found.time_zone,
        country=found.country,
        phone=found.phone,
        sms_number=found.sms_number,
        email_from=found.email_from,
        postal_address=found.postal_address,
        languages=tuple(found.languages),
        opens=found.opens,
        closes=found.closes,
        send_from=found.send_from,
        send_until=found.send_until,
        sms_caps=SmsCaps(found.sms_caps.per_day, found.sms_caps.per_week),
        on_call=rota,
        not_monitored_statement=statement.to_domain() if statement else None,
        content_review=review.to_domain() if review else None,
        sandbox_numbers=tuple(found.sandbox_numbers),
        overrides={
            ProtocolId(protocol): {key: step.to_domain() for key, step in table.steps.items()}
            for protocol, table in found.protocols.items()
        },
    )
