"""`vigil setup`: make an intake profile of a site's own files, or check one against a new export."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from spine_vigil.cli.options.common import edition_in_use, edition_option, today
from spine_vigil.cli.output.progress import Progress
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.exit_codes import ExitCode
from spine_vigil.scheduler.intake.columns import DIAGNOSIS, check_value
from spine_vigil.scheduler.intake.dates import check_date_format
from spine_vigil.scheduler.intake.proposals.proposal import Proposal, Value
from spine_vigil.scheduler.rules.words import counted
from spine_vigil.setting_up import (
    SetupFiles,
    check_setup,
    contradicts,
    extended_text,
    propose,
    read_known,
    setup_text,
    write_profile,
    write_worklist,
)


@click.command()
@click.argument("events", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--patients", type=click.Path(path_type=Path), help="The file with one row per patient and course.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE.toml", help="Write the profile here.")
@click.option(
    "--profile",
    "known",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="Check this profile against the files, and say what is new in them.",
)
@click.option(
    "--candidates",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Write the patients whose diagnosis is not certain, with what it may be, to be confirmed one by one.",
)
@edition_option
def setup(
    events: tuple[Path, ...], patients: Path | None, output: Path | None, known: Path | None, candidates: Path | None
) -> None:
    """Make an intake profile of a site's own files: how their columns, dates, words and codes are read.

    FILE... are exports of studies: CSV in any encoding and with any separator, Excel workbooks or Parquet, one file, a
    folder, or a pattern such as '2026-*.csv'. On a terminal, setup asks what it cannot know. Elsewhere, and with a bare
    Enter, it leaves such lines as comments, and exits with 3. Read the profile before you use it: every command takes
    it as --profile, or from VIGIL_PROFILE.

    With --profile, setup lists what the profile lacks for these files, and exits with 3 if there is anything. With -o
    too, it writes the profile with those lines added, as comments where the profile says something else, and exits with
    3 if any have to be confirmed; -o may be the profile itself.

    \b
    vigil setup sample_cohorts/payer.csv --patients sample_cohorts/payer_patients.csv -o site.toml
    vigil setup sample_cohorts/payer.csv --patients sample_cohorts/payer_patients.csv --profile site.toml
    """
    if output is None and known is None:
        raise ValueProblem("setup has nowhere to write the profile; add -o site.toml")
    files = SetupFiles(events, patients)
    for path in (output, candidates):
        check_setup(files, path, known)
    profile = read_known(known, edition_in_use()) if known else None
    with Progress() as progress:
        lines = propose(files, edition_in_use(), today(), progress, profile)
    if candidates is not None:
        count = write_worklist(candidates, lines, files, edition_in_use(), profile)
        text = f"{counted(count, 'line')} of patients to be confirmed in {candidates}; fill the column 'protocol'"
        click.echo(text, err=True)
    if sys.stdin.isatty() and sys.stderr.isatty():
        lines = list(_asked(lines))
    if output is not None:
        write_profile(output, setup_text(lines, files) if profile is None else extended_text(profile, lines))
    to_confirm = [line for line in lines if line.is_open or (profile is not None and contradicts(profile, line))]
    for text in _report(lines, to_confirm, output, known):
        click.echo(text, err=True)
    is_lacking = known is not None and output is None and bool(lines)
    if is_lacking or to_confirm:
        sys.exit(ExitCode.NEEDS_INFO)


def _report(
    lines: list[Proposal], open_lines: list[Proposal], output: Path | None, known: Path | None
) -> Iterable[str]:
    """Yield what was found, and what to do next."""
    fields = {line.value for line in lines if line.is_choice_of_keys and not line.is_open}
    if known is None and not fields & {"protocol", DIAGNOSIS}:
        yield "no column seems to hold a diagnosis or a protocol, without which no study is under surveillance"
    if known is not None:
        if not lines:
            yield f"{known} says all that these files hold"
            return
        yield f"{counted(len(lines), 'line')} that {known} lacks:"
        yield from (f"  [{line.part}] {line.line()}" for line in lines)
    if output is not None:
        yield f"{counted(len(lines) - len(open_lines), 'line')} written to {output}; read them before you use it"
    if open_lines and known is not None:
        yield f"{counted(len(open_lines), 'line')} of these, behind a #, to confirm"
    elif open_lines:
        yield f"{counted(len(open_lines), 'line')} to confirm:"
        yield from (f"  [{line.part}] {line.line().removeprefix('# ')}" for line in open_lines)
    elif output is not None:
        yield f"Next: vigil inspect FILE --profile {output}, then vigil audit or vigil due with --profile {output}"


def _asked(lines: Iterable[Proposal]) -> Iterable[Proposal]:
    """Yield lines with the answers of who sits at the terminal; one without an answer stays open."""
    said: set[tuple[str, Value | None]] = set()
    answers = []
    for line in lines:
        if line.part == "constants" and ("columns", line.key) in said:
            continue  # a column says it, as was answered
        answer = _ask(line) if line.is_open else line
        if answer.is_choice_of_keys and not answer.is_open and answer.value:
            said |= {(answer.part, answer.key), (answer.part, answer.value)}
        answers.append(answer)
    # A column that was named is read after all.
    yield from (answer for answer in answers if answer.value != "" or (answer.part, answer.key) not in said)


def _ask(line: Proposal) -> Proposal:
    click.echo(f"\n{line.question}", err=True)
    for number, choice in enumerate(line.choices, start=1):
        click.echo(f"  {number}  {choice or '(nothing is known)'}", err=True)
    while True:
        text = click.prompt("A number, or the answer; Enter leaves it open", default="", show_default=False, err=True)
        if not text.strip():
            return line
        try:
            return _answered(line, text.strip())
        except ValueProblem as problem:
            click.echo(str(problem), err=True)


def _answered(line: Proposal, text: str) -> Proposal:
    """Return a line with an answer. Raises ValueProblem where it cannot be one."""
    chosen = line.choices[int(text) - 1] if text.isdigit() and 0 < int(text) <= len(line.choices) else text
    if line.hidden == "" or line.is_choice_of_keys:  # the answer is the name of a column
        if chosen not in line.choices:
            raise ValueProblem(f"no column that is left is named '{chosen}'; answer with one of those above")
        return Proposal(line.part, chosen, line.value)
    value: Value = chosen
    if isinstance(line.value, bool):
        if chosen not in ("true", "false"):
            raise ValueProblem("answer true or false")
        value = chosen == "true"
    elif isinstance(line.value, tuple):
        value = tuple(part.strip() for part in chosen.split(", "))
        for each in value:
            check_date_format(each, "the format")
    elif "values." in line.part or line.part == "constants":
        check_value(
            edition_in_use(), line.key if line.part == "constants" else line.part.rpartition("values.")[2], chosen
        )
    return line.answered(value)
