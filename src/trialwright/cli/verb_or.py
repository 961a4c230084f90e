"""A group of verbs that also takes its first argument for that of its usual verb."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup


def verb_or(usual: str, *, ending: str = "") -> type[TyperGroup]:
    """Make a group that reads ``simulate my/study.toml`` as ``simulate study my/study.toml``.

    Parameters
    ----------
    usual : str
        The verb that is meant where the first argument names none.
    ending : str
        How an argument must end for that, so that a misspelt verb is still refused as such.
    """

    class VerbOrArgument(TyperGroup):
        """Puts the usual verb before an argument that is no verb."""

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            if args and args[0] not in self.commands and args[0].endswith(ending):
                args = [usual, *args]
            return super().resolve_command(ctx, args)

    return VerbOrArgument
