"""What a cold start costs: the CPU of fresh interpreters, as a ratio to a bare boto3 client.

Milliseconds differ from machine to machine and from hour to hour; the ratio of runs taken in turns is
what can be compared.
"""

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from aftercare.config import VARIABLES

# What each function is given, so that importing it fails for nothing; none of it is ever called.
ENVIRONMENT = {
    **dict.fromkeys(VARIABLES, "bench"),
    "SMS_PARTS_PER_SECOND": "1",
    "POWERTOOLS_SERVICE_NAME": "aftercare",
    "POWERTOOLS_METRICS_NAMESPACE": "Aftercare",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
ROUNDS = 7
# Per function: every client that its ordinary work builds. The sender builds SES's only for a mail.
CLIENTS = {
    "touch_due": ("dynamodb", "pinpoint-sms-voice-v2"),
    "minute_passed": ("dynamodb", "sqs"),
    "session_changed": ("dynamodb",),
    "patient_changed": ("dynamodb",),
    "reply_received": ("dynamodb",),
}
# The target of perf-reliability.md for the sender and the sweeper.
MUST = 1.25
NOTHING = "pass"
BARE = "import boto3; boto3.client('dynamodb')"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio to the bare client of the same round: the median over all rounds, and the middle half."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Ratios of one function to a bare boto3 client, each net of starting Python itself.

    Attributes:
        imported: The handler's module is imported.
        first_client: And everything is wired, and the table's client is built: its first answer can leave.
        all_clients: And every client of its ordinary work.
    """

    function: str
    imported: Ratio
    first_client: Ratio
    all_clients: Ratio


def measure(rounds: int = ROUNDS) -> tuple[float, list[ColdStart]]:
    """Run every program in turns, after one round that only warms the disk.

    Returns:
        The bare client's CPU in milliseconds, for orientation, and the ratios.
    """
    programs = {NOTHING: NOTHING, BARE: BARE}
    for function, clients in CLIENTS.items():
        for built in range(-1, len(clients)):
            programs[f"{function} {built}"] = _program(function, clients[: built + 1], wired=built >= 0)
    spent: dict[str, list[float]] = {name: [] for name in programs}
    for turn in range(rounds + 1):
        for name, program in programs.items():
            seconds = cpu_seconds(program)
            if turn:
                spent[name].append(seconds)
    python = statistics.median(spent[NOTHING])

    def ratio(name: str) -> Ratio:
        pairs = zip(spent[name], spent[BARE], strict=True)
        low, median, high = statistics.quantiles([(ours - python) / (bare - python) for ours, bare in pairs])
        return Ratio(median, low, high)

    starts = [
        ColdStart(f, ratio(f"{f} -1"), ratio(f"{f} 0"), ratio(f"{f} {len(clients) - 1}"))
        for f, clients in CLIENTS.items()
    ]
    return (statistics.median(spent[BARE]) - python) * 1000, starts


def _program(function: str, clients: tuple[str, ...], *, wired: bool) -> str:
    lines = [f"import aftercare.handlers.{function}"]
    if wired:
        lines += ["from aftercare.wiring import boto_client, ports", "ports()"]
        lines += [f"boto_client({name!r})" for name in clients]
    return "; ".join(lines)


def cpu_seconds(program: str) -> float:
    """Run a program in a fresh interpreter and return its CPU time, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run_fresh(program)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def run_fresh(program: str, more: Mapping[str, str] | None = None) -> str:
    """Run a program in a fresh interpreter with a function's variables and return what it printed.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**kept, **ENVIRONMENT, **(more or {})},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
