"""Whose interface this is, under the names that python-paillier has for it."""

__all__ = [
    "__author__",
    "__copyright__",
    "__email__",
    "__license__",
    "__summary__",
    "__title__",
    "__uri__",
    "__version__",
]

__title__ = "phe"
__version__ = "1.5.0"
"""The release of python-paillier whose behaviour this is; mpc_fast has a version of its own."""
__summary__ = "The interface of python-paillier on the core of mpc_fast"
__uri__ = ""
__author__ = "The mpc_fast authors"
__email__ = ""
__license__ = "Apache-2.0"
__copyright__ = "Copyright The mpc_fast authors"
