"""Forwards `python setup.py <command>` to pip and build. The build itself is described in pyproject.toml."""

import subprocess
import sys

COMMANDS = {
    "install": ["pip", "install", "."],
    "develop": ["pip", "install", "--editable", "."],
    "build_ext": ["pip", "install", "--editable", "."],
    "bdist_wheel": ["build", "--wheel"],
    "sdist": ["build", "--sdist"],
}

if __name__ == "__main__":
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if command is None:
        sys.exit(f"usage: python setup.py {{{'|'.join(COMMANDS)}}}")
    sys.exit(subprocess.call([sys.executable, "-m", *command]))
