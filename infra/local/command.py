"""``aftercare``: the service on a laptop."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from aftercare.contracts.shapes import INSTANT_ALLOWED, read_instant
from aftercare.domain.errors import BadInput

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
BAD_INPUT = 2


def _refuse(bad: BadInput) -> NoReturn:
    """Say what is wrong and how to mend it, on standard error, and stop."""
    typer.echo(f"aftercare: {bad}", err=True)
    raise typer.Exit(BAD_INPUT)


@app.command()
def rehearse(
    clinic: Annotated[Path, typer.Option(help="Clinic file, TOML.", exists=True, dir_okay=False)],
    script: Annotated[
        Path, typer.Option(help="What happens, one JSON object a line.", exists=True, dir_okay=False)
    ],
    out: Annotated[Path | None, typer.Option(help="Where to write; standard output if left out.")] = None,
    until: Annotated[str | None, typer.Option(help="Stop at this instant, as 2026-12-24T18:00:00Z.")] = None,
    table: Annotated[str, typer.Option(help="memory (fast) or moto (every call through boto3).")] = "memory",
) -> None:
    """Run the real handlers over a script of what happens, and write everything the service did."""
    # Imported here: it loads moto and the template translator, which the other verbs do not need.
    from infra.local.rehearsal import Rehearsal, read_clinic
    from infra.local.script import read_script

    try:
        if table not in ("memory", "moto"):
            _refuse(BadInput("--table", table, "memory or moto"))
        if out is not None and not out.parent.is_dir():
            _refuse(BadInput("--out", str(out), "a file in a folder that exists"))
        stop_at = _instant(until)
        described, lines = read_clinic(clinic), read_script(script)
    except BadInput as bad:
        _refuse(bad)
    starts_at = lines[0].at if lines else stop_at or datetime(2026, 1, 1, tzinfo=UTC)
    with Rehearsal(described, starts_at, table="moto" if table == "moto" else "memory") as rehearsal:
        for line in lines:
            if stop_at is not None and line.at > stop_at:
                break
            rehearsal.play(line)
        rehearsal.finish(stop_at)
        written = [json.dumps(line, ensure_ascii=False) for line in rehearsal.transcript.lines]
    text = "".join(f"{line}\n" for line in written)
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return read_instant(text)
    except ValueError:
        raise BadInput("--until", text, INSTANT_ALLOWED) from None


@app.command()
def demo(
    headless: Annotated[bool, typer.Option("--headless", help="The story in plain text.")] = False,
    story: Annotated[bool, typer.Option("--story", help="The story in the terminal, at its pace.")] = False,
    port: Annotated[int, typer.Option(help="Of the demo in a browser, on 127.0.0.1.")] = 8080,
) -> None:
    """Serve the clinic of forty invented patients to a browser, or tell a story of three in the terminal."""
    if headless or story:
        from infra.local.story import play_story

        play_story(headless=headless)
        return
    from infra.local.demo_server import run as serve

    try:
        serve(port)
    except BadInput as bad:
        _refuse(bad)


@app.command()
def screenshots(
    out: Annotated[Path, typer.Option(help="Folder for the pictures.", file_okay=False)] = Path(
        "infra/screenshots"
    ),
) -> None:
    """Start the demo on a free port and picture its screens with Chromium."""
    from infra.local.demo_screens import take

    try:
        take(out)
    except BadInput as bad:
        _refuse(bad)


@app.command(name="set-up")
def set_up(
    clinic: Annotated[Path, typer.Option(help="Clinic file, TOML.", exists=True, dir_okay=False)],
    table: Annotated[str, typer.Option(help="Name of the deployed table (an output of the stack).")],
) -> None:
    """Store a clinic in a deployed table, or change it. Uses the AWS account of your shell."""
    from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
    from aftercare.adapters.system_clock import SystemClock
    from aftercare.usecases.set_up_clinic import set_up_clinic
    from aftercare.wiring import boto_client
    from infra.local.rehearsal import read_clinic

    try:
        described = read_clinic(clinic)
        set_up_clinic(described, DynamoDbClinics(boto_client("dynamodb"), table, SystemClock()))
    except BadInput as bad:
        _refuse(bad)
    signed = "signed" if described.content_review else "not signed: only sandbox numbers are written to"
    typer.echo(f"{described.id} is set up; its words are {signed}")


@app.command()
def lint(
    write: Annotated[bool, typer.Option("--write", help="Write the reading grades down anew.")] = False,
) -> None:
    """Check every word that we ship: banned claims, segments, reading grade, crisis lines, reviews."""
    from infra.local.lint_command import run

    raise typer.Exit(run(datetime.now(UTC).date(), write=write))


@app.command(name="screen")
def screen_examples(
    misses: Annotated[bool, typer.Option(help="Print what was missed, in words.")] = True,
) -> None:
    """Print what the crisis screen catches of the held-out examples; fails where it may not ship."""
    from infra.local.screen_report import run

    raise typer.Exit(run(show_misses=misses))


@app.command(name="train-screen")
def train_screen() -> None:
    """Learn the weights of the screen's last net anew from the examples that it is tuned on."""
    from infra.local.screen_training import TUNED_ON, WEIGHTS, train

    train(TUNED_ON, WEIGHTS)
    typer.echo(f"{WEIGHTS} is written from {len(TUNED_ON)} files of examples")


@app.command()
def bench() -> None:
    """Count calls and write units per touch, and measure import cost as a ratio to bare boto3."""
    from infra.local.bench import run

    run()


def main() -> None:
    """Entry point of the ``aftercare`` command."""
    app()


if __name__ == "__main__":
    main()
