"""The commands and their options; what they do is imported when one is called."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from .failures import Commands
from .output import print_text

# Without pretty exceptions: they print local variables, and a passphrase may be among them.
app = typer.Typer(
    name="mpc-fast",
    cls=Commands,
    help="Threshold ECDSA (CGGMP24): keys that no single party holds.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

pool_app = typer.Typer(
    name="pool",
    help="Primes made in advance: the slow part of keygen and demo.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(pool_app)


class PresignCommands(TyperGroup):
    """``presign SHARE ...`` is short for ``presign fill SHARE ...``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments of the group itself."""
        is_short = bool(args) and args[0] not in {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, ["fill", *args] if is_short else args)


presign_app = typer.Typer(
    name="presign",
    cls=PresignCommands,
    help="Presignatures made in advance: signing takes one round then. Without COMMAND: fill.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(presign_app)

Threshold = Annotated[int, typer.Option(help="How many parties sign together, at least 2.")]
Parties = Annotated[int, typer.Option(help="How many parties hold a share, at most 16.")]
Profile = Annotated[str, typer.Option(help="Security profile: S128 (128 bits) or C112 (112 bits).")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, and nothing else.")]
FromPool = Annotated[
    Path | None, typer.Option(help="Take primes from this pool (see pool fill); those it lacks are made on the spot.")
]
Text = str | None
File = Path | None


def _print_version(wanted: bool) -> None:
    if wanted:
        print_text(f"mpc-fast {version('mpc_fast')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Threshold ECDSA (CGGMP24): keys that no single party holds.

    Passphrases come from a prompt, or from MPC_FAST_PASSPHRASE.
    """


@app.command()
def demo(
    threshold: Threshold = 2,
    parties: Parties = 3,
    profile: Profile = "S128",
    tx: Annotated[File, typer.Option(help="Sign this transaction (JSON) instead of the built-in transfer.")] = None,
    pool: FromPool = None,
    json: Json = False,
) -> None:
    """Generate a key in a temporary folder, sign two Ethereum transactions with it, and check them."""
    from .demo import run_demo

    run_demo(threshold, parties, profile, tx, pool, as_json=json)


@app.command()
def keygen(
    out: Annotated[Path, typer.Option(help="The folder of the share files party-1.share and so on.")],
    threshold: Threshold = 2,
    parties: Parties = 3,
    profile: Profile = "S128",
    force: Annotated[bool, typer.Option("--force", help="Overwrite share files that are already there.")] = False,
    pool: FromPool = None,
    json: Json = False,
) -> None:
    """Generate a key among parties on this machine, and seal each share into its file."""
    from .keys import run_keygen

    run_keygen(threshold, parties, profile, out, pool, force=force, as_json=json)


@app.command()
def address(
    share: Annotated[Path, typer.Argument(help="A share file.")],
    verify: Annotated[bool, typer.Option("--verify", help="Unlock the share and check its certificates.")] = False,
    json: Json = False,
) -> None:
    """Show the public key and the Ethereum address of a share. Without --verify nobody vouches for them."""
    from .keys import run_address

    run_address(share, verify=verify, as_json=json)


@app.command()
def sign(
    share: Annotated[list[Path], typer.Option(help="A share file; once for each signer.")],
    tx: Annotated[File, typer.Option(help="A transaction (JSON): legacy, EIP-2930 or EIP-1559.")] = None,
    message: Annotated[Text, typer.Option(help="A text (EIP-191, personal_sign).")] = None,
    typed_data: Annotated[File, typer.Option(help="A typed message (JSON, EIP-712).")] = None,
    digest: Annotated[Text, typer.Option(help="32 bytes in hex. Signs what you cannot see: know its origin.")] = None,
    presigned: Annotated[File, typer.Option(help="Sign in one round, with a presignature of this store.")] = None,
    json: Json = False,
) -> None:
    """Sign with the shares of as many parties as the threshold asks for."""
    from .signing import run_sign

    run_sign(share, presigned, tx=tx, message=message, typed_data=typed_data, digest=digest, as_json=json)


@app.command()
def verify(
    address: Annotated[str, typer.Option(help="The address that should have signed.")],
    raw_tx: Annotated[Text, typer.Option(help="A raw signed transaction in hex.")] = None,
    message: Annotated[Text, typer.Option(help="A text that was signed (EIP-191).")] = None,
    signature: Annotated[Text, typer.Option(help="The signature of --message in hex: r, s and v, 65 bytes.")] = None,
    json: Json = False,
) -> None:
    """Check who signed a transaction or a text; exit status 1 if it was somebody else."""
    from .verifying import run_verify

    run_verify(address, raw_tx=raw_tx, message=message, signature=signature, as_json=json)


@app.command()
def doctor(json: Json = False) -> None:
    """Show the machine, the build and the libraries in use."""
    from .doctor import run_doctor

    run_doctor(as_json=json)


@pool_app.command("fill")
def fill(
    pool: Annotated[Path, typer.Option(help="The folder of the pool; made if it is not there.")],
    count: Annotated[int, typer.Option(min=1, help="How many sets to add. Each party of a key needs one.")],
    profile: Profile = "S128",
    detach: Annotated[bool, typer.Option("--detach", help="Go on in the background, and return at once.")] = False,
    json: Json = False,
    ready_fd: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Make sets of primes and seal them into a pool. Ctrl-C keeps those that are finished."""
    from .pool import run_background_fill, run_detached_fill, run_fill

    if ready_fd is not None:
        run_background_fill(pool, count, profile, ready_fd)
    elif detach:
        run_detached_fill(pool, count, profile, as_json=json)
    else:
        run_fill(pool, count, profile, as_json=json)


@pool_app.command("status")
def status(pool: Annotated[Path, typer.Option(help="The folder of the pool.")], json: Json = False) -> None:
    """Show how many sets a pool has and has given, and how far a fill is. Asks for no passphrase."""
    from .pool import run_status

    run_status(pool, as_json=json)


@presign_app.command("fill")
def presign_fill(
    shares: Annotated[list[Path], typer.Argument(metavar="SHARE", help="Share files, one for each signer.")],
    store: Annotated[Path, typer.Option(help="The folder of the store; made if it is not there.")],
    count: Annotated[int, typer.Option(min=1, help="How many to add; a store has 256 of a key and signers at most.")],
    chunk: Annotated[int, typer.Option(min=1, max=64, help="How many are made, and stored, at a time.")] = 64,
    lifetime: Annotated[str, typer.Option(help="When they expire: 90s, 30m, 12h, at most 30d.")] = "24h",
    json: Json = False,
) -> None:
    """Make presignatures with shares on this machine. Ctrl-C keeps those that are stored."""
    from .presign_fill import run_fill

    run_fill(shares, store, count, chunk, lifetime, as_json=json)


@presign_app.command("status")
def presign_status(store: Annotated[Path, typer.Option(help="The folder of the store.")], json: Json = False) -> None:
    """Show how many presignatures a store has for each key and set of signers. Asks for no passphrase."""
    from .presign import run_status

    run_status(store, as_json=json)
