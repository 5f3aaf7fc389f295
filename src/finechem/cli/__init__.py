"""The command line: thin, every verb calls one public function."""

from finechem.cli.main import main

__all__ = ["main"]
