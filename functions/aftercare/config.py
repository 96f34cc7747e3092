"""The only reader of the environment."""

import os
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Config:
    """What ``template.yaml`` tells a function. Each function is given only what it needs.

    Attributes:
        public_base_url: Where the patient pages are, without a slash at the end; empty until they are
            open, and then no message points to them.
        sign_in_domain: Of Cognito's managed login, https and no closing slash.
        sign_in_client: The dashboard's client there.
        sign_in_issuer: What its tokens name as their issuer.
        sms_parts_per_second: What a clinic's sending number takes; a 10DLC number starts at 1.
    """

    table_name: str = ""
    touch_queue_url: str = ""
    parked_queue_url: str = ""
    bus_name: str = ""
    opt_out_list: str = ""
    public_base_url: str = ""
    sms_configuration_set: str = ""
    email_configuration_set: str = ""
    sign_in_domain: str = ""
    sign_in_client: str = ""
    sign_in_issuer: str = ""
    sms_parts_per_second: float = 1.0


VARIABLES = tuple(field.name.upper() for field in fields(Config))


def read_config() -> Config:
    """Read the environment once.

    Raises:
        ValueError: ``SMS_PARTS_PER_SECOND`` is not a number above zero.
    """
    values = {name: os.environ.get(name.upper(), "") for name in (f.name for f in fields(Config))}
    rate = float(values.pop("sms_parts_per_second") or 1.0)
    if rate <= 0:
        raise ValueError("SMS_PARTS_PER_SECOND must be above 0")
    return Config(**values, sms_parts_per_second=rate)
