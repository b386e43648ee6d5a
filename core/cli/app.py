"""The command line: list, fetch, build and ask datasets without the app."""

import os
import signal
from functools import partial

import typer

from core.cli.ask import ask_command
from core.cli.build import build_command
from core.cli.check import check_command
from core.cli.datasets import datasets_command, fetch_command, status_command
from core.cli.evaluate import evaluate_command
from core.cli.film import film_command
from core.cli.history import history_command
from core.cli.map_export import map_export_command
from core.cli.new_here import new_here_command
from core.cli.recommend import recommend_command
from core.cli.recommend_all import recommend_all_command
from core.cli.registries import methods_command, spaces_command
from core.cli.report import report_command, reproduce_command
from core.cli.together import together_command
from core.compute.parent import FOLLOWED_BY, end_with

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Movie Atlas: explore films, compare methods."
)
COMMANDS = {
    "datasets": datasets_command,
    "fetch": fetch_command,
    "build": build_command,
    "status": status_command,
    "film": film_command,
    "check": check_command,
    "recommend": recommend_command,
    "recommend-all": recommend_all_command,
    "together": together_command,
    "history": history_command,
    "new-here": new_here_command,
    "map-export": map_export_command,
    "evaluate": evaluate_command,
    "report": report_command,
    "reproduce": reproduce_command,
    "ask": ask_command,
    "methods": methods_command,
    "spaces": spaces_command,
}
"""Every command by its name, in the order of `--help`."""
for _name, _command in COMMANDS.items():
    app.command(_name)(_command)


def main() -> None:
    """Run the command line; a command that the app began ends when the app has, as if it had been stopped."""
    if parent := os.environ.pop(FOLLOWED_BY, ""):
        end_with(int(parent), partial(os.kill, os.getpid(), signal.SIGTERM))
    app(prog_name="python -m core")
