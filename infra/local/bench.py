"""``aftercare bench``: what a text costs, measured on this machine with our own meter.

Counts are exact and the same on every machine. CPU is printed as ratios of runs taken in turns:
the median, and the middle half of the rounds, as a busy machine moves the rest by a third.
"""

import platform

from infra.local import bench_cpu, bench_imports
from infra.local.bench_course import (
    MUST_CALLS,
    MUST_WRITE_UNITS,
    RECEIPT_CALLS,
    RECEIPT_WRITE_UNITS,
    Bill,
    Course,
    Spent,
    play,
)

COURSES = (
    Course("one patient, six sessions, nobody else", sessions=6),
    Course("one patient, one session, nobody else", sessions=1),
    Course("10 patients, six sessions, 1 part a second", patients=10, table="memory"),
    Course(
        "50 patients, six sessions, 100 parts a second", patients=50, parts_per_second=100, table="memory"
    ),
    Course(
        "50 patients, one session, 100 parts a second",
        sessions=1,
        patients=50,
        parts_per_second=100,
        table="memory",
    ),
)
ITEM_BYTES = 1024  # DynamoDB rounds a write up to this


def run() -> None:
    """Print everything."""
    print("Per text sent, from the event that plans it until it is recorded: counted, not estimated.")
    print("A text also bears what its course spends on touches that end without one.")
    for course in COURSES:
        print("\n" + "\n".join(bill_lines(play(course))))
    print("\n" + "\n".join(_cpu_lines()))
    print("\n" + "\n".join(_import_lines()))


def bill_lines(bill: Bill) -> list[str]:
    """Lay out one course as lines of text."""
    course = bill.course
    rest = bill.at_rest.per(bill.empty_sweeps or 1)
    at_rest = f"{rest.calls:.0f} calls, {rest.write_units:.0f} write and {rest.read_units:.0f} read units"
    through = "every call through boto3 and moto" if course.table == "moto" else "in-memory table"
    lines = [
        f"{course.name} ({through}): {bill.texts} texts, {bill.not_sent} touches ended without one",
        f"  {'':<28} {'calls':>7} {'write units':>12} {'read units':>11}",
        *(_row(stage, spent.per(bill.texts)) for stage, spent in bill.stages.items()),
        _row("until recorded", bill.per_text),
        _row("a receipt will add", Spent(RECEIPT_CALLS, RECEIPT_WRITE_UNITS)),
        _row("until delivered", bill.with_receipt),
        *_verdicts(bill),
        f"  patient's item: at most {max(bill.sizes)} bytes; a write doubles above {ITEM_BYTES}",
        f"  {bill.sweeps} sweeps handed something on, to {bill.batches} batches",
        f"  not counted: {bill.empty_sweeps} sweeps that found nothing new, each with {at_rest}",
    ]
    if bill.unmetered:
        lines.append(f"  NOT TO BE TRUSTED: the units of {bill.unmetered} calls are unknown")
    return lines


def _verdicts(bill: Bill) -> list[str]:
    """The targets speak of a sweep that many share; a patient alone bears each sweep whole."""
    if bill.course.patients == 1:
        return ["  (nobody shares the sweep: the targets are for the crowds below)"]
    return [
        "  must: calls " + verdict(bill.with_receipt.calls, MUST_CALLS),
        "  must: write units " + verdict(bill.with_receipt.write_units, MUST_WRITE_UNITS),
    ]


def verdict(measured: float, must: float) -> str:
    """Say whether a target is met, and if not, by how much it is missed."""
    met = measured <= must
    return f"at most {must:g}: " + ("met" if met else f"MISSED by {measured - must:.2f}")


def verdict_of_range(low: float, high: float, must: float) -> str:
    """Say the same of a figure that varies from round to round, and say so when it cannot be told."""
    if low <= must < high:
        return f"at most {must:g}: TOO CLOSE TO CALL here ({low:.2f} to {high:.2f})"
    return verdict(high, must) if high <= must else verdict(low, must).replace("by", "by at least")


def _row(name: str, spent: Spent) -> str:
    return f"  {name:<28} {spent.calls:>7.2f} {spent.write_units:>12.2f} {spent.read_units:>11.2f}"


def _cpu_lines() -> list[str]:
    measured = bench_cpu.measure()
    low, high = measured["spread"]
    milliseconds = f"{measured['ours_ms']:.2f} ms against {measured['bare_ms']:.2f} ms"
    return [
        "CPU per text, the real sender in batches of ten against bare boto3 calls on the same stub:",
        f"  {measured['ratio']:.2f} times ({low:.2f}-{high:.2f}); here {milliseconds}",
        "  must: " + verdict_of_range(low, high, bench_cpu.MUST),
    ]


def _import_lines() -> list[str]:
    bare_ms, starts = bench_imports.measure()
    lines = [
        "Cold start, CPU of a fresh interpreter, as a ratio to `import boto3; boto3.client('dynamodb')`",
        f"({bare_ms:.0f} ms on Python {platform.python_version()}; Lambda runs 3.13 on arm64):",
        f"  {'':<18} {'imported':>18} {'first client':>18} {'all its clients':>18}",
    ]
    for start in starts:
        stages = (start.imported, start.first_client, start.all_clients)
        row = f"  {start.function:<18}" + "".join(
            f" {f'{one.median:.2f} ({one.low:.2f}-{one.high:.2f})':>18}" for one in stages
        )
        lines.append(row)
        if start.function in ("touch_due", "minute_passed"):
            # Like for like is the table's client against the table's client; the rest is said as well.
            for named, one in (("first client", start.first_client), ("all its clients", start.all_clients)):
                lines.append(f"    must, {named}: {verdict_of_range(one.low, one.high, bench_imports.MUST)}")
    return lines
