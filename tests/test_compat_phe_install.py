"""install_phe, on programs that import phe, and the names that such programs find."""

import pickle
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import phe as oracle
import phe.command_line
import pytest

import mpc_fast.compat.phe as compat
import mpc_fast.compat.phe.command_line  # noqa: F401

PROGRAM = """
import phe
import phe as paillier_module
from phe import EncryptedNumber, paillier, util
from phe.paillier import PaillierPrivateKeyring
from phe.util import int_to_base64
import phe.encoding, phe.command_line
import sys

ring = PaillierPrivateKeyring()
public, private = paillier.generate_paillier_keypair(ring, n_length=256)
total = sum(public.encrypt(x) for x in (0.5, 1.5, -3))
assert isinstance(total, EncryptedNumber) and ring.decrypt(total) == -1.0
assert phe.paillier.EncodedNumber is phe.encoding.EncodedNumber is phe.EncodedNumber
assert phe.command_line.cli.name == "pheutil"
assert sys.modules["phe"] is sys.modules["mpc_fast.compat.phe"] is phe
assert sys.modules["phe.util"] is sys.modules["mpc_fast.compat.phe.util"] is util
assert phe.__name__ == "mpc_fast.compat.phe"
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False
    )


def test_a_program_runs_unchanged() -> None:
    result = run("import mpc_fast.compat\nmpc_fast.compat.install_phe()\nmpc_fast.compat.install_phe()\n" + PROGRAM)
    assert result.returncode == 0, result.stderr


def test_also_where_ours_is_imported_already() -> None:
    result = run("import mpc_fast.compat.phe.util\nmpc_fast.compat.install_phe()\n" + PROGRAM)
    assert result.returncode == 0, result.stderr


def test_pickles_of_the_other_library_are_read(tmp_path: Path) -> None:
    public, private = oracle.generate_paillier_keypair(n_length=256)
    ring = oracle.PaillierPrivateKeyring([private])
    objects = [public, private, ring, public.encrypt(2.5), oracle.EncodedNumber(public, 5, -1)]
    (tmp_path / "pickle").write_bytes(pickle.dumps(objects))
    result = run(
        f"""
        import pickle, mpc_fast.compat
        mpc_fast.compat.install_phe()
        with open({str(tmp_path / "pickle")!r}, "rb") as file:
            public, private, ring, number, encoded = pickle.load(file)
        assert private.decrypt(number) == ring.decrypt(number) == 2.5
        assert private.decrypt(public.encrypt(encoded) + number * 2) == 5 / 16 + 5
        assert type(number).__module__.startswith("mpc_fast.compat.phe")
        """
    )
    assert result.returncode == 0, result.stderr


def test_another_phe_that_is_imported_stays() -> None:
    result = run(
        """
        import phe, mpc_fast.compat
        try:
            mpc_fast.compat.install_phe()
        except ImportError as error:
            assert error.name == "phe"
        else:
            raise SystemExit("installed over another phe")
        import phe.util
        assert phe.util.__name__ == "phe.util"
        """
    )
    assert result.returncode == 0, result.stderr


def test_what_is_not_there_is_not_found() -> None:
    result = run(
        """
        from mpc_fast.compat import install_phe
        install_phe()
        for name in ("phe.nothing", "phenomenon"):
            try:
                __import__(name)
            except ModuleNotFoundError as error:
                assert error.name == name, error
        """
    )
    assert result.returncode == 0, result.stderr


def test_click_is_needed_by_the_commands_alone() -> None:
    result = run(
        """
        import sys
        sys.modules["click"] = None
        import mpc_fast.compat.phe as phe
        phe.generate_paillier_keypair(n_length=64)
        for use in (lambda: phe.command_line, lambda: __import__("mpc_fast.compat.phe.command_line")):
            try:
                use()
            except ImportError as error:
                assert "mpc_fast[phe]" in str(error)
            else:
                raise SystemExit("without click")
        """
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", ["", ".paillier", ".encoding", ".util", ".command_line", ".__about__"])
def test_names_are_there(name: str) -> None:
    theirs, ours = (sys.modules[library.__name__ + name] for library in (oracle, compat))
    expected = {
        key
        for key, value in vars(theirs).items()
        if not (isinstance(value, ModuleType) or key.startswith("_") or type(value).__name__ == "_Feature")
    }
    assert expected - {"Mapping"} <= set(dir(ours))


@pytest.mark.parametrize(
    "name", ["EncodedNumber", "EncryptedNumber", "PaillierPrivateKey", "PaillierPrivateKeyring", "PaillierPublicKey"]
)
def test_classes_have_the_same_methods(name: str) -> None:
    theirs = set(vars(getattr(oracle, name))) - {"__slotnames__"}  # which copies leave behind
    assert theirs <= set(vars(getattr(compat, name)))
    assert getattr(compat.paillier, name) is getattr(compat, name)


def test_version_is_that_of_the_interface() -> None:
    assert (compat.__title__, compat.__version__) == ("phe", oracle.__version__)
    assert compat.__license__ == "Apache-2.0"
