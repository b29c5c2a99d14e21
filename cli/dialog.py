"""The questions of `vigil check --ask`: one at a time on standard error, their answers from standard input."""

from __future__ import annotations

import sys

import click

from spine_vigil.asking import Interview
from spine_vigil.question_words import Question
from spine_vigil.scheduler.errors import ValueProblem

_HELP = "Enter or ? means unknown, 'why' says what hangs on a question, 'stop' decides with what is known."


def ask(interview: Interview) -> Interview:
    """Ask until no answer could change the decision, or the answers end. Raises ValueProblem for unreadable input."""
    _say(_HELP)
    question = interview.question()
    while question is not None:
        _show(question)
        answer = _read()
        if answer is None or answer.lower() == "stop":
            break
        if answer.lower() == "why":
            for line in interview.why(question):
                _say(f"  {line}")
            continue
        try:
            interview = interview.answer(question, answer)
        except ValueProblem as problem:
            _say(f"  {problem}")
            continue
        for notice in interview.notices:
            _say(f"  {notice}")
        question = interview.question()
    return interview


def _show(question: Question) -> None:
    _say("")
    for number, (_, words) in enumerate(question.choices, start=1):
        _say(f"  {number:>2}  {words}")
    prompt = f"{question.words} [{question.kind.value}]"
    click.echo(f"{prompt} " if sys.stdin.isatty() else f"{prompt}\n", err=True, nl=False)


def _read() -> str | None:
    """Return the next answer; None where there is none."""
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError:
        raise ValueProblem(
            "an answer on standard input is not text; write it in the encoding of the terminal"
        ) from None
    if not line:
        _say("")
        return None
    return line.strip()


def _say(text: str) -> None:
    click.echo(text, err=True)
