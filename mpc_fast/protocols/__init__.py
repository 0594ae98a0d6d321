"""Protocols between parties: envelopes, sessions, and what is run in them.

Reading order, bottom to top:

    envelope     signed messages
    members      indices and identity keys
    steps        how a protocol is written down
    mailbox, notice, originals, author    parts of the machine
    session      the machine that runs one party
    aux_info, keygen, sign                the protocols
    generators   what experimental proofs need besides
    certificate  what the parties confirmed
    adversary, network                    an in-process network, honest or not
    local        all parties on one machine
"""
