"""The readable twin of the native core: the same mathematics in plain Python.

It is the oracle of the tests and the text to read first.  It is slow, it is not constant time, its secrets are
ordinary Python integers: never run it on a key that matters.

Specification: threshold-ecdsa.md, sections 1 to 3 and Appendix A; section numbers in the docstrings refer to it.
Reading order, bottom to top:

    params      profiles S128, C112, TOY and their consistency conditions           1.4
    errors      DecodeError, ModulusError, ProofError
    curve       secp256k1                                                           1.1
    numbers     Jacobi symbol, primality, perfect powers, CRT
    transcript  typed encoding, XOF, challenges; pid, ssid, rid, aux digest         2
    digests     envelopes, commitments, records, presignatures                      2.2, 4
    rng         randomness, always passed as an argument
    wire        fixed-length encodings                                              1.1, Appendix A
    paillier    keys, encryption, the homomorphic operations                        1.2, 1.5
    pedersen    ring-Pedersen parameters and commitments                            1.3, 1.5
    context     what every proof is bound to                                        2.2
    equations   the equations of enc-elg and aff-g as data
    sch, enc_elg, aff_g, elog, mod, prm, fac   one file per proof                   3.1 to 3.7

and, by batch-range-proofs.md, whose sections these files cite:

    batch       what the batch proofs share                                         1, 2
    benc        many ciphertexts of one prover in range, one proof for all verifiers    3
    baff_a1     the affine operations of many presignatures towards one verifier    4
    bver        ordinary proofs of a round verified together                        5

and, experimental (so is benc with more than one column):

    bprm        parameters with many generators                                     2.3
    baff_grid   baff_a1 with one commitment for a whole branch                      4
    squares, bexact     exact ranges for many ciphertexts                           7

Every proof module has Statement (public), Witness (secret), Proof, prove and verify.  verify returns nothing; it
raises ProofError with the name of the first check that failed.  Letters are the paper's: greek spelt out, capitals
written cap_x, indices last; Nh is the paper's N with a hat.
"""
