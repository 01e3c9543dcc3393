"""Makes the app the default command: arguments that name no command are for the app."""

from __future__ import annotations

from collections.abc import Collection

import click

APP = "(app)"
"""Name of the command that opens the app; no path can be mistaken for it on a command line."""


class Commands(click.Group):
    """The commands by name; anything else on the command line is for the app."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the app's command before what names none."""
        own = {name for option in self.get_params(ctx) for name in option.opts}
        if not args or args[0] not in own | self.commands.keys():
            args = [APP, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Both ways to start."""
        formatter.write_usage(ctx.command_path, "[OPTIONS] [PATH[:LINE]]...")
        formatter.write_usage(ctx.command_path, "COMMAND [OPTIONS] [PATH...]", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The app's options with those of the program, then the commands."""
        known = (*self.commands[APP].get_params(ctx), *self.get_params(ctx))
        options = (one for one in known if isinstance(one, click.Option))
        records = dict.fromkeys(filter(None, (one.get_help_record(ctx) for one in options)))
        with formatter.section("Options"):
            formatter.write_dl(list(records))
        self.format_commands(ctx, formatter)


def command_names(context: click.Context) -> Collection[str]:
    """Names of the commands beside the one that is called."""
    group = context.parent.command if context.parent else None
    return group.commands.keys() if isinstance(group, click.Group) else ()


class AppCommand(click.Command):
    """The app, whose help is that of the program."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As `panther-tui --help`."""
        above = ctx.parent or ctx
        above.command.format_help(above, formatter)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As in the program's help."""
        above = ctx.parent or ctx
        above.command.format_usage(above, formatter)
