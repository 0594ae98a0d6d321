"""From errors to messages and exit statuses: 0, 1 for a failed run, 2 for usage, 130 for Ctrl-C."""

import errno
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import typer
from typer.core import TyperGroup

from .._native import NativeError
from ..errors import MpcError, ProtocolAbort, from_native
from .output import note, print_json

# Typer brings its own copy of click or uses the installed one, by version. In either these are BadParameter's bases.
_UsageProblem, _ClickProblem = cast("tuple[type[Exception], type[Exception]]", typer.BadParameter.__mro__[1:3])


class UsageError(MpcError):
    """Options that make no sense, or not together."""

    default_code = "E_USAGE"


@dataclass(frozen=True)
class _Failure:
    text: str
    code: str
    status: int = 1
    culprits: Iterable[int] = ()

    def report(self, *, as_json: bool) -> None:
        if as_json:
            print_json({"error": self.text, "code": self.code, "culprits": sorted(self.culprits)})
        else:
            note(f"error: {self.text} [{self.code}]")


def _of_package(error: MpcError) -> _Failure:
    text = error.detail or str(error)
    if isinstance(error, ProtocolAbort):
        if error.culprits:
            text += f" (culprits: {', '.join(f'party {index}' for index in sorted(error.culprits))})"
        return _Failure(text, error.code, culprits=error.culprits)
    return _Failure(text, error.code, 2 if isinstance(error, UsageError) else 1)


def _of_system(error: OSError) -> _Failure:
    where = f"{error.filename}: " if error.filename is not None else ""
    return _Failure(f"{where}{error.strerror or error}", "E_SYSTEM")


class Commands(TyperGroup):
    """The group of commands, with our own end of every run, also when it is called by a test's runner."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs a command line and exits with its status."""
        arguments = list(sys.argv[1:] if args is None else args)
        status, failure = 0, None
        try:
            result = super().main(arguments, "mpc-fast", complete_var, False, windows_expand_args, **extra)
            status = result if isinstance(result, int) else 0
        except KeyboardInterrupt:
            status = 130
        except typer.Abort:
            failure = _Failure("aborted", "E_ABORTED")
        except _UsageProblem as error:
            failure = _Failure(_usage_text(error), "E_USAGE", 2)
        except _ClickProblem as error:
            failure = _Failure(str(error), "E_USAGE", 2)
        except MpcError as error:
            failure = _of_package(error)
        except NativeError as error:
            failure = _of_package(from_native(*error.args))
        except MemoryError:
            failure = _Failure("not enough memory", "E_MEMORY")
        except OSError as error:
            failure = _of_system(error)
            if error.errno == errno.EPIPE:  # whoever read our output has gone
                _silence_stdout()
                sys.exit(1)
        if status == 130:
            failure = _Failure("interrupted", "E_INTERRUPTED", 130)
        if failure is not None:
            status = failure.status
            with suppress(OSError):  # nobody is there to be told
                failure.report(as_json="--json" in arguments)
        sys.exit(status)


def _usage_text(error: Exception) -> str:
    text = str(cast("Any", error).format_message())
    context = getattr(error, "ctx", None)
    return f"{text.rstrip('.')}. See {context.command_path} --help." if context is not None else text


def _silence_stdout() -> None:
    # The interpreter flushes stdout when it ends, and would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
