"""python -m mpc_fast.cli"""

from . import main

main()
