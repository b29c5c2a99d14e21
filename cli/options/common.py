"""Options for dates, grace and readings, and the one place where the clock is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from spine_vigil.cli.options.problems import option
from spine_vigil.protocols import CURRENT
from spine_vigil.requests import Labels, split_pair
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.intake.dates import check_date_format
from spine_vigil.scheduler.rules.dates import parse_date
from spine_vigil.scheduler.rules.grace import LONGEST, GracePolicy

if TYPE_CHECKING:
    from spine_vigil.editions import EditionsByDate

_F = TypeVar("_F", bound=Callable[..., Any])


OPTIONS: Labels = {
    "study": "--study",
    "date": "--date",
    "protocol": "--protocol",
    "index": "--index",
    "primary_site": "--primary-site",
    "prior": "--prior",
    "also": "--also",
    "fact": "--fact",
    "birth_date": "--birth-date",
    "follow_up_end": "--follow-up-end",
    "death": "--death",
}
"""Names in messages of the arguments of a request."""


class DateValue(click.ParamType[date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date, or fail with a message that shows the form."""
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value).strip())
        except ValueProblem as problem:
            self.fail(str(problem), param, ctx)


DATE = DateValue()


def once(*names: str, default: str | None = "", **attributes: Any) -> Callable[[_F], _F]:
    """Return an option that may be given once: a second value is an error."""

    def only(_ctx: click.Context, parameter: click.Parameter, values: tuple[Any, ...]) -> Any:
        if len(values) > 1:
            raise ValueProblem(f"{parameter.opts[0]} is given twice; give it once")
        return values[0] if values else default

    return option(*names, multiple=True, callback=only, **attributes)


def grace_option(command: _F) -> _F:
    """Add `--grace-days N` (passed on as `grace`)."""

    def convert(ctx: click.Context, _param: click.Parameter, value: int | None) -> GracePolicy:
        ctx.meta[_GRACE_DAYS] = value
        return edition_in_use().grace_of(value)

    return option(
        "--grace-days",
        "grace",
        type=click.IntRange(min=0, max=LONGEST),
        callback=convert,
        help="Grace of every window but those in days; 0 is strict. [default: that of the edition, or a tenth of the"
        " interval, 7 to 30 days]",
    )(command)


_READINGS = "spine_vigil.readings"
_EDITION = "spine_vigil.edition"
_BY_DATE = "spine_vigil.editions_by_date"
_GRACE_DAYS = "spine_vigil.grace_days"
_COMPARED = "spine_vigil.compared_edition"


def edition_in_use() -> Edition:
    """Return the edition by which the current command decides, but for `--reading`; by date, the one of today."""
    edition: Edition = click.get_current_context().meta.get(_EDITION, CURRENT)
    return edition


def editions_in_use() -> tuple[Edition, ...]:
    """Return all editions by which the current command decides, those that are chosen by `choose_edition` last."""
    meta = click.get_current_context().meta
    by_date, compared = editions_by_date(), meta.get(_COMPARED)
    return (*(by_date.editions if by_date else ()), *([] if compared is None else [compared]), edition_in_use())


def editions_by_date() -> EditionsByDate | None:
    """Return the editions by date with `--edition by-date`, and None with one edition."""
    by_date: EditionsByDate | None = click.get_current_context().meta.get(_BY_DATE)
    return by_date


def with_readings(edition: Edition) -> Edition:
    """Return an edition with the readings that `--reading` takes. Raises ValueProblem for one that it does not have."""
    form = "PROTOCOL/SCHEDULE=NAME or indication.NAME=READING"
    pairs = [split_pair(value, form, "--reading") for value in readings_taken()]
    return edition.with_readings(dict(pairs)) if pairs else edition


def rules_on(day: date, edition: Edition, grace: GracePolicy) -> tuple[Edition, GracePolicy]:
    """Return the edition and the grace of a day: those given, or with `--edition by-date` those in force on it."""
    by_date = editions_by_date()
    if by_date is None:
        return edition, grace
    edition = with_readings(by_date.on(day))
    return edition, grace_for(edition)


def grace_for(edition: Edition) -> GracePolicy:
    """Return the grace that `--grace-days` asks for, or an edition's own."""
    return edition.grace_of(click.get_current_context().meta.get(_GRACE_DAYS))


def choose_edition(edition: Edition) -> None:
    """Let the current command decide by an edition that `--edition` does not name; the last one is that in use."""
    meta = click.get_current_context().meta
    meta[_COMPARED], meta[_EDITION] = meta.get(_EDITION), edition


def edition_option(command: _F) -> _F:
    """Add `--edition ID|FILE.toml`, which chooses what `edition_in_use` returns."""

    def convert(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
        if value is None:
            return
        from spine_vigil import editions

        name, _, publisher = value.partition(":")
        if name == editions.BY_DATE:
            ctx.meta[_BY_DATE] = editions.editions_by_date(publisher.strip() or None)
            ctx.meta[_EDITION] = ctx.meta[_BY_DATE].on(today())
        else:
            ctx.meta[_EDITION] = editions.edition(value)

    return click.option(
        "--edition",
        "named_edition",
        metavar="ID|FILE.toml|by-date",
        is_eager=True,
        expose_value=False,
        callback=convert,
        help="The edition of the guideline, or a file with an edition or an overlay of one. by-date takes for each date"
        f" the edition in force on it, of this publisher or of that in by-date:PUBLISHER. [default: {CURRENT.id}]",
    )(command)


def readings_taken() -> tuple[str, ...]:
    """Return the readings that this run takes in place of the edition's own, as `--reading` gives them."""
    readings: tuple[str, ...] = click.get_current_context().meta.get(_READINGS, ())
    return readings


def edition_options(command: _F) -> _F:
    """Add `--edition` and `--reading ROUTE=NAME`, any number of times (passed on as `edition`)."""

    def convert(ctx: click.Context, _param: click.Parameter, values: Iterable[str]) -> Edition:
        ctx.meta[_READINGS] = tuple(values)
        return with_readings(edition_in_use())

    reading = option(
        "--reading",
        "edition",
        multiple=True,
        metavar="ROUTE=NAME",
        callback=convert,
        help="Take another reading of an unclear sentence; ROUTE is PROTOCOL/SCHEDULE or indication.NAME"
        " (see 'vigil protocols show' and 'vigil facts --indication').",
    )
    return edition_option(reading(command))


def date_format_option(command: _F) -> _F:
    """Add `--date-format FORMAT` (passed on as `date_format`)."""

    def convert(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
        check_date_format(value, "--date-format")
        return value

    return click.option(
        "--date-format",
        metavar="FORMAT",
        callback=convert,
        help="Format of dates, e.g. %d.%m.%Y. [default: YYYY-MM-DD]",
    )(command)


def today() -> date:
    """Return the current date. Only this function and `now` read the clock."""
    return date.today()


def now() -> datetime:
    """Return the current time (UTC, whole seconds), the revision time of calendar events."""
    return datetime.now(UTC).replace(microsecond=0)
