"""Reading of one request: its arguments as rows of an events file, what is read from words, and all that cannot be."""

from __future__ import annotations

from collections.abc import Mapping

from spine_vigil.notices import Notice
from spine_vigil.problems import ArgumentProblem, Problems
from spine_vigil.request_words import Understood, read_protocol_text, read_site_text, read_study_text
from spine_vigil.requests import Labels, labelled, parse_facts, parse_index_dates, split_prior
from spine_vigil.scheduler.editions.edition import CptCode, Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.records.fields import PATIENT_ID, event_columns
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.records.rows import Row, read_row
from spine_vigil.scheduler.values import Frozen, replace

_Cells = Mapping[str, str]

_NAMED: Mapping[str, str] = {
    "birth_date": "birth_date",
    "date": "date",
    "follow_up_end": "follow_up_end_date",
    "death": "death_date",
}
"""The columns of the arguments that are one date each."""


class Request(Frozen, kw_only=True):
    """A request as text, with an empty text for what is not known.

    `index` holds `KIND=DATE` texts, `priors` holds `DATE [STUDY] [STATUS]` (without a study: the requested one), `also`
    the other studies of the requested date, `facts` holds `NAME=VALUE`.
    """

    study: str
    date: str
    protocol: str = ""
    index: tuple[str, ...] = ()
    primary_site: str = ""
    priors: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    birth_date: str = ""
    follow_up_end: str = ""
    death: str = ""
    status: str = Status.REQUESTED.value


class ReadRequest(Frozen):
    """A request that was read: with the names of the edition in place of words, and as rows of an events file.

    `notices` say what was read from words. Where there are `problems`, nothing else counts.
    """

    request: Request
    row: Row
    earlier: tuple[tuple[str, Row], ...]
    beside: tuple[Row, ...]
    notices: tuple[Notice, ...]
    problems: tuple[ArgumentProblem, ...]


def read_request(request: Request, edition: Edition, labels: Labels) -> ReadRequest:
    """Read a request; problems name the arguments as `labels` do, and do not keep the others from being read."""
    return _Reading(edition, labels).read(request)


class _Reading:
    """The reading of one request: the columns that its parts are parsed by, and what was found so far."""

    def __init__(self, edition: Edition, labels: Labels) -> None:
        self._edition, self._labels = edition, labels
        self._columns = event_columns(edition)
        self._problems = Problems()
        self._notices: list[Notice] = []

    def read(self, request: Request) -> ReadRequest:
        """Return the request as it was read."""
        edition, labels = self._edition, self._labels
        study_text, study = self._study(request.study, "study", labels["study"])
        protocol, site = self._protocol(request), self._site(request)
        cells = dict(study) | {"status": request.status, "protocol": protocol, "primary_site": site}
        for argument, column in _NAMED.items():
            text = getattr(request, argument)
            with self._problems.of(argument):
                cells |= self._readable({column: text}, labels[argument])
        index = parse_index_dates(request.index, labels, self._problems)
        cells |= {kind.column: day.isoformat() for kind, day in index.items()}
        facts = parse_facts(request.facts, edition, self._columns, labels, self._problems)
        if request.birth_date and "birth_date" in facts:
            with self._problems.of("fact"):
                both = f"{labels['birth_date']} and {labels['fact']} birth_date"
                raise ValueProblem(f"{both} are the same; give one of them")
        if self._problems.found and not request.date.strip():  # by itself it makes the request invalid
            with self._problems.of("date"):
                raise ValueProblem(f"{labels['date']}: the date is empty; write YYYY-MM-DD")
        birth = {"birth_date": cells.get("birth_date", "")}
        priors = [self._prior(text, number, study) for number, text in enumerate(request.priors)]
        also = [self._also(text, number) for number, text in enumerate(request.also)]
        documented = {name: text for name, (text, _) in facts.items()}
        canonical = replace(
            request,
            study=study_text,
            protocol=protocol,
            primary_site=site,
            priors=tuple(text for text, _ in priors),
            also=tuple(text for text, _ in also),
        )
        day = {"date": request.date, "status": Status.REQUESTED.value}
        return ReadRequest(
            canonical,
            self._row(cells | documented),
            tuple((text, self._row({**birth, **prior})) for text, prior in priors),
            tuple(self._row({**other, **day}) for _, other in also),
            tuple(dict.fromkeys(self._notices)),
            tuple(self._problems.found),
        )

    def _understood(self, understood: Understood) -> str:
        """Return a value as the edition writes it, and keep what is to be told of it."""
        self._notices += [understood.notice] if understood.notice else []
        return understood.text

    def _study(self, text: str, argument: str, where: str, number: int = 0) -> tuple[str, _Cells]:
        """Return a study as text and as cells; both are empty where it cannot be read."""
        with self._problems.of(argument, number):
            plain = self._understood(labelled(where, "study", lambda t: read_study_text(t, self._edition), text))
            return plain, self._readable(study_cells(plain), where)
        return "", {}

    def _protocol(self, request: Request) -> str:
        where, has_site = self._labels["protocol"], bool(request.primary_site)
        with self._problems.of("protocol"):
            understood = labelled(
                where, "disease", lambda t: read_protocol_text(t, self._edition, has_site=has_site), request.protocol
            )
            return self._readable({"protocol": self._understood(understood)}, where)["protocol"]
        return ""

    def _site(self, request: Request) -> str:
        with self._problems.of("primary_site"):
            site = self._understood(read_site_text(request.primary_site))
            return self._readable({"primary_site": site}, self._labels["primary_site"])["primary_site"]
        return ""

    def _prior(self, text: str, number: int, requested: _Cells) -> tuple[str, _Cells]:
        """Return an earlier study as text and as cells; without a study it is the requested one."""
        where = f'{self._labels["prior"]} "{text}"'
        day, study, status = split_prior(text)
        with self._problems.of("prior", number):
            if not status.is_history:
                raise ValueProblem(f"{where}: an earlier study counts if performed or scheduled; leave this one out")
            dated = self._readable({"date": day or "(nothing)"}, where)
            plain, cells = self._study(study, "prior", where, number) if study else ("", self._diagnostic(requested))
            booked = Status.SCHEDULED.value if status is Status.SCHEDULED else ""
            shown = " ".join(filter(None, (day, plain, booked)))
            return shown, {**cells, **dated, "status": status.value}
        return text, {}

    def _also(self, text: str, number: int) -> tuple[str, _Cells]:
        return self._study(text, "also", f'{self._labels["also"]} "{text}"', number)

    def _diagnostic(self, study: _Cells) -> _Cells:
        """Return the study that an add-on code is billed with, since an add-on never counts as an earlier one."""
        code: CptCode | None = self._columns["cpt"].parse(study["cpt"]) if "cpt" in study else None
        if code is None or not code.is_add_on:
            return study
        return {"modality": code.modality.value, "region": study["region"]}

    def _readable(self, cells: _Cells, where: str) -> dict[str, str]:
        """Return the cells after checking that each can be parsed. Raises ValueProblem that names the argument."""
        for name, text in cells.items():
            if text.strip():
                labelled(where, name, self._columns[name].parse, text.strip())
        return dict(cells)

    def _row(self, cells: _Cells) -> Row:
        return read_row({PATIENT_ID: "the patient", **cells}, self._edition, self._columns)


def study_cells(text: str) -> dict[str, str]:
    """Return the cells of a study that is written as `MODALITY REGION`, `CPT` or `CPT REGION`."""
    first, _, rest = text.strip().partition(" ")
    return {"cpt" if first[0].isdigit() else "modality": first, "region": rest.strip()}
