"""What a cold start of the sender and of the sweeper loads. Nothing here depends on time.

The CPU itself is measured by ``make bench``, as a ratio.
"""

import json

import pytest

from infra.local.bench_imports import CLIENTS, run_fresh

# Each of these costs as much as one of our own layers, and the hot path has no use for it.
TOO_HEAVY = {
    "pydantic": "only where outsiders hand us structure",
    "phonenumbers": "numbers are checked when they come in",
    "jinja2": "only pages need it",
    "aws_xray_sdk": "the tracer's SDK is in maintenance",
    "aws_lambda_powertools.utilities.parser": "it brings pydantic",
    "aws_lambda_powertools.utilities.idempotency": "the claim is our idempotency",
    "aws_lambda_powertools.utilities.batch": "our own partial batches are five lines",
    "aws_lambda_powertools.event_handler": "only the API needs it",
    "aftercare.domain.facts": "only what hears other systems builds their facts",
    "aftercare.domain.screen": "only what reads patients' words screens them",
    "aftercare.domain.opt_out_phrases": "only what reads patients' words knows a STOP",
    "aftercare.domain.scale": "only what scores a measure needs the scales",
    "moto": "the laptop's",
    "infra": "the laptop's",
}


def loaded_by(function: str, then: str = "pass") -> set[str]:
    program = (
        f"import json, sys, aftercare.handlers.{function}; {then}; print(json.dumps(sorted(sys.modules)))"
    )
    return set(json.loads(run_fresh(program)))


@pytest.mark.parametrize("function", ["touch_due", "minute_passed"])
def test_the_hot_path_loads_nothing_that_it_has_no_use_for(function: str) -> None:
    loaded = loaded_by(function, "from aftercare.wiring import ports; ports()")

    heavy = {name: why for name, why in TOO_HEAVY.items() if name in loaded}
    assert not heavy


@pytest.mark.parametrize("function", sorted(CLIENTS))
def test_a_function_that_is_only_loaded_has_built_no_client_and_read_no_words(function: str) -> None:
    asked = (
        "from aftercare.content.load_protocols import load_protocols; "
        "from aftercare.content.load_words import load_words; "
        "from aftercare.wiring import ports; ports(); "
        "import boto3; print(json.dumps([boto3.DEFAULT_SESSION is None, "
        "load_protocols.cache_info().currsize, load_words.cache_info().currsize]))"
    )
    program = f"import json; import aftercare.handlers.{function}; {asked}"

    no_session, protocols, words = json.loads(run_fresh(program))

    assert no_session
    assert (protocols, words) == (0, 0)


def test_a_client_of_every_service_we_call_is_made_without_listing_what_else_there_is() -> None:
    program = (
        "import json; from aftercare.wiring import boto_client, ports; "
        "import botocore.loaders as loaders; "
        "listed = []; usual = loaders.Loader.list_available_services; "
        "loaders.Loader.list_available_services = lambda *a, **k: listed.append(1) or usual(*a, **k); "
        "made = [boto_client(name).meta.service_model.service_name for name in NAMES]; "
        "print(json.dumps([made, listed]))"
    )
    names = ["dynamodb", "sqs", "events", "pinpoint-sms-voice-v2", "sesv2"]

    made, listed = json.loads(run_fresh(program.replace("NAMES", repr(names))))

    assert (made, listed) == (names, [])


def test_a_function_that_takes_facts_is_known_to_load_more_than_the_sender() -> None:
    """The check above would see pydantic: where it is allowed, it is there."""
    assert "pydantic" in loaded_by("session_changed")
