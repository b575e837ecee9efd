"""Help pages in the language of the user, where typer writes English itself."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from rotasi.messages import _, mark

_PANELS = {"argument": mark("Arguments"), "option": mark("Options")}
_HELP = {
    "help": mark("Show this page and exit."),
    "install_completion": mark("Install completion of commands and options for your shell."),
    "show_completion": mark("Show the script that completes commands and options."),
}


class Command(TyperCommand):
    """A command whose help page is translated throughout."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, as typer lists them."""
        return _translate(super().get_params(ctx))


class Group(TyperGroup):
    """The same for ``rotasi`` itself."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, as typer lists them."""
        return _translate(super().get_params(ctx))


def _translate(parameters: list[Any]) -> list[Any]:
    for each in parameters:
        each.rich_help_panel = _(_PANELS[each.param_type_name])
        if each.name in _HELP:
            each.help = _(_HELP[each.name])
    return parameters
