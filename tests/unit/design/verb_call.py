"""How the tests of this room type a verb of `trialwright design`, and read what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result


def call_of(verb: Callable[..., None], *always: str) -> Callable[..., Result]:
    """Return a function that calls the verb with the arguments of every call, and more."""
    app = typer.Typer()
    app.command()(verb)

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*always, *arguments], env={"COLUMNS": "200"})

    return call


def answer_of(verb: Callable[..., None], *always: str) -> Callable[..., str]:
    """Return a function that calls the verb, which must succeed, and returns what it prints."""
    call = call_of(verb, *always)

    def answer(*arguments: str) -> str:
        done = call(*arguments)
        assert done.exit_code == 0, done.output
        return done.stdout

    return answer


def unframed(text: str) -> str:
    """Return a message on one line, without the frame that is drawn around it."""
    return " ".join(text.replace("│", " ").split())
