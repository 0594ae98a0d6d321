"""Wallets on top of the keys: chains, their transactions and messages."""
